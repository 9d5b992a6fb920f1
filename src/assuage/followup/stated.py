"""What the record says in words of how a treatment went."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.followup.model import Since, StatedOutcome
from assuage.records.history import History
from assuage.records.rows import ProcedureOutcome, ProcedureState, StatementKind

_OF_PROCEDURE = {
    ProcedureOutcome.RELIEF: Answer.YES,
    ProcedureOutcome.PARTIAL: Answer.YES,
    ProcedureOutcome.NO_EFFECT: Answer.UNKNOWN,  # neither better nor worse
    ProcedureOutcome.RECURRENCE: Answer.UNKNOWN,  # better, then as before
    ProcedureOutcome.NOT_ASSESSABLE: Answer.UNKNOWN,
}
_OF_STATEMENT = {
    StatementKind.CONTROLLED: Answer.YES,
    StatementKind.REMISSION: Answer.YES,
    StatementKind.UNCONTROLLED: Answer.NO,
}


def stated_outcomes(history: History, since: Since | None) -> Iterator[StatedOutcome]:
    """Outcomes of the treatment that is counted from, and statements about control that are younger."""
    for row in history.procedure:
        counted = since is None or row.record_id in since.evidence
        if counted and row.state is ProcedureState.DONE and row.outcome in _OF_PROCEDURE:
            yield StatedOutcome(
                row.procedure,
                str(row.outcome),
                _OF_PROCEDURE[row.outcome],
                row.indication,
                row.start,
                (row.record_id,),
            )
    for said in history.statement:
        if said.kind not in _OF_STATEMENT or not _is_younger(said.start, since):
            continue
        better = _OF_STATEMENT[said.kind]
        yield StatedOutcome(
            said.about,
            str(said.kind),
            better if said.answer is Answer.YES else ~better if said.answer is Answer.NO else Answer.UNKNOWN,
            said.condition,
            said.start,
            (said.record_id,),
        )


def _is_younger(when: PartialDate | None, since: Since | None) -> bool:
    return since is None or (when is not None and when.first > since.when.last)
