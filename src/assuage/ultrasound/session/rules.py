"""What may be entered when, and why not: the session's state machine.

Nothing is ablated that was not verified at its present place, and nothing goes on after a sign that says
stop.
"""

from __future__ import annotations

from collections.abc import Iterator

from assuage.ultrasound.session.entries import (
    Aligned,
    Answered,
    DeliveredSonication,
    Entry,
    GoOn,
    LesionSeen,
    PainChange,
    PlannedSonication,
    Retargeted,
    SessionOpened,
    Stage,
    Stopped,
    TargetSet,
)
from assuage.ultrasound.session.limits import SessionLimits, session_limits
from assuage.ultrasound.session.signs import (
    Refusal,
    bad_place_signs,
    last_here,
    measured_right,
    off_focus_signs,
    refusal,
    stop_signs,
)
from assuage.ultrasound.session.state import SessionState


def refusals(state: SessionState, entry: Entry, limits: SessionLimits | None = None) -> tuple[Refusal, ...]:
    """Why an entry may not be made now; empty where it may."""
    limits = limits or session_limits()
    general = tuple(_general(state, entry))
    if general:
        return general
    return tuple(dict.fromkeys(_particular(state, entry, limits)))


def _particular(state: SessionState, entry: Entry, limits: SessionLimits) -> Iterator[Refusal]:
    match entry:
        case TargetSet():
            if entry.target in state.targets:
                yield refusal("known_target")
        case PlannedSonication():
            yield from _may_plan(state, entry, limits)
        case DeliveredSonication():
            yield from _may_deliver(state, entry)
        case Answered():
            yield from _may_answer(state, entry)
        case Aligned():
            yield from _may_hold_aligned(state, entry, limits)
        case GoOn():
            yield from _may_go_on(state, entry, limits)
        case Retargeted():
            yield from _may_retarget(state, entry)
        case LesionSeen():
            if entry.target not in state.targets:
                yield refusal("unknown_target")
        case SessionOpened() | Stopped():
            pass


def _general(state: SessionState, entry: Entry) -> Iterator[Refusal]:
    if entry.at.tzinfo is None:
        yield refusal("no_time_zone")
    elif state.last_at is not None and entry.at < state.last_at:
        yield refusal("before_the_last")
    if isinstance(entry, SessionOpened):
        if state.opened_at is not None:
            yield refusal("already_open")
    elif state.opened_at is None:
        yield refusal("not_opened")
    if state.stopped is not None:
        yield refusal("stopped")


def _may_plan(state: SessionState, entry: PlannedSonication, limits: SessionLimits) -> Iterator[Refusal]:
    if entry.target not in state.targets:
        yield refusal("unknown_target")
        return
    pending = state.pending()
    if pending is not None:
        yield refusal("not_delivered_yet", number=pending.planned.number)
    expected = max(state.sonications, default=0) + 1
    if entry.number != expected:
        yield refusal("number_out_of_turn", expected=expected)
    yield from stop_signs(state, limits, entry.at)
    yield from bad_place_signs(state, entry.target, limits)
    if entry.stage is Stage.ALIGN:
        return
    yield from off_focus_signs(state, entry.target, limits)
    target = state.targets[entry.target]
    if not target.aligned:
        yield refusal("not_aligned")
    if entry.stage is Stage.ABLATE and not target.verified:
        yield refusal("not_verified")


def _may_deliver(state: SessionState, entry: DeliveredSonication) -> Iterator[Refusal]:
    sonication = state.sonications.get(entry.number)
    if sonication is None:
        yield refusal("not_planned")
    elif sonication.delivered is not None:
        yield refusal("delivered_already", number=entry.number)


def _may_answer(state: SessionState, entry: Answered) -> Iterator[Refusal]:
    sonication = state.sonications.get(entry.number)
    if sonication is None or sonication.delivered is None:
        yield refusal("nothing_delivered", number=entry.number)
    elif sonication.answered is not None:
        yield refusal("answered_already", number=entry.number)


def _may_hold_aligned(state: SessionState, entry: Aligned, limits: SessionLimits) -> Iterator[Refusal]:
    sonication = yield from last_here(state, entry.number, Stage.ALIGN)
    if sonication is not None:
        yield from measured_right(sonication, limits)
        yield from bad_place_signs(state, sonication.planned.target, limits)


def _may_go_on(state: SessionState, entry: GoOn, limits: SessionLimits) -> Iterator[Refusal]:
    sonication = yield from last_here(state, entry.number, Stage.VERIFY)
    if sonication is None:
        return
    if not state.targets[sonication.planned.target].aligned:
        yield refusal("not_aligned")
    yield from measured_right(sonication, limits)
    yield from bad_place_signs(state, sonication.planned.target, limits)
    if sonication.answered is None:
        yield refusal("not_answered", number=entry.number)
        return
    change = sonication.answered.pain_change
    if change is None or change is PainChange.NOT_ASSESSABLE:
        yield refusal("pain_not_asked")
    elif change is PainChange.SAME:
        yield refusal("pain_not_changed")
    if sonication.answered.unwanted_effects is None:
        yield refusal("effects_not_examined")


def _may_retarget(state: SessionState, entry: Retargeted) -> Iterator[Refusal]:
    if entry.target not in state.targets:
        yield refusal("unknown_target")
    pending = state.pending()
    if pending is not None:
        yield refusal("not_delivered_yet", number=pending.planned.number)
