"""Where a session stands: the log, folded. A pure function of the entries, so that replay is proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from assuage.ultrasound.session.entries import (
    Aligned,
    Answered,
    DeliveredSonication,
    Entry,
    GoOn,
    LesionSeen,
    PlannedSonication,
    Point,
    Retargeted,
    SessionOpened,
    Side,
    Stopped,
    TargetSet,
)


@dataclass(frozen=True)
class TargetState:
    """What is known of one target since its place was last set."""

    position_ras_mm: Point | None
    side: Side | None
    aligned: bool = False
    verified: bool = False
    lesion_axes_mm: tuple[float, ...] | None = None

    def moved(self, position_ras_mm: Point | None) -> TargetState:
        """The same target at another point: nothing is aligned or verified there."""
        return replace(self, position_ras_mm=position_ras_mm, aligned=False, verified=False)


@dataclass(frozen=True)
class SonicationState:
    """One sonication: as planned, and what followed. `moves` counts the retargets of its target before it."""

    planned: PlannedSonication
    moves: int
    delivered: DeliveredSonication | None = None
    answered: Answered | None = None


@dataclass(frozen=True)
class SessionState:
    """The whole session at one moment."""

    session: str | None = None
    opened_at: datetime | None = None
    last_at: datetime | None = None
    targets: Mapping[str, TargetState] = field(default_factory=dict)
    moves: Mapping[str, int] = field(default_factory=dict)
    sonications: Mapping[int, SonicationState] = field(default_factory=dict)
    stopped: Stopped | None = None

    def pending(self) -> SonicationState | None:
        """The sonication that is planned and not yet delivered."""
        return next((s for s in self.sonications.values() if s.delivered is None), None)

    def delivered(self) -> list[SonicationState]:
        """Every delivered sonication, in order."""
        return [s for _, s in sorted(self.sonications.items()) if s.delivered is not None]

    def of_place(self, target: str) -> list[SonicationState]:
        """The delivered sonications at the target's present place, in order."""
        return [
            s for s in self.delivered() if s.planned.target == target and s.moves == self.moves.get(target, 0)
        ]


def after(state: SessionState, entry: Entry) -> SessionState:
    """The state once an admitted entry is made; `rules.refusals` says what is admitted."""
    state = replace(state, last_at=entry.at)
    match entry:
        case SessionOpened():
            return replace(state, session=entry.session, opened_at=entry.at)
        case TargetSet():
            return _with_target(state, entry.target, TargetState(entry.position_ras_mm, entry.side))
        case PlannedSonication():
            planned = SonicationState(entry, state.moves.get(entry.target, 0))
            return _with_sonication(state, planned)
        case DeliveredSonication():
            return _with_sonication(state, replace(state.sonications[entry.number], delivered=entry))
        case Answered():
            return _with_sonication(state, replace(state.sonications[entry.number], answered=entry))
        case Aligned():
            target = state.sonications[entry.number].planned.target
            return _with_target(state, target, replace(state.targets[target], aligned=True))
        case GoOn():
            target = state.sonications[entry.number].planned.target
            return _with_target(state, target, replace(state.targets[target], verified=True))
        case Retargeted():
            moves = {**state.moves, entry.target: state.moves.get(entry.target, 0) + 1}
            moved = state.targets[entry.target].moved(entry.position_ras_mm)
            return _with_target(replace(state, moves=moves), entry.target, moved)
        case LesionSeen():
            seen = replace(state.targets[entry.target], lesion_axes_mm=entry.axes_mm)
            return _with_target(state, entry.target, seen)
        case Stopped():
            return replace(state, stopped=entry)


def replayed(entries: Iterable[Entry]) -> SessionState:
    """The state after all entries of a log."""
    state = SessionState()
    for entry in entries:
        state = after(state, entry)
    return state


def _with_target(state: SessionState, name: str, target: TargetState) -> SessionState:
    return replace(state, targets={**state.targets, name: target})


def _with_sonication(state: SessionState, sonication: SonicationState) -> SessionState:
    return replace(state, sonications={**state.sonications, sonication.planned.number: sonication})
