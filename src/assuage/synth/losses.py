"""What records leave out and get wrong. The plan, and with it the truth, stays as it was.

Only facts are left out, never a whole course: a course that is not on record in a history said to
be complete would make the records lie. What is wrong in a supply can only take something away.
"""

from __future__ import annotations

from dataclasses import replace

from assuage.synth.chance import Chance
from assuage.synth.knowledge import rates
from assuage.synth.plan import Course, Fact, Flaw, MadeUpPerson, Operation, Supply


def with_losses(person: MadeUpPerson, chance: Chance, completeness: float) -> MadeUpPerson:
    """The same person with each fact left out with probability 1 - completeness."""
    if completeness >= 1:
        return person
    loss = 1 - completeness
    courses = tuple(_course(course, chance, loss) for course in person.courses)
    untold = {place for place, course in enumerate(courses) if not course.tells(Fact.RESULT)}
    return replace(
        person,
        completeness=completeness,
        courses=courses,
        history_complete=not chance.below(loss),
        readings=tuple(one for one in person.readings if one.course not in untold and not chance.below(loss)),
        statements=tuple(one for one in person.statements if not chance.below(loss)),
        findings=tuple(one for one in person.findings if not chance.below(loss)),
        labs=tuple(one for one in person.labs if not chance.below(loss)),
        operations=tuple(_operation(one, chance, loss) for one in person.operations),
        contraindicated=tuple(one for one in person.contraindicated if not chance.below(loss)),
        visits=tuple(one for one in person.visits if not chance.below(loss)),
    )


def _course(course: Course, chance: Chance, loss: float) -> Course:
    hidden = frozenset(fact for fact in Fact if chance.below(loss))
    first, *others = course.supplies
    kept = [one for one in others if not chance.below(loss * rates()["supply_lost"])]
    supplies = tuple(_supply(one, chance, loss) for one in (first, *kept))
    return replace(course, hidden=hidden, supplies=supplies)


def _operation(one: Operation, chance: Chance, loss: float) -> Operation:
    """What it did, and when it ended, may be left out."""
    if chance.below(loss):
        one = one._replace(result=None, recurrence=None)
    return one._replace(end=None) if chance.below(loss) else one


def _supply(supply: Supply, chance: Chance, loss: float) -> Supply:
    if not chance.below(loss * rates()["wrong_supply"]):
        return supply
    return supply._replace(flaw=chance.one_of(list(Flaw)))
