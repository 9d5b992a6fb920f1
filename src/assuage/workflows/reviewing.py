"""The review of everyone in a source."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from assuage.engines.servers import DatabaseUrl
from assuage.errors import NothingToReview, UsageError
from assuage.records.read_report import ReadReport
from assuage.records.reading import Progress, no_progress
from assuage.records.source import SourceKind
from assuage.report import ClinicSummary
from assuage.resistance.definition import Definition
from assuage.resistance.definitions import DEFINITIONS
from assuage.workflows.asking import Engine, Pages, Workplace, cell_rule
from assuage.workflows.cohort_review import review_cohort
from assuage.workflows.full_disk import full_disk_said
from assuage.workflows.opening import Reading, opened
from assuage.workflows.plain_review import review_plainly
from assuage.workflows.rendering import Order
from assuage.workflows.working_folder import working_folder
from assuage.workflows.writing import keep_pages, publish, staging_folder

SCRATCH_PREFIX = "assuage-records-"


def chosen_definitions(ids: Collection[str] = ()) -> Mapping[str, Definition]:
    """The definitions with these ids, all where none is named; raises UsageError for an unknown id."""
    unknown = sorted(set(ids) - set(DEFINITIONS))
    if unknown:
        message = f"There is no definition {unknown[0]!r}. Known are: {', '.join(DEFINITIONS)}."
        raise UsageError(message)
    return {key: definition for key, definition in DEFINITIONS.items() if not ids or key in ids}


def made_up_clinic() -> Path:
    """The folder of made-up history files that ships with the package."""
    return Path(str(files("assuage") / "clinic"))


@dataclass(frozen=True)
class Reviewed:
    """What a review of a source came to: the summary, and where its pages are, if any were written."""

    clinic: ClinicSummary
    report: ReadReport
    index: Path | None
    engine: Engine


def review(
    source: Path | DatabaseUrl,
    *,
    out: Path | None = None,
    as_of: date | None = None,
    market: str | None = None,
    definition_ids: Collection[str] = (),
    complete_from: date | None = None,
    kind: SourceKind | None = None,
    engine: Engine = Engine.AUTO,
    pages: Pages | None = None,
    smallest_cell: int | None = None,
    spark_master: str = "local[*]",
    processes: int = 1,
    progress: Progress = no_progress,
) -> Reviewed:
    """Read a source and review everyone in it who has a pain condition.

    `source` is a file or folder, or where a CDM lives in a server.

    With `out`, writes `index.html`, `people/*.html` and one Parquet file for each result table there;
    what an earlier review wrote in that folder is replaced when this one is complete, and not before.
    `engine` says where the rules run, by default by the number of people; the answer is the same.
    `spark_master` says where Spark runs, as Spark names it. `pages` says whose pages are written,
    `smallest_cell` which counts of few people are hidden.
    With many people up to `processes` processes share them; the answer is the same.
    Raises `UnreadableInput` where the source can't be read, `UsageError` where the report can't be
    written, and `NothingToReview`, after writing the read report, where nobody has a pain condition.
    """
    pages = pages or Pages()
    pages.demand_folder(out)
    definitions = chosen_definitions(definition_ids)
    order = Order(as_of, market, tuple(definitions))
    reading = Reading(source, kind, complete_from, progress, spark_master)
    with (
        full_disk_said(),
        working_folder(Path(tempfile.gettempdir()), SCRATCH_PREFIX) as scratch,
        opened(reading, engine, scratch, threads=processes) as found,
    ):
        clinic = ClinicSummary(
            source_kind=found.kind,
            as_of=as_of,
            definitions=definitions,
            market=market,
            people_read=found.people_read,
            read_report=found.report.lines(),
            cells=cell_rule(smallest_cell, found.engine),
        )
        with nullcontext() if out is None else staging_folder(out) as staging:
            place = Workplace(scratch, staging, processes, progress)
            if found.tables is None:
                clinic.tally = review_plainly(found.folder, order, place)
                _keep(pages, clinic, staging)
            else:
                clinic.tally = review_cohort(found.tables, found.stored, order, pages, found.engine, place)
            index = None if out is None or staging is None else publish(staging, out, clinic)
    if not clinic.tally.people:
        message = (
            f"Nobody among the {clinic.cells.cell(clinic.people_read)} people read has a pain condition that "
            "assuage knows. The read report says what was read and what was not."
        )
        raise NothingToReview(message)
    return Reviewed(clinic, found.report, index, found.engine)


def _keep(pages: Pages, clinic: ClinicSummary, staging: Path | None) -> None:
    """Keep the pages and lines that were asked for; the plain review has made everyone's."""
    lines = clinic.ordered()
    pages.demand_all({line.person_id for line in lines})
    first = pages.first_of(len(lines), Engine.PLAIN)
    clinic.tally.lines = lines[:first] + [line for line in lines[first:] if line.person_id in pages.people]
    if staging is not None:
        keep_pages(staging, {line.file_name for line in clinic.tally.lines})
