"""What every family of flags sees: one person as known on one day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assuage.codes.conditions import belongs_to
from assuage.dates import PartialDate
from assuage.flags.model import Flag, FlagState, ReasonValues, Urgency
from assuage.records.history import History
from assuage.records.lookups import Lookups
from assuage.records.rows import Condition, ConditionState, Observation
from assuage.sources import Provenance
from assuage.trials.model import TreatmentTrial


@dataclass(frozen=True)
class Subject:
    """One person's history as known by `as_of`, the trials in it, and the pain conditions under review."""

    history: History
    trials: tuple[TreatmentTrial, ...]
    as_of: date
    conditions: tuple[str, ...]

    def reviewed(self, wider: Iterable[str]) -> tuple[str, ...]:
        """The reviewed conditions that are one of these, or a kind of one."""
        return tuple(key for key in self.conditions if is_one_of(key, wider))

    def diagnoses(self, wider: Iterable[str]) -> tuple[Condition, ...]:
        """Every diagnosis on record that is one of these, or a kind of one; doubted ones too."""
        return self._lookups.diagnoses(wider)

    def observed(self, names: Iterable[str]) -> tuple[Observation, ...]:
        """Every observation of these names, whatever it found."""
        return self._lookups.observed(names)

    @cached_property
    def _lookups(self) -> Lookups:
        return Lookups(self.history)

    def trials_of(self, condition: str) -> tuple[TreatmentTrial, ...]:
        """The trials for one reviewed condition."""
        return tuple(trial for trial in self.trials if trial.condition == condition)

    def onset(self, wider: Iterable[str]) -> Condition | None:
        """The diagnosis that began first, of those whose beginning is on record and that are not doubted."""
        begun = [
            row
            for row in self.diagnoses(wider)
            if row.start is not None and row.state is not ConditionState.UNCONFIRMED
        ]
        return min(begun, key=lambda row: (row.start or PartialDate(date.max), row.record_id), default=None)

    def flag(
        self,
        name: str,
        condition: str | None,
        urgency: Urgency,
        provenance: Provenance,
        evidence: Iterable[str],
        *,
        reason: str | None = None,
        values: ReasonValues = (),
        state: FlagState = FlagState.OPEN,
        since: PartialDate | None = None,
    ) -> Flag:
        """A flag of this person; the reason is called like the flag unless another is given."""
        return Flag(
            person_id=self.history.person.person_id,
            flag=name,
            condition=condition,
            urgency=urgency if state is FlagState.OPEN else Urgency.NOTE,
            state=state,
            since=since,
            reason_code=reason or name,
            reason_values=values,
            evidence=tuple(dict.fromkeys(evidence)),
            provenance=provenance,
        )


def is_one_of(condition: str, wider: Iterable[str]) -> bool:
    """Whether a condition is one of these, or a kind of one."""
    return any(belongs_to(condition, key) for key in wider)


def ids(rows: Iterable[Condition | Observation]) -> tuple[str, ...]:
    """The records that a flag rests on."""
    return tuple(row.record_id for row in rows)


def on_record_since(row: Condition | Observation) -> PartialDate | None:
    """When a fact began, or, of a diagnosis without a beginning, when it was written down."""
    return row.start or (row.recorded if isinstance(row, Condition) else None)
