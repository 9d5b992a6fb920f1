"""The tables of a plan's page: corrections side by side, limits, lesions, uncertainty, sizes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from assuage.sound_pages.plan_report import HeatAt, PlanReport, WarmPlace
from assuage.sources import Provenance, sources
from assuage.ultrasound.heat.lesion import Lesion
from assuage.ultrasound.plan import Interval
from assuage.ultrasound.session.limits import session_limits

NONE = "none"


@dataclass(frozen=True)
class CorrectionRow:
    """One correction for the skull in words."""

    name: str
    share_of_bound: str
    against_water: str
    near_shift: str
    interval: str


@dataclass(frozen=True)
class LimitRow:
    """A number of the plan, what it is held against, and where that comes from."""

    name: str
    value: str
    unit: str
    limit: str
    status: str
    source: str


@dataclass(frozen=True)
class LesionRow:
    """The lesion at one threshold, for the low, central and high share that becomes heat."""

    threshold: str
    low: str
    central: str
    high: str
    volume: str


def correction_rows(report: PlanReport) -> list[CorrectionRow]:
    """None, by ray, by full wave: what each gives at the target."""
    spreads = {spread.correction: spread for spread in report.spreads}
    return [
        CorrectionRow(
            phases.correction,
            f"{100 * phases.share_of_bound:.0f} %",
            f"{100 * phases.against_water:.0f} %",
            f"{spot.distance_mm:.2f} mm",
            _spread_words(spreads[phases.correction].share_of_bound, spreads[phases.correction].distance_mm)
            if phases.correction in spreads
            else "not sampled",
        )
        for phases, spot in zip(report.plan.phases, report.near, strict=True)
    ]


def _spread_words(share: Interval, distance: Interval) -> str:
    return (
        f"{100 * share.low:.0f} to {100 * share.high:.0f} % of the bound,"
        f" {distance.low:.1f} to {distance.high:.1f} mm off"
    )


def lesion_rows(report: PlanReport) -> list[LesionRow]:
    """Predicted axes at each threshold."""
    low, central, high = (report.heat.of(share).lesions for share in ("low", "central", "high"))
    return [
        LesionRow(
            f"{c.threshold_cem43_min:g} CEM43 min", _axes(a), _axes(c), _axes(b), f"{c.volume_mm3:.1f} mm³"
        )
        for a, c, b in zip(low, central, high, strict=True)
    ]


def _axes(lesion: Lesion) -> str:
    if lesion.volume_mm3 == 0:
        return NONE
    return " × ".join(f"{axis:.1f}" for axis in lesion.axes_mm) + " mm"


def limit_rows(report: PlanReport) -> list[LimitRow]:
    """What the plan comes to, beside the limits of the session's rules."""
    limits, heat = session_limits(), report.heat
    central, high = heat.of("central"), heat.of("high")
    shift = limits.most_focus_shift_mm
    rows = [
        _limited(
            "Predicted focus from target", report.focus.spot.distance_mm, "mm", shift.value, shift.provenance
        ),
        LimitRow(
            f"Acoustic power for {heat.wanted_peak_c:g} °C after {heat.duration_s:g} s",
            f"{heat.acoustic_power_w:.0f} ({_powers(report)})",
            "W",
            f"at most {report.most_power_w:.0f}, all elements at their limit",
            _status(heat.acoustic_power_w, report.most_power_w),
            "this helmet's file",
        ),
    ]
    for name, limit, places in (
        ("skull", limits.most_skull_dose_cem43_min, (central.bone, high.bone)),
        ("scalp", limits.most_scalp_dose_cem43_min, (central.skin, high.skin)),
    ):
        rows += _tissue_rows(name, limit.value, limit.provenance, places)
    return [*rows, *_reported_rows(report)]


def _tissue_rows(
    name: str, limit_cem43_min: float, origin: Provenance, places: tuple[WarmPlace | None, WarmPlace | None]
) -> list[LimitRow]:
    central, high = places
    if central is None or high is None:
        return []
    dose = f"{central.dose_cem43_min:.2g} (high share: {high.dose_cem43_min:.2g})"
    return [
        LimitRow(
            f"Highest temperature of the {name}",
            f"{central.peak_c:.1f} (high share: {high.peak_c:.1f})",
            "°C",
            "no limit here",
            "reported",
            "",
        ),
        LimitRow(
            f"Highest thermal dose of the {name}",
            dose,
            "CEM43 min",
            f"at most {limit_cem43_min:g}",
            f"{_status(central.dose_cem43_min, limit_cem43_min)}; high share:"
            f" {_status(high.dose_cem43_min, limit_cem43_min)}",
            sources()[origin.source].title,
        ),
    ]


def _reported_rows(report: PlanReport) -> list[LimitRow]:
    """Numbers without a limit: they are said, and decide nothing."""
    problem, focus = report.plan.problem, report.focus
    peak_mpa = 1e-6 * focus.spot.peak_pa * math.sqrt(report.heat.acoustic_power_w / report.most_power_w)
    index = peak_mpa / math.sqrt(1e-6 * problem.frequency_hz)
    ratios = report.rays.density_ratio[problem.active]
    ratio = f"{np.nanmean(ratios):.2f}" if np.isfinite(ratios).any() else "unknown"
    lobe = NONE if focus.side_lobe is None else f"{focus.side_lobe.of_focus_db:.1f}"
    bone = NONE if focus.skull_hot_spot is None else f"{focus.skull_hot_spot.of_focus_db:.1f}"
    rows = [
        ("Peak pressure at the focus at that power", f"{peak_mpa:.2f} (mechanical index {index:.1f})", "MPa"),
        ("Loudest side lobe in the brain, against the focus", lobe, "dB"),
        ("Loudest place in bone, against the focus", bone, "dB"),
        ("Active elements", f"{int(problem.active.sum())} of {len(problem.active)}", ""),
        ("Mean incidence on the bone", f"{np.nanmean(report.rays.incidence_deg[problem.active]):.1f}", "°"),
        ("Mean skull density ratio; moves with the CT's kernel, decides nothing", ratio, ""),
    ]
    return [LimitRow(name, value, unit, "no limit here", "reported", "") for name, value, unit in rows]


def _limited(name: str, value: float, unit: str, limit: float, origin: Provenance) -> LimitRow:
    return LimitRow(
        name,
        f"{value:.2f}",
        unit,
        f"at most {limit:g}",
        _status(value, limit),
        sources()[origin.source].title,
    )


def _status(value: float, limit: float) -> str:
    return "within" if value <= limit else "over"


def _powers(report: PlanReport) -> str:
    """The power by the high and the low share: the more becomes heat, the less is needed."""
    least, most = (report.heat.power_for_wanted_w(share) for share in ("high", "low"))
    return f"{least:.0f} to {most:.0f} over the published shares"


def warmest_words(heat: HeatAt) -> str:
    """The focus of one share in words."""
    return f"{heat.peak_c:.1f} °C"


def size_rows(report: PlanReport) -> list[tuple[str, str, str]]:
    """Widths of the focus along right, front and top, at -3 and -6 dB."""
    spot = report.focus.spot
    return [
        (axis, _width(three), _width(six))
        for axis, three, six in zip(
            ("right", "front", "top"), spot.widths_3db_mm, spot.widths_6db_mm, strict=True
        )
    ]


def _width(value_mm: float) -> str:
    return "wider than the region" if math.isnan(value_mm) else f"{value_mm:.1f} mm"
