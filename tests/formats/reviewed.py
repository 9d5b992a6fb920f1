"""Read a source of any format and review everyone in it, and what of a review all formats must agree on."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from assuage.answers import Answer
from assuage.records.history import History
from assuage.records.read_report import ReadReport
from assuage.records.rows import EndRule
from assuage.records.source import SourceKind, read_source
from assuage.records.store import histories
from assuage.resistance.model import Review
from assuage.trials.model import TreatmentTrial
from assuage.workflows import review_person
from formats.made_up_people import AS_OF


def read_histories(
    source: Path, complete_from: date | None = None
) -> tuple[SourceKind, ReadReport, Mapping[str, History]]:
    """Everybody's history by person id; the kind of the source is recognised, not told."""
    with tempfile.TemporaryDirectory() as folder:
        kind, report = read_source(source, Path(folder), complete_from=complete_from)
        return kind, report, {history.person.person_id: history for history in histories(Path(folder))}


def review_all(source: Path, complete_from: date | None = None) -> Mapping[str, Review]:
    """Everybody's review as of `AS_OF`, by person id."""
    _, _, people = read_histories(source, complete_from)
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
