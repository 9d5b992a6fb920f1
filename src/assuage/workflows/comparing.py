"""Where definitions disagree: the same made-up people through every definition."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assuage.records.source import SourceKind, read_source
from assuage.records.store import histories
from assuage.resistance.definition import Definition
from assuage.resistance.model import VerdictWord
from assuage.workflows.person import review_person
from assuage.workflows.reviewing import made_up_clinic


@dataclass(frozen=True)
class PersonType:
    """One made-up person, named for what is typical of them, and what each definition says.

    `verdicts` has an entry only for a definition that speaks of the person's pain; of several pains the
    first verdict stands.
    """

    name: str
    verdicts: Mapping[str, VerdictWord]

    @property
    def disagree(self) -> bool:
        """Whether one definition is met and another is not."""
        return {VerdictWord.MET, VerdictWord.NOT_MET} <= set(self.verdicts.values())


def person_types(definitions: Mapping[str, Definition], *, market: str | None = None) -> list[PersonType]:
    """Everyone in the made-up clinic, under each of the definitions."""
    return [
        _person_type(file, definitions, market) for file in sorted(made_up_clinic().glob("*.history.yaml"))
    ]


def _person_type(file: Path, definitions: Mapping[str, Definition], market: str | None) -> PersonType:
    with tempfile.TemporaryDirectory(prefix="assuage-") as scratch:
        read_source(file, Path(scratch), kind=SourceKind.HISTORY)
        (history,) = histories(Path(scratch))
    verdicts: dict[str, VerdictWord] = {}
    for verdict in review_person(history, market=market, definitions=definitions).verdicts:
        verdicts.setdefault(verdict.definition, verdict.verdict)
    name = file.name.removesuffix(".history.yaml").partition("-")[2].replace("-", " ")
    return PersonType(name, verdicts)
