"""A clinic reviewed by an engine gives the report that the plain review gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from assuage.report.result_tables import RESULT_SCHEMAS
from assuage.synth import write
from assuage.workflows import review
from assuage.workflows.asking import Engine, Pages
from assuage.workflows.reviewing import Reviewed
from engines.test_cohort_equals_plain import in_comparable_form

PEOPLE, FIRST = 300, 12
MADE_BY_PAGES = {"options"}
"""The tables that an engine writes for the people with pages only: the plain review makes them."""


@dataclass(frozen=True)
class Report:
    """What one engine wrote, and came to."""

    folder: Path
    reviewed: Reviewed

    def rows(self, table: str) -> list[dict[str, Any]]:
        rows = pq.read_table(self.folder / f"{table}.parquet").to_pylist()
        return sorted(map(in_comparable_form, rows), key=repr)

    def page(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def pages(self) -> dict[str, bytes]:
        return {page.name: page.read_bytes() for page in (self.folder / "people").iterdir()}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[Engine, Report]:
    """The same clinic as of everyone's last record, with the same pages asked for, by both ways."""
    folder = tmp_path_factory.mktemp("clinic")
    source = write(PEOPLE, 41, "omop", folder, completeness=0.9)
    last = max(pq.read_table(source / "condition_occurrence.parquet")["person_id"].to_pylist())
    pages = Pages(frozenset({str(last)}), FIRST)
    made = {}
    for engine in (Engine.PLAIN, Engine.DUCKDB):
        out = folder / str(engine)
        reviewed = review(source, out=out, market="US", engine=engine, pages=pages, smallest_cell=1)
        made[engine] = Report(out, reviewed)
    return made


@pytest.mark.parametrize("table", sorted(set(RESULT_SCHEMAS) - MADE_BY_PAGES))
def test_every_result_table_has_the_same_rows(reports: dict[Engine, Report], table: str) -> None:
    plain, engine = reports[Engine.PLAIN].rows(table), reports[Engine.DUCKDB].rows(table)
    assert len(engine) == len(plain)
    for told, expected in zip(engine, plain, strict=True):
        assert told == expected


@pytest.mark.parametrize("table", sorted(RESULT_SCHEMAS))
def test_every_result_table_has_the_same_columns(reports: dict[Engine, Report], table: str) -> None:
    for report in reports.values():
        assert pq.read_schema(report.folder / f"{table}.parquet").equals(RESULT_SCHEMAS[table])


def test_what_the_index_counts_is_the_same(reports: dict[Engine, Report]) -> None:
    plain, engine = (reports[each].reviewed.clinic for each in (Engine.PLAIN, Engine.DUCKDB))
    assert engine.ordered() == plain.ordered()
    assert replace(engine.tally, lines=[]) == replace(plain.tally, lines=[])


def test_the_index_is_the_same_page(reports: dict[Engine, Report]) -> None:
    index = reports[Engine.PLAIN].page("index.html")
    assert reports[Engine.DUCKDB].page("index.html") == index
    assert f"{FIRST + 1} of " in index


def test_the_pages_asked_for_are_the_same_bytes(reports: dict[Engine, Report]) -> None:
    pages = reports[Engine.PLAIN].pages()
    assert reports[Engine.DUCKDB].pages() == pages
    assert len(pages) == FIRST + 1


def test_options_and_reviews_are_those_of_the_people_with_pages(reports: dict[Engine, Report]) -> None:
    plain, engine = reports[Engine.PLAIN], reports[Engine.DUCKDB]
    ids = {line.person_id for line in engine.reviewed.clinic.tally.lines}
    assert engine.rows("options") == [row for row in plain.rows("options") if row["person_id"] in ids]
    everyone = set(plain.page("reviews.ndjson").splitlines())
    some = set(engine.page("reviews.ndjson").splitlines())
    assert some < everyone
    assert len(some) == len(ids)
