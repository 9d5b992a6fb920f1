"""Sequence: what was first tried only after something that can't be undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from assuage.options.evidence import OptionEvidence, option_evidence
from assuage.options.ladders import Ladder
from assuage.options.model import SequenceWarning
from assuage.options.view import starting
from assuage.records.history import History
from assuage.records.rows import Procedure, ProcedureState
from assuage.trials.model import TreatmentTrial


def sequence_warnings(
    history: History, trials: Sequence[TreatmentTrial], condition: str, ladder: Ladder
) -> Iterator[SequenceWarning]:
    """A warning for each class of the ladder's first steps first tried after an irreversible procedure.

    A class warns only where every trial of any of its members began after the procedure, by the latest
    day the one and the earliest the other can have been: partial dates that overlap tell no order. A
    trial without a date leaves its class open.
    """
    for option in option_evidence().values():
        if option.irreversible is None:
            continue
        for done in _done(history, option):
            for treatment_class, first in _first_trials(trials, condition, ladder):
                if done.start is not None and _began(first) > done.start.last:
                    yield SequenceWarning(
                        condition=condition,
                        treatment=first.treatment,
                        irreversible=done.procedure,
                        reason_code="first_step_after_irreversible",
                        reason_values=(
                            ("treatment_class", treatment_class),
                            ("treatment", first.treatment),
                            ("procedure", done.procedure),
                        ),
                        evidence=(*first.evidence, done.record_id),
                        provenance=option.irreversible.provenance,
                    )


def _done(history: History, option: OptionEvidence) -> Iterator[Procedure]:
    for row in history.procedure:
        if row.procedure in option.treatments and row.state is ProcedureState.DONE:
            yield row


def _first_trials(
    trials: Sequence[TreatmentTrial], condition: str, ladder: Ladder
) -> Iterator[tuple[str, TreatmentTrial]]:
    """Each class of the first steps with its earliest trial; none for a class with an undated trial."""
    firsts = {key for one in starting(condition, ladder) if one.kind == "drug" for key in one.treatments}
    by_class: dict[str, list[TreatmentTrial]] = {}
    for trial in trials:
        if trial.condition == condition and trial.treatment in firsts:
            by_class.setdefault(trial.treatment_class, []).append(trial)
    for treatment_class, of_class in sorted(by_class.items()):
        if all(trial.start is not None for trial in of_class):
            yield treatment_class, min(of_class, key=lambda trial: (_began(trial), trial.trial_id))


def _began(trial: TreatmentTrial) -> date:
    return trial.start.first if trial.start is not None else date.min
