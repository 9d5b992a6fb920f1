"""What is seen of one option: the person's case, the option's evidence there, its attempts and concerns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from assuage.answers import Answer
from assuage.flags.model import Flag
from assuage.options.evidence import IndicationEvidence, OptionEvidence, option_evidence
from assuage.options.ladders import Ladder, ladder_of, ladders
from assuage.options.tried import Attempt, attempt, said_in_general
from assuage.records.history import History
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.standing import ruled_out_by
from assuage.resistance.model import Verdict
from assuage.safety import Concern, Severity
from assuage.trials.model import TreatmentTrial


@dataclass(frozen=True)
class Situation:
    """One person on one day, with everything that earlier stages say.

    `history` holds what was known by `as_of`, `trials` are those assembled from it. `concerns_of` gives
    the safety concerns about starting a treatment.
    """

    history: History
    trials: tuple[TreatmentTrial, ...]
    conditions: tuple[str, ...]
    flags: tuple[Flag, ...]
    verdicts: tuple[Verdict, ...]
    concerns_of: Callable[[str], tuple[Concern, ...]]
    as_of: date
    market: str | None = None


@cache
def rungs(condition: str) -> tuple[tuple[OptionEvidence, IndicationEvidence], ...]:
    """The options on the ladder of a condition with their evidence, by step and then by name."""
    name = ladder_of(condition)
    if name is None:
        return ()
    found = [
        (place, option.name, option, evidence)
        for option in option_evidence().values()
        if (evidence := option.indication_for(condition)) is not None
        and (place := ladders()[name].place_of(evidence.step)) is not None
    ]
    return tuple(
        (option, evidence) for _, _, option, evidence in sorted(found, key=lambda one: (one[0], one[1]))
    )


def starting(condition: str, ladder: Ladder) -> tuple[OptionEvidence, ...]:
    """The options on the first steps of a condition's ladder: what comes before anything invasive."""
    first_steps = {step.key for step in ladder.steps if step.starts}
    return tuple(option for option, evidence in rungs(condition) if evidence.step in first_steps)


@dataclass(frozen=True)
class OptionView:
    """One option in one case; `ladder` is the case's."""

    situation: Situation
    case: Case
    ladder: Ladder
    option: OptionEvidence
    evidence: IndicationEvidence

    @cached_property
    def attempts(self) -> Mapping[str, Attempt]:
        """What the record says was tried of it, by treatment."""
        found = ((key, attempt(self.case, key, self.option.forms)) for key in self.option.treatments)
        return {key: one for key, one in found if one is not None}

    @cached_property
    def concerns(self) -> tuple[Concern, ...]:
        """The safety concerns about each of its treatments."""
        return tuple(concern for key in self.option.treatments for concern in self.situation.concerns_of(key))

    @cached_property
    def ruled_out(self) -> Mapping[str, tuple[str, ...]]:
        """Its treatments that an allergy or a statement rules out, with the records of it."""
        found = {key: ruled_out_by(self.case, key) for key in self.option.treatments}
        return {key: records for key, records in found.items() if records}

    @cached_property
    def stopped(self) -> frozenset[str]:
        """Its treatments that are not to be given as things stand."""
        return frozenset(self.ruled_out) | {one.treatment for one in self.concerns if one.stops}

    @cached_property
    def first_step_tried(self) -> bool:
        """Whether a first step was tried to its end, by a trial or by a statement that it failed."""
        return any(
            self._tried_to_its_end(key, one)
            for one in starting(self.case.condition, self.ladder)
            for key in one.treatments
        )

    def _tried_to_its_end(self, treatment: str, option: OptionEvidence) -> bool:
        found = attempt(self.case, treatment, option.forms)
        if found is not None:
            return found.failed
        return option.kind == "drug" and said_in_general(self.case, treatment) is not None

    @property
    def hard_stops(self) -> tuple[Concern, ...]:
        """Hard stops that are borne out."""
        return tuple(one for one in self.concerns if one.stops)

    @property
    def open_stops(self) -> tuple[Concern, ...]:
        """Hard stops that a fact not on record would settle."""
        return tuple(
            one
            for one in self.concerns
            if one.severity is Severity.HARD_STOP and one.answer is Answer.UNKNOWN
        )

    @property
    def warnings(self) -> tuple[Concern, ...]:
        """Warnings that are borne out."""
        return tuple(
            one for one in self.concerns if one.severity is Severity.WARNING and one.answer is Answer.YES
        )
