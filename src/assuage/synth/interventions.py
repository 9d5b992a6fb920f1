"""What is done beside drugs: therapies and programmes, blocks, and trials of stimulation."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.synth.chance import Chance
from assuage.synth.drafts import Draft
from assuage.synth.pains import NEUROPATHIC, OTHER
from assuage.synth.plan import Operation, OperationResult

STIMULATION_TRIAL = "spinal cord stimulation trial"
_THERAPIES = ("cognitive behavioural therapy", "physiotherapy", "acupuncture")
_PROGRAMMES = ("pain management programme", "graded exercise", "acceptance and commitment therapy")
_INTERVENTIONS = ("nerve block", "epidural steroid injection", "pulsed radiofrequency")


def add_therapy(chance: Chance, draft: Draft) -> None:
    """A therapy with its end; in pain of neither nerve nor head also programmes, some never begun."""
    if not chance.hits("programme" if draft.kind is OTHER else "therapy"):
        return
    name = chance.one_of((*_THERAPIES, *_PROGRAMMES) if draft.kind is OTHER else _THERAPIES)
    day = -chance.between(200, 1500)
    planned = Operation(name, "therapy", draft.diagnosis.key, day, day + chance.between(30, 150))
    if draft.kind is OTHER and chance.hits("programme_only_recommended"):
        planned = planned._replace(end=None, done=False)
    draft.operations.append(planned)


def add_interventions(chance: Chance, draft: Draft) -> None:
    """For neuropathic pain that few drugs help: a block or its like, and a trial of stimulation."""
    if draft.kind is NEUROPATHIC and draft.difficult:
        draft.operations += _interventions(chance, draft)


def _interventions(chance: Chance, draft: Draft) -> Iterator[Operation]:
    condition = draft.diagnosis.key
    if chance.hits("intervention"):
        name, day = chance.one_of(_INTERVENTIONS), _since_onset(chance, draft, 150, 900)
        if chance.hits("intervention_without_effect"):
            yield Operation(name, "procedure", condition, day, result=OperationResult.NO_EFFECT)
        else:
            back = min(day + chance.between(14, 120), -1)
            yield Operation(name, "procedure", condition, day, None, OperationResult.RECURRENCE, back)
    if not draft.tried.controlled and chance.hits("stimulation_trial"):
        relief = chance.hits("stimulation_trial_relief")
        result = OperationResult.RELIEF if relief else OperationResult.NO_EFFECT
        day = _since_onset(
            chance, draft, 20, 120
        )  # the leads are out again: pain is back until a device is implanted
        yield Operation(STIMULATION_TRIAL, "procedure", condition, day, result=result)


def _since_onset(chance: Chance, draft: Draft, latest: int, earliest: int) -> int:
    """A day so many days ago, but not before the pain began."""
    lasted = -draft.diagnosis.day
    return -chance.between(min(latest, lasted), min(earliest, lasted))
