"""The review of everyone in a source."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import pyarrow.parquet as pq

from assuage.codes.conditions import pain_conditions
from assuage.errors import NothingToReview, UsageError
from assuage.records.read_report import ReadReport
from assuage.records.reading import Progress, no_progress
from assuage.records.source import SourceKind, read_source
from assuage.records.store import runs_of_people
from assuage.report import ClinicSummary
from assuage.resistance.definition import Definition
from assuage.resistance.definitions import DEFINITIONS
from assuage.workflows.rendering import Order
from assuage.workflows.shares import Share, review_shares
from assuage.workflows.working_folder import working_folder
from assuage.workflows.writing import publish, staging_folder

PEOPLE_PER_SHARE = 200
"""People whom a process takes at a time: enough to hide its start and its queries, few enough to keep bars
moving and all processes busy to the end."""

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


def review(
    source: Path,
    *,
    out: Path | None = None,
    as_of: date | None = None,
    market: str | None = None,
    definition_ids: Collection[str] = (),
    complete_from: date | None = None,
    kind: SourceKind | None = None,
    processes: int = 1,
    progress: Progress = no_progress,
) -> Reviewed:
    """Read a source and review everyone in it who has a pain condition.

    With `out`, writes `index.html`, `people/*.html` and one Parquet file for each result table there;
    what an earlier review wrote in that folder is replaced when this one is complete, and not before.
    With many people up to `processes` processes share them; the answer is the same.
    Raises `UnreadableInput` where the source can't be read, and `NothingToReview`, after writing the
    read report, where nobody in it has a pain condition.
    """
    definitions = chosen_definitions(definition_ids)
    with working_folder(Path(tempfile.gettempdir()), SCRATCH_PREFIX) as tables:
        named, report = read_source(source, tables, kind=kind, complete_from=complete_from, progress=progress)
        clinic = ClinicSummary(
            source_kind=named,
            as_of=as_of,
            definitions=definitions,
            market=market,
            people_read=pq.read_metadata(tables / "person.parquet").num_rows,
            read_report=report.lines(),
        )
        order = Order(as_of, market, tuple(definitions))
        runs = runs_of_people(tables, PEOPLE_PER_SHARE, with_conditions=pain_conditions())
        total = sum(run.count for run in runs)
        with nullcontext() if out is None else staging_folder(out) as staging:
            shares = [Share(number, tables, run, order, staging) for number, run in enumerate(runs)]
            progress("reviewing", 0, total)
            for tally in review_shares(shares, processes=min(processes, max(1, len(shares)))):
                clinic.tally.take(tally)
                progress("reviewing", len(clinic.tally.lines), total)
            index = None if out is None or staging is None else publish(staging, out, clinic)
    if not clinic.tally.lines:
        message = (
            f"Nobody among the {clinic.people_read} people read has a pain condition that assuage knows. "
            "The read report says what was read and what was not."
        )
        raise NothingToReview(message)
    return Reviewed(clinic, report, index)
