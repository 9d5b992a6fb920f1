"""Read an OMOP CDM: open the source, map table by table, and account for every row."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from assuage.codes.conditions import pain_conditions
from assuage.errors import UnreadableInput
from assuage.records.omop import conditions, drugs, encounters, findings, periods, procedures
from assuage.records.omop.coded import Code, codes_of
from assuage.records.omop.columns import SOURCE_ROW, empty, typed
from assuage.records.omop.ingredients import read_vocabulary
from assuage.records.omop.mapping import REASON, SHARED_ID, Mapped, mark_copies, readable, repeated_ids
from assuage.records.omop.people import map_death, map_person, people_of
from assuage.records.omop.source import Cdm, SourceTable, missing, open_cdm
from assuage.records.omop.tables import CLINICAL, LOOKED_UP, NOT_USED, READ
from assuage.records.read_report import ReadReport
from assuage.records.reading import Progress, no_progress
from assuage.records.rows import TABLES
from assuage.records.store import TableWriter
from assuage.records.tables import schema


def read_omop(
    source: Path,
    sink: TableWriter,
    report: ReadReport,
    *,
    complete_from: date | None = None,
    progress: Progress = no_progress,
) -> None:
    """Fill our tables from files of a CDM; see `assuage.records.reading.Reader`."""
    with tempfile.TemporaryDirectory(dir=sink.folder) as scratch:
        try:
            cdm = open_cdm(source, Path(scratch))
            try:
                read_cdm(cdm, sink, report, complete_from=complete_from, progress=progress)
            finally:
                cdm.backend.disconnect()
        except duckdb.Error as error:
            # none of the engine's words: they can hold values from the records
            raise UnreadableInput(
                found="the tables can't be queried",
                path=source,
                expected="whole files with the column types of OMOP CDM 5.3 or 5.4",
                remedy="export the tables again",
            ) from error


def read_cdm(
    cdm: Cdm,
    sink: TableWriter,
    report: ReadReport,
    *,
    complete_from: date | None = None,
    progress: Progress = no_progress,
) -> None:
    """Fill our tables from an opened CDM; what goes wrong is said as its backend says it."""
    for mapped, checked in _accounted(cdm, report, complete_from, progress):
        # a pain clinic's share of a health system's rows: kept, because several tables are made of it
        with readable(checked).cache() as read:
            _account_notes(mapped, read, cdm, report)
            for name, rows in mapped.outputs(read):
                _write(rows, name, cdm.backend, sink)


def cdm_tables(
    cdm: Cdm,
    report: ReadReport,
    *,
    complete_from: date | None = None,
    progress: Progress = no_progress,
) -> dict[str, ir.Table]:
    """Our tables of the people with a pain condition, kept where the CDM is; by name, as in `records.rows`.

    The report is of every row, as in `read_cdm`.
    """
    parts: dict[str, list[ir.Table]] = {name: [] for name in TABLES}
    in_pain = empty(READ["person"]).select("person_id")
    for mapped, checked in _accounted(cdm, report, complete_from, progress):
        read = readable(checked)
        _account_notes(mapped, read, cdm, report)
        if mapped.source == "condition_occurrence":
            in_pain = _people_in_pain(read).cache()
        with read.semi_join(in_pain, "person_id").cache() as chosen:
            for name, rows in mapped.outputs(chosen):
                parts[name].append(rows.cache())
    return {name: _together(name, found) for name, found in parts.items()}


def _people_in_pain(diagnoses: ir.Table) -> ir.Table:
    """The ids of those with a diagnosis of a pain condition, out of mapped diagnoses."""
    of_pain = diagnoses.condition.isin(sorted(pain_conditions()))
    return diagnoses.filter(of_pain).select("person_id").distinct()


def _together(name: str, parts: list[ir.Table]) -> ir.Table:
    if not parts:
        return ibis.memtable(schema(name).empty_table())
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def _accounted(
    cdm: Cdm, report: ReadReport, complete_from: date | None, progress: Progress
) -> Iterator[tuple[Mapped, ir.Table]]:
    """The mapping of each table with its checked rows, every row counted in the report; its notes are not."""
    _report_tables(cdm, report)
    done, total = 0, sum(cdm.tables[name].rows for name in CLINICAL if name in cdm.tables)
    for mapped in _mappings(_Tables(cdm), complete_from):
        table = cdm.tables[mapped.source]
        progress(mapped.source, done, total)
        # a view, so that the mapping is compiled once and not in each query on it
        checked = cdm.backend.create_view(f"checked_{mapped.source}", mapped.checked)
        _account(checked, table, report)
        yield mapped, checked
        done += table.rows
    progress("done", total, total)


@dataclass(frozen=True)
class _Tables:
    """The tables of a CDM in our types; one that the source lacks is empty."""

    cdm: Cdm

    def lookups(self) -> dict[str, ir.Table]:
        """The tables that say what codes mean, as far as the source has them."""
        return {name: self.table(name) for name in LOOKED_UP if self.holds(name)}

    def table(self, name: str) -> ir.Table:
        """A table in our types."""
        if not self.holds(name):
            return empty(READ[name])
        return self.cdm.view(name, typed)

    def holds(self, name: str) -> bool:
        """Whether there is any row of a table to map."""
        found = self.cdm.tables.get(name)
        return found is not None and usable(found) and found.rows > 0

    def clinical(self, name: str) -> ir.Table:
        """A table of records, equal rows numbered."""
        rows = self.table(name)
        if not self.holds(name):
            return mark_copies(rows, CLINICAL[name].key, repeated=False)
        repeated = self.cdm.backend.execute(repeated_ids(rows, CLINICAL[name].key)) > 0
        return mark_copies(rows, CLINICAL[name].key, repeated=repeated)

    def codes(self, rows: ir.Table) -> list[Code]:
        """The distinct codes of rows that have them."""
        return list(codes_of(rows, self.table("concept"), self.cdm.backend))

    def stop_words(self, rows: ir.Table) -> list[str]:
        """The distinct texts of stop_reason."""
        texts = rows.filter(rows.stop_reason.notnull()).select("stop_reason").distinct()
        return sorted(self.cdm.backend.to_pyarrow(texts)["stop_reason"].to_pylist())


def usable(table: SourceTable) -> bool:
    """Whether a table has the columns without which its rows mean nothing."""
    return not lacking(table)


def lacking(table: SourceTable) -> list[str]:
    """The needed columns that a table lacks."""
    return [name for name in READ[table.name].needed if name not in table.columns]


def _mappings(tables: _Tables, complete_from: date | None) -> Iterator[Mapped]:
    """The mapping of each table that has rows, made when it is asked for."""
    person = tables.clinical("person")
    people = people_of(person)
    death = map_death(tables.clinical("death"), people)
    makers: dict[str, Callable[[], Mapped]] = {
        # first, because diagnoses say whose other records matter
        "condition_occurrence": lambda: _conditions(tables, people),
        "death": lambda: death,
        "person": lambda: map_person(person, readable(death.checked)),
        "drug_exposure": lambda: _drugs(tables, people),
        "procedure_occurrence": lambda: _procedures(tables, people),
        "device_exposure": lambda: _devices(tables, people),
        "measurement": lambda: _findings(tables, people, "measurement"),
        "observation": lambda: _findings(tables, people, "observation"),
        "visit_occurrence": lambda: _visits(tables, people),
        "observation_period": lambda: periods.map_periods(
            tables.clinical("observation_period"), people, complete_from
        ),
    }
    yield from (make() for name, make in makers.items() if tables.holds(name))


def _conditions(tables: _Tables, people: ir.Table) -> Mapped:
    rows = tables.clinical("condition_occurrence")
    return conditions.map_conditions(rows, people, tables.codes(conditions.coded(rows)))


def _drugs(tables: _Tables, people: ir.Table) -> Mapped:
    rows = tables.clinical("drug_exposure")
    vocabulary = read_vocabulary(rows, tables.lookups(), tables.cdm.backend)
    codes = tables.codes(drugs.coded(rows))
    return drugs.map_drugs(rows, people, codes, vocabulary, tables.stop_words(rows))


def _procedures(tables: _Tables, people: ir.Table) -> Mapped:
    rows = tables.clinical("procedure_occurrence")
    return procedures.map_procedures(rows, people, tables.codes(procedures.coded(rows)))


def _devices(tables: _Tables, people: ir.Table) -> Mapped:
    rows = tables.clinical("device_exposure")
    return encounters.map_devices(rows, people, tables.codes(encounters.coded_devices(rows)))


def _findings(tables: _Tables, people: ir.Table, name: str) -> Mapped:
    rows = tables.clinical(name)
    codes = tables.codes(findings.coded(rows, name))
    return findings.map_findings(name, rows, people, codes, tables.table("concept"))


def _visits(tables: _Tables, people: ir.Table) -> Mapped:
    rows, providers = tables.clinical("visit_occurrence"), tables.table("provider")
    codes = tables.codes(encounters.coded_providers(providers))
    return encounters.map_visits(rows, people, providers, codes)


def _account(checked: ir.Table, table: SourceTable, report: ReadReport) -> None:
    """Count what was read and what was skipped, with one example for each reason."""
    by_reason = checked.group_by(REASON).agg(rows=checked.count(), first=checked[SOURCE_ROW].min())
    for line in by_reason.order_by(REASON).to_pyarrow().to_pylist():
        if line[REASON] is None:
            report.count_read(table.name, line["rows"])
        else:
            report.count_skipped(table.name, line[REASON], table.example(line["first"]), line["rows"])


def _account_notes(mapped: Mapped, read: ir.Table, cdm: Cdm, report: ReadReport) -> None:
    """Fields left unknown in rows that were read, under the name of the table and the field."""
    table = cdm.tables[mapped.source]
    notes = {SHARED_ID: (CLINICAL[mapped.source].key, "one id in rows that differ"), **mapped.notes}
    counts = {f"{flag}_rows": read[flag].fill_null(False).sum() for flag in notes}
    firsts = {f"{flag}_first": read[SOURCE_ROW].min(where=read[flag]) for flag in notes}
    (found,) = read.aggregate(**counts, **firsts).to_pyarrow().to_pylist()
    for flag, (column, words) in notes.items():
        if found[f"{flag}_rows"]:
            example = table.example(found[f"{flag}_first"])
            report.count_skipped(f"{mapped.source}.{column}", words, example, found[f"{flag}_rows"])


def _report_tables(cdm: Cdm, report: ReadReport) -> None:
    """Everything about whole tables: missing, not used, without a needed column, broken lines."""
    for name, without in missing(cdm):
        report.count_skipped(name, f"the table is missing: {without}", "", 0)
    for file_name in cdm.other_files:
        report.count_skipped("other file", "its name is no table of the OMOP model", file_name)
    for name, table in cdm.tables.items():
        report.count_read(name, 0)
        for note in table.notes:
            report.count_skipped(name, note, table.place, 0)
        if name in NOT_USED:
            report.count_skipped(name, "table not used", table.place, table.rows)
        elif lacks := lacking(table):
            report.count_skipped(name, f"the table lacks {', '.join(lacks)}", table.place, table.rows)
        elif name in LOOKED_UP:
            report.count_skipped(
                name, "looked up by other records, no row of its own", table.place, table.rows
            )
        for broken in table.broken:
            report.count_skipped(
                name, f"not a whole line: {broken.problem}", f"{table.place}, line {broken.line}"
            )


def _write(rows: ir.Table, name: str, backend: BaseBackend, sink: TableWriter) -> None:
    for batch in backend.to_pyarrow_batches(rows):
        sink.add_batch(name, pa.Table.from_batches([batch]))
