"""Cauda equina syndrome and spinal cord compression: diagnoses and signs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assuage.flags.model import Flag, FlagState, Urgency
from assuage.flags.rules import numbers, signs
from assuage.flags.signs import sign_flags, signs_seen
from assuage.flags.subject import Subject
from assuage.flags.working_up import known_by, treated

WHATEVER_THE_PAIN = frozenset({"cauda_equina_diagnosis", "spinal_cord_compression", "saddle_anaesthesia"})
"""What speaks of the spine by itself; bladder and legs do so only beside a pain of the spine."""


def flags(subject: Subject) -> Iterator[Flag]:
    """Each sign on record, for each pain of the spine under review; else for the person."""
    spinal: tuple[str | None, ...] = subject.reviewed(numbers("cauda_equina")["spinal_pain"].value)
    for sign in signs("cauda_equina"):
        since = known_by(signs_seen(subject, sign))
        done = treated(subject, sign.diagnoses, numbers("cauda_equina")["treated_by"].value, since)
        concerned = spinal or ((None,) if sign.flag in WHATEVER_THE_PAIN else ())
        for flag in sign_flags(subject, sign, concerned):
            yield _after_treatment(flag, done) if flag.state is FlagState.OPEN and done else flag


def _after_treatment(flag: Flag, done: tuple[str, ...]) -> Flag:
    return replace(flag, state=FlagState.WORKED_UP, urgency=Urgency.NOTE, evidence=(*flag.evidence, *done))
