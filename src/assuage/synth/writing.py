"""Write made-up people as one of the formats, one person at a time, with the truth beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from assuage.records.reading import Progress, no_progress
from assuage.synth.people import make_people
from assuage.synth.plan import MadeUpPerson
from assuage.synth.writers.fhir import FhirExport
from assuage.synth.writers.history import HistoryFiles
from assuage.synth.writers.omop import OmopFolder
from assuage.synth.writers.tables import csv_table, parquet_table
from assuage.synth.writers.truth_table import TruthTable

TRUTH_FILE = "truth.parquet"


class PeopleWriter(AbstractContextManager["PeopleWriter"], Protocol):
    """What every format offers."""

    def add(self, person: MadeUpPerson) -> None:
        """Write one person."""


FORMATS: Mapping[str, Callable[[Path], PeopleWriter]] = {
    "fhir": FhirExport,
    "omop": lambda folder: OmopFolder(folder, parquet_table),
    "omop-csv": lambda folder: OmopFolder(folder, csv_table),
    "history": HistoryFiles,
}
"""Every format by name: the one list of them."""


def write(
    people: int,
    seed: int,
    format_name: str,
    out: Path,
    *,
    completeness: float = 1.0,
    progress: Progress = no_progress,
) -> Path:
    """Write made-up people into the folder `out/records`, and the truth beside it; gives that folder.

    Raises ValueError for a format that is not in `FORMATS`, or where `out` already holds records.
    """
    if format_name not in FORMATS:
        message = f"there is no such format; known are {', '.join(FORMATS)}"
        raise ValueError(message)
    records = out / "records"
    if records.exists():
        message = "the folder already holds records: name another, or delete them first"
        raise ValueError(message)
    records.mkdir(parents=True)
    with FORMATS[format_name](records) as writer, TruthTable(out / TRUTH_FILE) as truth:
        for done, person in enumerate(make_people(people, seed, completeness=completeness)):
            writer.add(person)
            truth.add(person)
            progress("making people up", done + 1, people)
    return records
