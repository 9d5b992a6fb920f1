"""What a session came to: told by its log, or by a person who writes down what a letter says of it.

Only delivered sonications count. What nobody recorded is None.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config

from assuage.errors import UnreadableInput
from assuage.ultrasound.session.entries import Entry, Name, NotNegative, Positive, Side, Stage, Temperature
from assuage.ultrasound.session.rehearsal import REHEARSED
from assuage.ultrasound.session.state import SessionState, SonicationState, replayed

Count = Annotated[int, Field(ge=0)]
_ONLY_KNOWN_FIELDS = ConfigDict(extra="forbid")


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class TargetSummary:
    """One target of a session. `lesion_axes_mm` are measured on an image, in the order given.

    `sonications` counts what was delivered for it, `moves` how often another point was tried; `peak_c` is
    the highest temperature measured in any of its ablations, `focus_shift_mm` the largest distance from the
    target that an ablation's focus had.
    """

    target: Name
    side: Side | None = None
    lesion_axes_mm: tuple[Positive, ...] | None = None
    sonications: Count | None = None
    moves: Count | None = None
    verified: bool | None = None
    peak_c: Temperature | None = None
    focus_shift_mm: NotNegative | None = None


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class SessionSummary:
    """One session. `energy_j` is acoustic; `unwanted_effects` is empty where there were none.

    `rehearsed` is true for a session that never was: it must not be taken for a delivered one.
    """

    day: date
    session: Name | None = None
    duration_min: NotNegative | None = None
    targets: tuple[TargetSummary, ...] = ()
    sonications: Count | None = None
    energy_j: NotNegative | None = None
    complications: tuple[Name, ...] | None = None
    unwanted_effects: tuple[Name, ...] | None = None
    source: str | None = None
    rehearsed: bool = False


_WRITTEN: TypeAdapter[SessionSummary] = TypeAdapter(SessionSummary)


def summary_of(entries: Iterable[Entry]) -> SessionSummary:
    """The summary of a log's entries; raises ValueError for a log in which no session was opened."""
    made = tuple(entries)
    state = replayed(made)
    if state.opened_at is None or state.last_at is None:
        message = "no session was opened in this log: there is nothing to sum up"
        raise ValueError(message)
    delivered = state.delivered()
    energies = [s.delivered.energy_j for s in delivered if s.delivered is not None]
    effects = [s.answered.unwanted_effects for s in delivered if s.answered is not None]
    return SessionSummary(
        day=state.opened_at.date(),
        session=state.session,
        duration_min=round((state.last_at - state.opened_at).total_seconds() / 60, 1),
        targets=tuple(_target(state, name) for name in state.targets),
        sonications=len(delivered),
        energy_j=_total(energies),
        unwanted_effects=_all_effects(effects),
        source="session log",
        rehearsed=any(entry.by == REHEARSED for entry in made),
    )


def read_summary(path: Path) -> SessionSummary:
    """Read a session that a person wrote down, as YAML with the fields of `SessionSummary`.

    Raises UnreadableInput, naming the field, for a file that holds something else.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return _WRITTEN.validate_python(_as_tuples(content))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UnreadableInput("it is no readable YAML file", path=path) from error  # noqa: EM101
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "the whole file"
        found = f"{field}: {first['msg'].lower()}"
        remedy = "leave out what is not known; docs/formats/session.md lists the fields"
        raise UnreadableInput(found, path=path, remedy=remedy) from error


def _as_tuples(value: object) -> object:
    """YAML's lists as the tuples that the fields are."""
    if isinstance(value, dict):
        return {key: _as_tuples(item) for key, item in value.items()}
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value


def _target(state: SessionState, name: str) -> TargetSummary:
    target = state.targets[name]
    here = [s for s in state.delivered() if s.planned.target == name]
    ablations = [s for s in here if s.planned.stage is Stage.ABLATE]
    return TargetSummary(
        target=name,
        side=target.side,
        lesion_axes_mm=target.lesion_axes_mm,
        sonications=len(here),
        moves=state.moves.get(name, 0),
        verified=target.verified,
        peak_c=_most(ablations, "peak_c"),
        focus_shift_mm=_most(ablations, "focus_shift_mm"),
    )


def _most(sonications: Iterable[SonicationState], quantity: str) -> float | None:
    values = [getattr(s.delivered, quantity) for s in sonications]
    return max((value for value in values if value is not None), default=None)


def _total(values: Iterable[float | None]) -> float | None:
    """The sum; None as soon as one part is unknown."""
    known = list(values)
    return (
        None if any(value is None for value in known) else sum(value for value in known if value is not None)
    )


def _all_effects(answers: Iterable[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """Every effect told of; None where nobody ever looked, empty where somebody did and found none."""
    looked = [answer for answer in answers if answer is not None]
    return tuple(dict.fromkeys(effect for answer in looked for effect in answer)) if looked else None
