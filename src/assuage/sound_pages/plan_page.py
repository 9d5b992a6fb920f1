"""The page of a plan: slices, helmet, profiles, corrections, limits, heat, lesion, caveats."""

from __future__ import annotations

import numpy as np

from assuage.report.pages import page
from assuage.sound_pages.helmet_view import HelmetView, helmet_view, standing_counts
from assuage.sound_pages.plan_report import PlanReport
from assuage.sound_pages.plan_tables import correction_rows, lesion_rows, limit_rows, size_rows
from assuage.sound_pages.plot import Plot, Plotter
from assuage.sound_pages.slices import Slice, scale_image, slices
from assuage.sound_pages.style_sheets import PACKAGE
from assuage.ultrasound.heat.bioheat import BODY_C
from assuage.ultrasound.skull import caveat_words


def plan_page(report: PlanReport) -> str:
    """The page of a plan."""
    return page(
        "plan.html",
        package=PACKAGE,
        facts=facts_of_plan(report),
        caveats=_caveats(report),
        limits=limit_rows(report),
        corrections=correction_rows(report),
        sampled=report.spreads[0] if report.spreads else None,
        slices=_slices(report),
        scale=scale_image(),
        peak_kpa=f"{1e-3 * report.focus.spot.peak_pa:.0f}",
        warmest=f"{report.heat.temperature_c.max():.0f}",
        helmets=_helmets(report),
        standing=standing_counts(report.standing),
        profiles=_profiles(report),
        sizes=size_rows(report),
        heat=report.heat,
        course=_course(report),
        course_rows=_course_rows(report),
        lesions=lesion_rows(report),
    )


def facts_of_plan(report: PlanReport) -> list[tuple[str, str]]:
    """The plan in names and values in words."""
    problem, spot = report.plan.problem, report.focus.spot
    outcomes = (report.plan.transfer.outcome, report.focus.outcome)
    converged = "yes" if all(outcome.converged for outcome in outcomes) else "NO: believe none of this"
    return [
        ("Head", report.head_name),
        ("Target", f"{problem.target.name}: {_place(problem.target.ras_mm)}"),
        ("Helmet", problem.placed.helmet.name),
        ("Frequency", f"{1e-3 * problem.frequency_hz:g} kHz"),
        ("Skull by", report.property_map.title),
        ("Predicted focus", f"{spot.distance_mm:.2f} mm from the target ({_shift(spot.shift_mm)})"),
        ("Focus against water", f"{100 * report.plan.of('full wave').against_water:.0f} %"),
        ("Solves converged", converged),
    ]


def _place(ras_mm: tuple[float, float, float]) -> str:
    return ", ".join(f"{axis} {value:.1f}" for axis, value in zip("RAS", ras_mm, strict=True)) + " mm"


def _shift(shift_mm: tuple[float, float, float]) -> str:
    names = ("right", "front", "top")
    return ", ".join(f"{name} {value:+.2f}" for name, value in zip(names, shift_mm, strict=True))


def _caveats(report: PlanReport) -> list[str]:
    """What speaks against the numbers, as plainly as what speaks for them."""
    words = caveat_words()
    of_map = [words[code] for code in report.property_map.caveats_at(report.plan.problem.frequency_hz)]
    own = [
        "The published shares of attenuation that become heat differ sixfold; intervals are their ends.",
        "Circulating water is held at 37 °C; cooler water leaves the scalp cooler.",
        "The same power warms different heads fourfold differently: only a measured test sonication tells.",
    ]
    target = report.plan.problem.target
    if target.standard_uncertainty_mm is not None:
        spread = ", ".join(f"{s:.1f}" for s in target.standard_uncertainty_mm)
        own.append(f"The target's place varies among people by {spread} mm (right, front, top; 1 sd).")
    return [*of_map, *own]


def _slices(report: PlanReport) -> list[tuple[str, list[Slice]]]:
    target, field = report.plan.problem.target.ras_mm, report.focus.field
    amplitude = np.abs(field.pressure_pa).astype(np.float32)
    loud = slices(
        report.ct, amplitude, field.grid, target, low=0.0, high=report.focus.spot.peak_pa, what="pressure"
    )
    heat = report.heat
    warm = slices(
        report.ct,
        heat.temperature_c,
        heat.grid,
        target,
        low=BODY_C,
        high=float(heat.temperature_c.max()),
        what="the highest temperature",
    )
    return [("pressure", loud), ("temperature", warm)]


def _helmets(report: PlanReport) -> list[HelmetView]:
    problem, phases = report.plan.problem, report.plan.of("full wave")
    helmet, off = problem.placed.helmet, ~problem.active
    through = np.abs(report.plan.transfer.through_head)
    water = np.abs(report.plan.transfer.through_water)
    late = np.mod(phases.phases_rad, 2 * np.pi)
    share = through / np.where(water > 0, water, 1.0)
    return [
        helmet_view(
            "Phase",
            helmet,
            np.where(off, np.nan, late),
            low="0",
            high="a whole turn late",
            top=2 * np.pi,
        ),
        helmet_view(
            "Share that reaches the target",
            helmet,
            np.where(off, np.nan, share),
            low="nothing",
            high="as much as in water, or more",
            top=1.0,
        ),
    ]


def _profiles(report: PlanReport) -> Plot:
    ends = [place for profile in report.profiles for place in profile.from_target_mm]
    plotter = Plotter((min(ends), max(ends)), (0.0, 105.0))
    for profile in report.profiles:
        plotter.line(profile.axis, profile.from_target_mm, [100 * s for s in profile.share_of_peak])
    return plotter.drawn("mm", "%")


def _course(report: PlanReport) -> Plot:
    heat, watts = report.heat, report.heat.acoustic_power_w
    low, central, high = (
        [BODY_C + watts * rise for rise in heat.rise_per_watt_c[share]]
        for share in ("low", "central", "high")
    )
    plotter = Plotter((0.0, heat.times_s[-1]), (BODY_C - 1, max(high) + 2))
    plotter.band("planned", heat.times_s, low, high)
    plotter.line("planned", heat.times_s, central)
    return plotter.drawn("s", "°C")


def _course_rows(report: PlanReport) -> list[tuple[str, str, str, str]]:
    heat, watts = report.heat, report.heat.acoustic_power_w
    step = max(1, len(heat.times_s) // 10)
    rows = []
    for number in range(0, len(heat.times_s), step):
        low, central, high = (
            f"{BODY_C + watts * heat.rise_per_watt_c[share][number]:.1f} °C"
            for share in ("low", "central", "high")
        )
        rows.append((f"{heat.times_s[number]:.1f} s", low, central, high))
    return rows
