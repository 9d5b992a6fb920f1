"""What the index counts from result tables is what it counts person by person."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from assuage.answers import Answer
from assuage.engines.counting import first_people, tally_of
from assuage.report import ClinicSummary, Tally
from assuage.report.pathways import OFF_THE_PATH
from assuage.report.result_tables import result_rows, result_table
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.model import Review
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


def test_of_nobody_everything_is_nothing() -> None:
    tables = {table: ibis.memtable(result_table(table, [])) for table in TABLES}
    types = {"person_id": "string", "condition": "string", "treatment_class": "string"}
    days = {"start_first": "int64", "start_last": "int64"}
    tables["first_starts"] = ibis.memtable([], schema=ibis.schema({**types, **days}))
    assert tally_of(tables) == Tally()
    assert first_people(tables, 3) == []
