"""A plan's focus heated with another power, or for another time: no new solve is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assuage.sound_pages.plan_report import SHARES, HeatAt
from assuage.workflows.ultrasound_heat import heat_at, warmed
from assuage.workflows.ultrasound_output import NOTICE, output_folder, write_json
from assuage.workflows.ultrasound_plan_files import ReadPlan, heat_at_content, write_image


@dataclass(frozen=True)
class Simulated:
    """What a power for a time comes to, for each share of attenuation that becomes heat."""

    heat: tuple[HeatAt, ...]
    written: tuple[Path, ...]


def simulate(
    plan: ReadPlan,
    power_w: float,
    duration_s: float,
    out: Path,
    watch: Callable[[str], None] = lambda _: None,
) -> Simulated:
    """Heat the plan's focus and head; writes temperature and dose of the central share, and all numbers."""
    output_folder(out)
    found, written = [], []
    for share in SHARES:
        watch(f"{power_w:g} W for {duration_s:g} s, {share} share")
        heat, head = heat_at(plan.focus, plan.whole, share, power_w, duration_s)
        found.append(heat)
        if share == "central":
            near = warmed(plan.focus, share, power_w, duration_s)
            written += [
                write_image(head.peak_c, plan.whole.grid, out, "temperature_c"),
                write_image(near.peak_c, plan.focus.grid, out, "focus_temperature_c"),
                write_image(near.dose_cem43_min, plan.focus.grid, out, "focus_dose_cem43_min"),
            ]
    content = {"notice": NOTICE, "heat": [heat_at_content(heat) for heat in found]}
    return Simulated(tuple(found), (*written, write_json(out, "heat.json", content)))
