"""What a verdict would have to wait for, from the plan: a second reading of which signs are urgent.

Whatever a definition says, an urgent sign that nobody has looked into, and known overuse, come first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assuage.synth.knowledge import readings
from assuage.synth.plan import Plan


def waits_for(plan: Plan) -> tuple[str, ...]:
    """The planned signs that come before any verdict, and overuse."""
    signs = [sign for sign in dict.fromkeys(plan.red_flags) if _URGENT.get(sign, _never)(plan)]
    return (*signs, *(("overuse",) if plan.overuse else ()))


def _never(_: Plan) -> bool:
    return False


def _always(_: Plan) -> bool:
    return True


def _of_arteritis_age(plan: Plan) -> bool:
    years: int = readings()["arteritis_age_years"]
    return plan.age_years >= years


def _of_the_spine(plan: Plan) -> bool:
    """A bladder that fails speaks of the spine only beside a pain that comes from there."""
    return not {plan.condition, *plan.other_pains}.isdisjoint(readings()["spinal_pains"])


def _not_made_by_an_operation(plan: Plan) -> bool:
    """Numbness is what an operation on the nerve's root or ganglion does."""
    return {one.name for one in plan.operations}.isdisjoint(readings()["numbing_operations"])


def _current_sodium(plan: Plan) -> bool:
    """Low sodium lasts while a drug that lowers it is taken, and may last some weeks longer."""
    drugs, days = readings()["sodium_drugs"], readings()["sodium_current_days"]
    return any(one.ingredient in drugs and one.end >= -days for one in plan.courses)


_URGENT: Mapping[str, Callable[[Plan], bool]] = {
    "thunderclap": _always,
    "papilloedema": _always,
    "jaw claudication": _of_arteritis_age,
    "saddle anaesthesia": _always,
    "bladder dysfunction": _of_the_spine,
    "trigeminal sensory loss": _not_made_by_an_operation,
    "low sodium": _current_sodium,
}
"""Planned signs that are urgent, and when."""
