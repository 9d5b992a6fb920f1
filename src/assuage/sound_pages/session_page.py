"""The page of one session: what was planned, what was delivered, what was answered, and by which limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assuage.report.pages import page
from assuage.sound_pages.style_sheets import PACKAGE
from assuage.sources import Provenance, sources
from assuage.ultrasound.session.entries import Entry, GoOn, PainChange, Retargeted, Stage
from assuage.ultrasound.session.limits import SessionLimits, session_limits
from assuage.ultrasound.session.signs import stop_signs
from assuage.ultrasound.session.state import SessionState, SonicationState, replayed
from assuage.ultrasound.session.summary import SessionSummary, TargetSummary, summary_of

NOT_ON_RECORD = "not on record"
_STAGE_WORDS = {Stage.ALIGN: "align", Stage.VERIFY: "verify", Stage.ABLATE: "ablate"}
_PAIN_WORDS = {
    PainChange.GONE: "pain gone",
    PainChange.LESS: "less pain",
    PainChange.SAME: "pain as before",
    PainChange.MORE: "more pain",
    PainChange.NOT_ASSESSABLE: "pain could not be told",
}


@dataclass(frozen=True)
class TargetRow:
    """One target in words."""

    target: str
    side: str
    lesion: str
    sonications: str
    moves: str
    peak: str
    shift: str


@dataclass(frozen=True)
class SonicationRow:
    """One sonication in words; what was planned and what was delivered stand apart."""

    number: int
    target: str
    stage: str
    planned: str
    delivered: str
    peak: str
    in_band: str
    shift: str
    answers: str


@dataclass(frozen=True)
class LimitRow:
    """One limit, what was measured against it, and where it comes from."""

    name: str
    limit: str
    measured: str
    status: str
    standing: str
    source: str


@dataclass(frozen=True)
class Mark:
    """Something on the session's time axis; `x` in per cent of its width, `y` in pixels."""

    x: float
    y: float
    style: str
    words: str


@dataclass(frozen=True)
class Chart:
    """Peak temperatures over the session, with the bands of the stages."""

    marks: tuple[Mark, ...]
    decisions: tuple[Mark, ...]
    bands: tuple[tuple[str, float, float], ...]  # style, top and height, pixels
    gridlines: tuple[tuple[float, int], ...]  # y, temperature
    ticks: tuple[tuple[float, int], ...]  # x, minutes
    height: int


def session_page(entries: Sequence[Entry], limits: SessionLimits | None = None) -> str:
    """The page of a log's entries; raises ValueError where no session was opened."""
    limits = limits or session_limits()
    state, summary = replayed(entries), summary_of(entries)
    return page(
        "session.html",
        package=PACKAGE,
        summary=summary,
        facts=_facts(summary, state),
        targets=target_rows(summary),
        sonications=[_sonication_row(s, limits) for _, s in sorted(state.sonications.items())],
        limits=_limit_rows(state, limits),
        signs=[sign.words for sign in stop_signs(state, limits)],
        chart=_chart(entries, state, limits),
    )


def written_session_page(summary: SessionSummary) -> str:
    """The page of a session that has no log: what a letter says of it, and nothing else."""
    return page(
        "session.html",
        package=PACKAGE,
        summary=summary,
        facts=_facts(summary, None),
        targets=target_rows(summary),
        sonications=[],
        limits=[],
        signs=[],
        chart=None,
    )


def facts_of(summary: SessionSummary, entries: Sequence[Entry] | None) -> list[tuple[str, str]]:
    """What is known of the whole session, as names and values in words; the log where there is one."""
    return _facts(summary, None if entries is None else replayed(entries))


def target_rows(summary: SessionSummary) -> list[TargetRow]:
    """Each target in words."""
    return [_target_row(target) for target in summary.targets]


