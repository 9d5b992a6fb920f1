"""What is left for people drawn by hand."""

from __future__ import annotations

from datetime import date

from assuage.options import OptionStanding, PersonOptions, TreatmentOption
from assuage.records.history import History
from assuage.workflows.options import person_options

AS_OF = "2024-06-01"


def left(history: History, *, as_of: str = AS_OF, market: str | None = None) -> dict[str, TreatmentOption]:
    """The options of the one pain condition of a history, by key, in their order."""
    (only,) = person_options(history, as_of=date.fromisoformat(as_of), market=market).conditions
    return {option.option: option for option in only.options}


def standings(options: PersonOptions) -> dict[tuple[str, str], OptionStanding]:
    """Where each option of each condition stands."""
    return {(option.condition, option.option): option.standing for option in options.options}


def reasons(option: TreatmentOption) -> set[str]:
    """Every reason code of an option, the deciding one too."""
    return {option.reason_code, *(reason.reason_code for reason in option.because)}
