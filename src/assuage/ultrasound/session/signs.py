"""Signs that speak against a place, or against the session, read out of what was delivered and answered."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from assuage.ultrasound.session.entries import PainChange, Stage
from assuage.ultrasound.session.limits import SessionLimits
from assuage.ultrasound.session.state import SessionState, SonicationState

REASONS: Mapping[str, str] = {
    "not_opened": "no session is open: open one first",
    "already_open": "the session is open already",
    "stopped": "the session was stopped: nothing follows; open another",
    "before_the_last": "the entry is dated before the last one: entries are made in order of time",
    "no_time_zone": "the entry's time has no zone: give one, such as +00:00",
    "unknown_target": "there is no target of this name: set it first",
    "known_target": "a target of this name is set already: retarget it, or choose another name",
    "not_delivered_yet": "sonication {number} is planned and not delivered: enter what was delivered first",
    "number_out_of_turn": "the next sonication is number {expected}",
    "not_planned": "no sonication of this number is planned: what was delivered must have been planned",
    "delivered_already": "sonication {number} is delivered already: an entry is never changed",
    "nothing_delivered": "sonication {number} is not delivered: there is nothing to say of it yet",
    "answered_already": "the answers after sonication {number} are entered already",
    "not_answered": "after verify sonication {number} the neurological answers are missing: ask and examine",
    "wrong_stage": "sonication {number} was no {stage} sonication",
    "not_at_this_place": "sonication {number} was before the last retarget: it says nothing of this place",
    "not_the_last": "a later sonication at this place was delivered: decide by that one",
    "not_aligned": "the focus is not aligned at this place: align first",
    "not_verified": "the place is not verified since it was last set: verify first",
    "focus_unknown": "the focus of sonication {number} was not measured: it can't be held to be right",
    "peak_unknown": "the peak temperature of sonication {number} was not measured",
    "focus_off": "the focus lay {shift_mm} mm from the target, more than {limit_mm} mm: align again",
    "too_cold": "the peak of {peak_c} C is below the {stage} band, {low_c} to {high_c} C",
    "too_hot": "the peak of {peak_c} C is above the {stage} band, {low_c} to {high_c} C: retarget, or stop",
    "pain_not_asked": "whether pain changed was not asked, or could not be told",
    "pain_not_changed": "pain did not change: try another point",
    "pain_more": "pain became more: try another point, or stop",
    "effects_not_examined": "nobody examined for unwanted effects",
    "unwanted_effect": "an unwanted effect appeared: try another point, or stop",
    "cavitation": "a cavitation mark was recorded: stop",
    "skull_dose": "the skull got {dose_cem43_min} CEM43 minutes, more than {limit_cem43_min}: stop",
    "scalp_dose": "the scalp got {dose_cem43_min} CEM43 minutes, more than {limit_cem43_min}: stop",
    "time_over": "the session has lasted {minutes} minutes, more than {limit_minutes}: stop",
}
"""Every refusal in words; a code that is not here can't be given."""


@dataclass(frozen=True)
class Refusal:
    """Why an entry is not admitted, or what speaks against going on."""

    code: str
    values: tuple[tuple[str, str | int | float], ...] = ()

    def __post_init__(self) -> None:
        if self.code not in REASONS:
            message = f"there is no reason {self.code!r}"
            raise ValueError(message)

    @property
    def words(self) -> str:
        """The reason for a reader."""
        return REASONS[self.code].format(**dict(self.values))


def refusal(code: str, **values: str | int | float) -> Refusal:
    """A refusal with its values."""
    return Refusal(code, tuple(values.items()))


