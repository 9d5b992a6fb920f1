"""What is left: every remaining option for this person, with what speaks for it, against it, and why."""

from __future__ import annotations

from assuage.options.evidence import OptionEvidence, option_evidence
from assuage.options.ladders import Ladder, ladder_of
from assuage.options.model import (
    ConditionOptions,
    Holding,
    OptionStanding,
    PersonOptions,
    Reason,
    SequenceWarning,
    TreatmentOption,
)
from assuage.options.remaining import Situation, find_options

__all__ = [
    "ConditionOptions",
    "Holding",
    "Ladder",
    "OptionEvidence",
    "OptionStanding",
    "PersonOptions",
    "Reason",
    "SequenceWarning",
    "Situation",
    "TreatmentOption",
    "find_options",
    "ladder_of",
    "option_evidence",
]