def _facts(summary: SessionSummary, state: SessionState | None) -> list[tuple[str, str]]:
    stopped = state.stopped.reason if state is not None and state.stopped is not None else None
    effects = summary.unwanted_effects
    return [
        ("Day", summary.day.isoformat()),
        ("Duration", _value(summary.duration_min, "min")),
        ("Sonications delivered", _value(summary.sonications, "")),
        (
            "Acoustic energy",
            NOT_ON_RECORD if summary.energy_j is None else f"{summary.energy_j / 1e3:.1f} kJ",
        ),
        ("Complications", _listed(summary.complications)),
        ("Unwanted effects", _listed(effects)),
        ("Ended", stopped or NOT_ON_RECORD),
        ("Told by", summary.source or NOT_ON_RECORD),
    ]


def _target_row(target: TargetSummary) -> TargetRow:
    axes = target.lesion_axes_mm
    return TargetRow(
        target.target,
        target.side or NOT_ON_RECORD,
        NOT_ON_RECORD if not axes else " × ".join(f"{axis:g}" for axis in axes) + " mm",
        _value(target.sonications, ""),
        _value(target.moves, ""),
        _value(target.peak_c, "°C"),
        _value(target.focus_shift_mm, "mm"),
    )


def _sonication_row(sonication: SonicationState, limits: SessionLimits) -> SonicationRow:
    planned, delivered, answered = sonication.planned, sonication.delivered, sonication.answered
    band = limits.bands[planned.stage]
    peak = None if delivered is None else delivered.peak_c
    inside = "" if peak is None else _in_band(peak, band.low_c, band.high_c)
    return SonicationRow(
        planned.number,
        planned.target,
        _STAGE_WORDS[planned.stage],
        f"{planned.acoustic_power_w:.0f} W, {planned.duration_s:g} s",
        "not delivered" if delivered is None else _power(delivered.acoustic_power_w, delivered.duration_s),
        _value(peak, "°C"),
        inside,
        _value(None if delivered is None else delivered.focus_shift_mm, "mm"),
        "–"
        if answered is None
        else _answers(answered.pain_change, answered.unwanted_effects, answered.pain_nrs),
    )


def _power(power_w: float | None, duration_s: float | None) -> str:
    return f"{_value(power_w, 'W')}, {_value(duration_s, 's')}"


def _answers(change: PainChange | None, effects: tuple[str, ...] | None, pain_nrs: float | None) -> str:
    pain = "pain not asked" if change is None else _PAIN_WORDS[change]
    strength = "" if pain_nrs is None else f", {pain_nrs:g} of 10"
    looked = "effects not examined" if effects is None else ", ".join(effects) or "no unwanted effect"
    return f"{pain}{strength}; {looked}"


def _in_band(peak_c: float, low_c: float, high_c: float) -> str:
    if peak_c < low_c:
        return "below the band"
    return "above the band" if peak_c > high_c else "in the band"


def _limit_rows(state: SessionState, limits: SessionLimits) -> list[LimitRow]:
    delivered = [s.delivered for s in state.delivered() if s.delivered is not None]
    shifts = [s.focus_shift_mm for s in delivered if s.focus_shift_mm is not None]
    skull = [s.skull_dose_cem43_min for s in delivered if s.skull_dose_cem43_min is not None]
    scalp = [s.scalp_dose_cem43_min for s in delivered if s.scalp_dose_cem43_min is not None]
    minutes = None
    if state.opened_at is not None and state.last_at is not None:
        minutes = (state.last_at - state.opened_at).total_seconds() / 60
    rows = [
        (
            "Focus from target, last sonication",
            limits.most_focus_shift_mm,
            shifts[-1] if shifts else None,
            "mm",
        ),
        ("Thermal dose of the skull", limits.most_skull_dose_cem43_min, _sum(skull), "CEM43 min"),
        ("Thermal dose of the scalp", limits.most_scalp_dose_cem43_min, _sum(scalp), "CEM43 min"),
        ("Length of the session", limits.most_session_min, minutes, "min"),
    ]
    of_limits = [
        LimitRow(
            name,
            f"at most {limit.value:g} {unit}",
            _value(measured, unit),
            NOT_ON_RECORD if measured is None else "within" if measured <= limit.value else "over",
            *_origin(limit.provenance),
        )
        for name, limit, measured, unit in rows
    ]
    return [*_band_rows(state, limits), *of_limits]


