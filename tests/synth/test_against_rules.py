"""The verdicts of the package against the truth of made-up people: two readings of each definition."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from assuage.records.source import read_source
from assuage.records.store import histories
from assuage.resistance.definitions import DEFINITIONS
from assuage.synth import REVIEW_DAY, TRUTHS, make_people, write
from assuage.workflows import review, review_person

PEOPLE, FEWER, SEED = 300, 150, 1
KNOWN = {key: one for key, one in DEFINITIONS.items() if key in TRUTHS}
Verdicts = dict[tuple[str, str, str], str]
"""Verdicts by person, definition and condition."""


def reviewed(records: Path, tables: Path) -> Verdicts:
    """Verdicts of everyone, without pages."""
    tables.mkdir()
    read_source(records, tables, complete_from=date(1900, 1, 1))
    return {
        (one.person_id, one.definition, one.condition): str(one.verdict)
        for history in histories(tables)
        for one in review_person(history, as_of=REVIEW_DAY, definitions=KNOWN).verdicts
    }


def truths(tmp_path: Path) -> Verdicts:
    rows = pq.read_table(tmp_path / "people" / "truth.parquet").to_pylist()
    return {
        (row["person_id"], row["definition"], row["condition"]): row["verdict"]
        for row in rows
        if row["applies"]
    }


def test_with_complete_histories_every_verdict_equals_the_truth(tmp_path: Path):
    records = write(PEOPLE, SEED, "history", tmp_path / "people")
    review(records, out=tmp_path / "out", as_of=REVIEW_DAY, definition_ids=KNOWN)
    rows = pq.read_table(tmp_path / "out" / "verdicts.parquet").to_pylist()
    found = {(row["person_id"], row["definition"], row["condition"]): before_flags(row) for row in rows}
    expected = truths(tmp_path)
    differing = {key: (found.get(key), truth) for key, truth in expected.items() if found.get(key) != truth}
    assert differing == {}


def before_flags(row: dict[str, Any]) -> str:
    """The verdict that a flag holds back: only "met" is held back, and then nothing is missing."""
    held = row["verdict"] == "unknown" and row["held_back_by"] and not row["missing"]
    return "met" if held else row["verdict"]


def test_only_planned_flags_hold_a_verdict_back(tmp_path: Path):
    records = write(PEOPLE, SEED, "history", tmp_path / "people")
    rows = pq.read_table(tmp_path / "people" / "truth.parquet").to_pylist()
    flagged = {row["person_id"] for row in rows if row["red_flags"] or row["overuse"]}
    (tmp_path / "tables").mkdir()
    read_source(records, tmp_path / "tables")
    for history in histories(tmp_path / "tables"):
        made = review_person(history, as_of=REVIEW_DAY, definitions=KNOWN)
        assert made.person_id in flagged or not any(one.held_back_by for one in made.verdicts)


def test_every_definition_is_met_by_somebody_and_not_by_everybody():
    plans = [person.plan for person in make_people(1500, SEED)]
    for truth_of in TRUTHS.values():
        assert {truth.met for truth in map(truth_of, plans) if truth.applies} == {True, False}


@pytest.mark.parametrize(
    ("format_name", "completeness"), [("history", 0.7), ("fhir", 1.0), ("omop", 1.0), ("omop", 0.7)]
)
def test_what_a_record_leaves_out_never_turns_a_verdict_to_met(
    tmp_path: Path, format_name: str, completeness: float
):
    records = write(FEWER, SEED, format_name, tmp_path / "people", completeness=completeness)
    found = reviewed(records, tmp_path / "tables")
    expected = truths(tmp_path)
    turned = {
        key[0] for key, word in found.items() if word == "met" and expected.get(key, "met") == "not_met"
    }
    assert not turned
    assert "unknown" in found.values()
