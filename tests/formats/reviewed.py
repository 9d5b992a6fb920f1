"""Read a source of any format and review everyone in it, and what of a review all formats must agree on."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assuage.answers import Answer
from assuage.records.history import History
from assuage.records.read_report import ReadReport
from assuage.records.rows import EndRule
from assuage.records.source import read_source
from assuage.records.store import histories
from assuage.resistance.model import Review
from assuage.trials.model import TreatmentTrial
from assuage.workflows import review_person
from formats.made_up_people import AS_OF


@dataclass(frozen=True)
class ReadPeople:
    """What a source gave: everybody's history by person id, and the read report."""

    histories: Mapping[str, History]
    report: ReadReport


def read_people(source: Path, complete_from: date | None = None) -> ReadPeople:
    """Read a source; its kind is recognised, not told."""
    with tempfile.TemporaryDirectory() as folder:
        _, report = read_source(source, Path(folder), complete_from=complete_from)
        return ReadPeople({one.person.person_id: one for one in histories(Path(folder))}, report)


def review_all(people: Mapping[str, History]) -> dict[str, Review]:
    """Everybody's review as of `AS_OF`, by person id."""
    return {key: review_person(history, as_of=AS_OF) for key, history in people.items()}


def comparable_trials(review: Review) -> list[tuple[object, ...]]:
    """Trials without record ids and without what formats say differently of the same fact.

    A drug that was supplied may have been taken and one that is listed was: neither is known not to
    have been. An end that is stated and one that is supplied both give a length.
    """
    return sorted((_comparable(trial) for trial in review.trials), key=repr)


def _comparable(trial: TreatmentTrial) -> tuple[object, ...]:
    return (
        trial.treatment,
        trial.treatment_class,
        trial.kind,
        trial.condition,
        trial.indication,
        trial.purpose,
        trial.taken is not Answer.NO,
        trial.start,
        trial.end,
        trial.end_rule in (EndRule.STATED, EndRule.SUPPLIED, EndRule.ONGOING),
        trial.days,
        trial.running,
        trial.dose_unit,
        tuple((round(step.dose or 0.0, 6), step.start, step.days) for step in trial.dose_steps),
        trial.max_tolerated,
        trial.sessions,
        trial.outcome,
        trial.change_percent,
        trial.change_basis,
        trial.recurrence,
        trial.stop_reason,
        trial.adverse_event,
    )


def comparable_verdicts(review: Review) -> list[tuple[object, ...]]:
    """Verdicts with what is missing and how complete the trials are."""
    return sorted(
        (one.condition, one.definition, str(one.verdict), one.missing, one.completeness)
        for one in review.verdicts
    )


def comparable_findings(review: Review) -> list[tuple[object, ...]]:
    """Findings with their reasons, less the records they rest on."""
    return sorted(
        (one.condition, one.definition, one.criterion, str(one.answer), one.reason_code, one.reason_values)
        for one in review.findings
    )