def stop_signs(state: SessionState, limits: SessionLimits, now: datetime | None = None) -> Iterator[Refusal]:
    """What speaks for stopping the session: nothing is planned while there is one. Doses add up."""
    delivered = [s.delivered for s in state.delivered() if s.delivered is not None]
    if any(sonication.cavitation for sonication in delivered):
        yield refusal("cavitation")
    for code, given, limit in (
        ("skull_dose", [s.skull_dose_cem43_min for s in delivered], limits.most_skull_dose_cem43_min.value),
        ("scalp_dose", [s.scalp_dose_cem43_min for s in delivered], limits.most_scalp_dose_cem43_min.value),
    ):
        dose = sum(value for value in given if value is not None)
        if dose > limit:
            yield refusal(code, dose_cem43_min=round(dose, 1), limit_cem43_min=limit)
    now = now or state.last_at
    if now is not None and state.opened_at is not None:
        minutes = (now - state.opened_at).total_seconds() / 60
        if minutes > limits.most_session_min.value:
            yield refusal("time_over", minutes=round(minutes), limit_minutes=limits.most_session_min.value)


def bad_place_signs(state: SessionState, target: str, limits: SessionLimits) -> Iterator[Refusal]:
    """What speaks against the target's present place for good: only another point, or stopping, is left."""
    for sonication in state.of_place(target):
        yield from _too_hot(sonication, limits)
        if sonication.answered is None:
            continue
        if sonication.answered.pain_change is PainChange.MORE:
            yield refusal("pain_more")
        if sonication.answered.unwanted_effects:
            yield refusal("unwanted_effect")


def off_focus_signs(state: SessionState, target: str, limits: SessionLimits) -> Iterator[Refusal]:
    """Whether the last sonication at the place missed it: an align sonication that does not sets it right."""
    for sonication in state.of_place(target)[-1:]:
        yield from _off_focus(sonication, limits)


def measured_right(sonication: SonicationState, limits: SessionLimits) -> Iterator[Refusal]:
    """Why a sonication's measurements do not show the focus where it should be, as warm as it should be."""
    delivered, number = sonication.delivered, sonication.planned.number
    if delivered is None or delivered.focus_shift_mm is None:
        yield refusal("focus_unknown", number=number)
    yield from _off_focus(sonication, limits)
    if delivered is None or delivered.peak_c is None:
        yield refusal("peak_unknown", number=number)
        return
    band = limits.bands[sonication.planned.stage]
    if delivered.peak_c < band.low_c:
        yield _outside_band("too_cold", delivered.peak_c, sonication, limits)


def last_here(
    state: SessionState, number: int, stage: Stage
) -> Generator[Refusal, None, SonicationState | None]:
    """The sonication of a number, if it is the last of its stage at its target's present place."""
    sonication = state.sonications.get(number)
    if sonication is None or sonication.delivered is None:
        yield refusal("nothing_delivered", number=number)
        return None
    if sonication.planned.stage is not stage:
        yield refusal("wrong_stage", number=number, stage=stage)
        return None
    here = state.of_place(sonication.planned.target)
    if sonication not in here:
        yield refusal("not_at_this_place", number=number)
        return None
    if here[-1] is not sonication:
        yield refusal("not_the_last")
        return None
    return sonication


def _too_hot(sonication: SonicationState, limits: SessionLimits) -> Iterator[Refusal]:
    peak = sonication.delivered.peak_c if sonication.delivered else None
    if peak is not None and peak > limits.bands[sonication.planned.stage].high_c:
        yield _outside_band("too_hot", peak, sonication, limits)


def _off_focus(sonication: SonicationState, limits: SessionLimits) -> Iterator[Refusal]:
    shift = sonication.delivered.focus_shift_mm if sonication.delivered else None
    limit = limits.most_focus_shift_mm.value
    if shift is not None and shift > limit:
        yield refusal("focus_off", shift_mm=round(shift, 2), limit_mm=limit)


def _outside_band(code: str, peak_c: float, sonication: SonicationState, limits: SessionLimits) -> Refusal:
    stage = sonication.planned.stage
    band = limits.bands[stage]
    return refusal(code, peak_c=round(peak_c, 1), stage=stage, low_c=band.low_c, high_c=band.high_c)
