"""The verdicts of the package against the truth of made-up people: two readings of each definition."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from assuage.synth import REVIEW_DAY, MadeUpPerson, make_people, write
from assuage.workflows import review

PEOPLE, SEED = 300, 1
Verdicts = dict[tuple[str, str, str], str]
"""Verdicts by person, definition and condition."""


def verdicts(
    tmp_path: Path, format_name: str, completeness: float, complete_from: date | None = None
) -> Verdicts:
    records = write(PEOPLE, SEED, format_name, tmp_path / "people", completeness=completeness)
    review(records, out=tmp_path / "out", as_of=REVIEW_DAY, complete_from=complete_from)
    rows = pq.read_table(tmp_path / "out" / "verdicts.parquet").to_pylist()
    return {(row["person_id"], row["definition"], row["condition"]): row["verdict"] for row in rows}


def truths(tmp_path: Path) -> Verdicts:
    rows = pq.read_table(tmp_path / "people" / "truth.parquet").to_pylist()
    return {
        (row["person_id"], row["definition"], row["condition"]): row["verdict"]
        for row in rows
        if row["applies"]
    }


def counted_twice_a_month() -> set[str]:
    """People of whom one month has a count of debilitating days and one of migraine days."""
    return {person.person_id for person in make_people(PEOPLE, SEED) if _counted_twice(person)}


def _counted_twice(person: MadeUpPerson) -> bool:
    return any(one.instrument == "monthly migraine days" and one.day > -220 for one in person.readings)


def test_with_complete_histories_every_verdict_equals_the_truth(tmp_path: Path):
    found = verdicts(tmp_path, "history", 1.0)
    expected = truths(tmp_path)
    assert {definition for _, definition, _ in expected} <= {definition for _, definition, _ in found}
    # where a month is counted in two ways, the criterion takes the two counts for a contradiction
    unclear = counted_twice_a_month()
    differing = {
        key: (found[key], truth)
        for key, truth in expected.items()
        if found[key] != truth and not (key[0] in unclear and key[1].startswith("ehf2020"))
    }
    assert differing == {}
    for definition in {definition for _, definition, _ in expected}:
        assert {truth for key, truth in expected.items() if key[1] == definition} == {"met", "not_met"}


@pytest.mark.parametrize(
    ("format_name", "completeness"), [("history", 0.7), ("omop", 1.0), ("fhir", 1.0), ("omop", 0.7)]
)
def test_what_a_record_leaves_out_never_turns_a_verdict_to_met(
    tmp_path: Path, format_name: str, completeness: float
):
    found = verdicts(tmp_path, format_name, completeness, complete_from=date(1900, 1, 1))
    expected = truths(tmp_path)
    turned = {
        person
        for (person, *key), word in found.items()
        if word == "met" and expected.get((person, *key)) == "not_met"
    }
    assert turned <= counted_twice_a_month()
