"""What the index counts from result tables is what it counts person by person."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from assuage.answers import Answer
from assuage.engines.counting import _failures, first_people, tally_of
from assuage.flags.model import OVERUSE
from assuage.report import ClinicSummary, Tally
from assuage.report.pathways import OFF_THE_PATH
from assuage.report.result_tables import RESULT_SCHEMAS, result_rows, result_table
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.model import Review, TrialCode
from assuage.trials.model import TreatmentTrial
from assuage.workflows.person import review_person
from engines.crowds import crowd, renamed
from engines.odd_people import odd_people

TABLES = ("people", "trials", "judgements", "verdicts", "flags")


@pytest.fixture(scope="module")
def counted() -> tuple[Tally, dict[str, ir.Table]]:
    """A crowd counted person by person, and its result tables."""
    odd = [renamed(person, f"odd-{number:02}") for number, person in enumerate(odd_people())]
    tally, rows = Tally(), {table: [] for table in TABLES}
    starts: list[dict[str, object]] = []
    for history in odd + [person for some in crowd(5, 300).values() for person in some]:
        review = review_person(history)
        if review.conditions:
            tally.add(review, history.person)
            starts += starts_of(review)
            for table in TABLES:
                rows[table] += result_rows(review)[table]
    tables = {table: ibis.memtable(result_table(table, found)) for table, found in rows.items()}
    return tally, {**tables, "first_starts": ibis.memtable(pa.Table.from_pylist(starts))}


def is_a_step(trial: TreatmentTrial) -> bool:
    return trial.start is not None and trial.taken is not Answer.NO and trial.purpose not in OFF_THE_PATH


def starts_of(review: Review) -> list[dict[str, object]]:
    starts = {}
    for trial in filter(is_a_step, review.trials):
        assert trial.start is not None
        key = (review.person_id, trial.condition, trial.treatment_class)
        days = trial.start.first.toordinal(), trial.start.last.toordinal()
        starts[key] = min(days, starts.get(key, days))
    names = ("person_id", "condition", "treatment_class", "start_first", "start_last")
    return [dict(zip(names, (*key, *days), strict=True)) for key, days in starts.items()]


@pytest.mark.parametrize(
    "part",
    [
        "people",
        "comes_first",
        "conditions",
        "verdicts",
        "flags",
        "completeness",
        "waits",
        "agreement",
        "failures",
    ],
)
def test_the_counts_are_those_of_person_after_person(
    counted: tuple[Tally, dict[str, ir.Table]], part: str
) -> None:
    plain, tables = counted
    assert getattr(tally_of(tables), part) == getattr(plain, part)


def test_the_pathways_are_those_of_person_after_person(counted: tuple[Tally, dict[str, ir.Table]]) -> None:
    plain, tables = counted
    assert tally_of(tables).pathways == plain.pathways
    paths = [path for _, paths in plain.pathways.by_condition() for path in paths]
    assert any(len(path) == 3 for path in paths), "else the test would hold little"
    assert any("+" in step for path in paths for step in path)


def test_the_first_people_are_those_who_stand_first_on_the_page(
    counted: tuple[Tally, dict[str, ir.Table]],
) -> None:
    plain, tables = counted
    ordered = [line.person_id for line in ClinicSummary("fhir", None, DEFINITIONS, tally=plain).ordered()]
    assert first_people(tables, len(ordered)) == ordered
    assert first_people(tables, 7) == ordered[:7]
    assert first_people(tables, 0) == []


def table(name: str, *rows: dict[str, object]) -> ir.Table:
    nothing = dict.fromkeys(RESULT_SCHEMAS[name].names)
    return ibis.memtable(result_table(name, [{**nothing, **row} for row in rows]))


def test_a_trial_that_one_definition_calls_harmful_and_another_without_effect_counts_once_as_harmful() -> (
    None
):
    trial = {"person_id": "a", "trial_id": "1", "treatment": "gabapentin"}
    judged = [
        {**trial, "definition": definition, "counts_as": "failed", "code": str(code)}
        for definition, code in (("sin2019", TrialCode.NONRESPONSE), ("dantona2019", TrialCode.INTOLERANCE))
    ]
    found = _failures(table("judgements", *judged), table("trials", trial)).counts()
    assert [(one.no_effect, one.not_tolerated, one.other) for one in found] == [(0, 1, 0)]


def test_who_waits_for_something_urgent_or_for_overuse_that_is_still_open_stands_first() -> None:
    people = [{"person_id": person_id, "completeness": 0.5} for person_id in ("a", "b", "c", "d")]
    flags = [
        {"person_id": "a", "flag": "low_sodium", "urgency": "urgent", "state": "worked_up"},
        {"person_id": "b", "flag": "older_onset", "urgency": "look", "state": "open"},
        {"person_id": "c", "flag": OVERUSE, "urgency": "look", "state": "open"},
        {"person_id": "d", "flag": "low_sodium", "urgency": "urgent", "state": "open"},
    ]
    verdicts = [{"person_id": "b", "verdict": "unknown"}]
    tables = {
        "people": table("people", *people),
        "verdicts": table("verdicts", *verdicts),
        "flags": table("flags", *flags),
    }
    assert set(first_people(tables, 2)) == {"c", "d"}
    assert first_people(tables, 4)[2:] == ["b", "a"]


def test_whoever_no_definition_speaks_of_stands_last() -> None:
    people = [{"person_id": person_id, "completeness": 0.5} for person_id in ("a", "b", "c", "d")]
    words = {"a": "not_met", "c": "unknown", "d": "met"}
    verdicts = [{"person_id": person_id, "verdict": word} for person_id, word in words.items()]
    tables = {
        "people": table("people", *people),
        "verdicts": table("verdicts", *verdicts),
        "flags": table("flags"),
    }
    assert first_people(tables, 4) == ["c", "d", "a", "b"]


def test_of_nobody_everything_is_nothing() -> None:
    tables = {table: ibis.memtable(result_table(table, [])) for table in TABLES}
    types = {"person_id": "string", "condition": "string", "treatment_class": "string"}
    days = {"start_first": "int64", "start_last": "int64"}
    tables["first_starts"] = ibis.memtable([], schema=ibis.schema({**types, **days}))
    assert tally_of(tables) == Tally()
    assert first_people(tables, 3) == []
