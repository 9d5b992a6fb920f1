"""Made-up people on demand: a folder of records with their truth beside it, and a clinic to look at."""

from __future__ import annotations

import tempfile
from pathlib import Path

from assuage.errors import UsageError
from assuage.records.reading import Progress, no_progress
from assuage.synth import REVIEW_DAY, write
from assuage.workflows.asking import Engine
from assuage.workflows.reviewing import SCRATCH_PREFIX, Reviewed, review
from assuage.workflows.working_folder import working_folder

SEED = 2026
"""The seed of the demo's clinic: everyone sees the same people."""

CLINIC_PEOPLE = 2000
"""How many people the demo's clinic has."""

CLINIC_COMPLETENESS = 0.9
"""The share of the facts that the records of the demo's clinic tell; real ones tell fewer."""


def make_up(
    people: int,
    seed: int,
    format_name: str,
    out: Path,
    *,
    completeness: float = 1.0,
    progress: Progress = no_progress,
) -> Path:
    """Write made-up people into `out/records` and their truth beside it; gives the folder of records.

    Raises UsageError for an unknown format, a completeness outside 0 to 1, or a folder that already
    holds records or can't be written.
    """
    try:
        return write(people, seed, format_name, out, completeness=completeness, progress=progress)
    except (ValueError, OSError) as error:
        raise UsageError(_sentence(error)) from error


def review_made_up(
    people: int, *, out: Path, processes: int = 1, progress: Progress = no_progress
) -> Reviewed:
    """Make up a clinic whose records have gaps, review it on the day its plans end, keep the report alone.

    `people` have pain of every kind that is made up, or none; each fact is left out with probability
    1 - `CLINIC_COMPLETENESS`.
    """
    with working_folder(Path(tempfile.gettempdir()), SCRATCH_PREFIX) as scratch:
        records = make_up(
            people, SEED, "history", scratch, completeness=CLINIC_COMPLETENESS, progress=progress
        )
        return review(
            records, out=out, as_of=REVIEW_DAY, engine=Engine.PLAIN, processes=processes, progress=progress
        )


def _sentence(error: Exception) -> str:
    text = error.strerror or "it can't be written" if isinstance(error, OSError) else str(error)
    return f"{text[:1].upper()}{text[1:]}."
