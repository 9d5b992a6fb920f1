"""What definitions ask is asked once where they ask the same, and each is told its own answers."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from itertools import combinations

import ibis
import pytest

from assuage.codes.conditions import pain_conditions
from assuage.resistance.criteria.base import Criterion
from assuage.resistance.criteria.duration import PainDuration
from assuage.resistance.criteria.facts import NUMBER_BITS
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.tabular.questions import Question, by_kind, criteria_of, named, questions
from assuage.sources import Provenance

CONVENTION = Provenance("assuage-conventions", "example of a test", date(2026, 11, 22), verified=True)
ASKED = questions(DEFINITIONS.values())
EVERY = {each.id: each for one in DEFINITIONS.values() for each in (one, *one.variants)}
CONDITIONS = sorted(pain_conditions())


def asks_the_same(one: Criterion, other: Criterion) -> bool:
    """Whether they differ in what is about them alone; 5 and 5.0 read differently, and are not the same."""
    if type(one) is not type(other):
        return False
    about_it = {"id", "title", "provenance", "decides"} & {each.name for each in fields(one)}
    return repr(one) == repr(replace(other, **{name: getattr(one, name) for name in about_it}))


def lasting(count: int) -> list[PainDuration]:
    return [PainDuration(f"days_{days}", "Pain has lasted.", CONVENTION, days) for days in range(count)]


def asker_of(question: Question) -> tuple[str, str, bool]:
    return question.definition, question.criterion.id, question.criterion.decides


def test_questions_share_a_number_where_they_ask_the_same_of_trials_that_are_judged_the_same_way():
    shared = 0
    for one, other in combinations(ASKED, 2):
        judged_alike = one.definition == other.definition or not one.criterion.asks_of_trials
        alike = judged_alike and asks_the_same(one.criterion, other.criterion)
        assert (one.number == other.number) == alike, (asker_of(one), asker_of(other))
        shared += alike
    assert shared, "else the law would hold little"


def test_every_criterion_of_definitions_and_variants_is_asked_of_the_conditions_that_they_speak_of():
    assert [asker_of(one) for one in ASKED] == [
        (key, criterion.id, criterion.decides) for key, each in EVERY.items() for criterion in each.criteria
    ]
    for one in ASKED:
        spoken = {key for key in CONDITIONS if EVERY[one.definition].speaks_of(key)}
        assert set(one.conditions) == spoken, one.definition


def test_questions_of_each_kind_come_together_each_once():
    kinds = list(by_kind(ASKED))
    assert sorted((one for kind in kinds for one in kind), key=asker_of) == sorted(ASKED, key=asker_of)
    assert len({type(kind[0].criterion) for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert {type(one.criterion) for one in kind} == {type(kind[0].criterion)}
        for number, criterion in criteria_of(kind).criteria.items():
            assert all(asks_the_same(criterion, one.criterion) for one in kind if one.number == number)


def test_more_questions_than_there_is_room_for_are_an_error():
    room = 2**NUMBER_BITS
    definition = EVERY["sin2019"]
    assert len(questions([replace(definition, criteria=tuple(lasting(room)))])) == room
    with pytest.raises(ValueError, match="widen NUMBER_BITS"):
        questions([replace(definition, criteria=tuple(lasting(room + 1)))])


def test_an_answer_is_told_to_every_definition_that_asks_and_speaks_of_the_condition():
    numbers = sorted({one.number for one in ASKED})
    rows = [
        {"case_id": 10_000 * place + number, "of_case": place, "number": number, "condition": condition}
        for place, condition in enumerate(CONDITIONS)
        for number in numbers
    ]
    cases = ibis.memtable(rows)
    answered = ibis.memtable([{"case_id": row["case_id"], "said": row["number"]} for row in rows])
    told = named(answered, ASKED, cases).to_pyarrow().to_pylist()
    columns = ("case_id", "definition", "criterion", "decides", "said")
    assert sorted(tuple(row[name] for name in columns) for row in told) == sorted(
        (CONDITIONS.index(condition), *asker_of(one), one.number)
        for one in ASKED
        for condition in one.conditions
    )