def _band_rows(state: SessionState, limits: SessionLimits) -> list[LimitRow]:
    rows = []
    for stage, band in limits.bands.items():
        peaks = [
            s.delivered.peak_c
            for s in state.delivered()
            if s.planned.stage is stage and s.delivered is not None and s.delivered.peak_c is not None
        ]
        status = _in_band(max(peaks), band.low_c, band.high_c) if peaks else NOT_ON_RECORD
        rows.append(
            LimitRow(
                f"Peak temperature to {_STAGE_WORDS[stage]}",
                f"{band.low_c:g} to {band.high_c:g} °C",
                f"highest {max(peaks):.1f} °C" if peaks else NOT_ON_RECORD,
                status,
                *_origin(band.provenance),
            )
        )
    return rows


def _origin(provenance: Provenance) -> tuple[str, str]:
    """Whether a number is published, and its source."""
    standing = "published" if provenance.published else "project convention"
    return standing, sources()[provenance.source].title


# --- the drawing

_LOW_C, _HIGH_C = 36.0, 68.0
_PX_PER_C = 6.0
_TOP_PX = 26.0
_MOST_TICKS = 6


def _y(temperature_c: float) -> float:
    inside = min(max(temperature_c, _LOW_C), _HIGH_C)
    return round(_TOP_PX + (_HIGH_C - inside) * _PX_PER_C, 1)


def _chart(entries: Iterable[Entry], state: SessionState, limits: SessionLimits) -> Chart | None:
    """Peak temperatures over time; None where no temperature was measured."""
    opened, last = state.opened_at, state.last_at
    shown = [s for s in state.delivered() if s.delivered is not None and s.delivered.peak_c is not None]
    if not shown or opened is None or last is None:
        return None
    whole_min = max((last - opened).total_seconds() / 60, 1.0)

    def x(entry: Entry) -> float:
        return round(2 + 96 * (entry.at - opened).total_seconds() / 60 / whole_min, 2)

    marks = [
        Mark(x(s.delivered), _y(s.delivered.peak_c), s.planned.stage, _in_words(s))
        for s in shown
        if s.delivered is not None and s.delivered.peak_c is not None
    ]
    bottom = _y(_LOW_C)
    decisions = [
        Mark(x(entry), bottom + 16, "go_on" if isinstance(entry, GoOn) else "retargeted", _decided(entry))
        for entry in entries
        if isinstance(entry, GoOn | Retargeted)
    ]
    bands = [
        (str(stage), _y(band.high_c), _y(band.low_c) - _y(band.high_c))
        for stage, band in limits.bands.items()
    ]
    step = max(1, round(whole_min / _MOST_TICKS / 5) * 5)
    ticks = [(round(2 + 96 * minute / whole_min, 2), minute) for minute in range(0, int(whole_min) + 1, step)]
    lines = [(_y(t), int(t)) for t in range(40, int(_HIGH_C) + 1, 5)]
    return Chart(tuple(marks), tuple(decisions), tuple(bands), tuple(lines), tuple(ticks), round(bottom + 44))


def _in_words(sonication: SonicationState) -> str:
    peak = sonication.delivered.peak_c if sonication.delivered else None
    stage = _STAGE_WORDS[sonication.planned.stage]
    return (
        f"Sonication {sonication.planned.number}, {stage}, {sonication.planned.target}: {_value(peak, '°C')}"
    )


def _decided(entry: GoOn | Retargeted) -> str:
    if isinstance(entry, GoOn):
        return f"Place verified by sonication {entry.number}; decided by {entry.by}"
    return f"{entry.target}: another point ({entry.reason}); decided by {entry.by}"


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return NOT_ON_RECORD
    digits = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{digits} {unit}".rstrip()


def _listed(texts: tuple[str, ...] | None) -> str:
    return NOT_ON_RECORD if texts is None else ", ".join(texts) or "none"


def _sum(values: Sequence[float]) -> float | None:
    return sum(values) if values else None
