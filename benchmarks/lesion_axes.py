"""Predicted lesion axes at published peak temperatures, beside published lesions: compared, never fitted.

    python benchmarks/lesion_axes.py PLAN

PLAN is a folder that `assuage fus plan` or `make demo-fus` wrote. Power is set so that the focus reaches each
peak. Jeanmonod et al. 2012 report 51 to 64 C and lesions of 3 to 4 mm; clinical helmets sound at 630 to
700 kHz, so a plan at 220 kHz, whose focus is three times as wide, is not the same thing.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from assuage.ultrasound.heat.bioheat import BODY_C
from assuage.workflows.ultrasound_heat import lesions_of, warmed
from assuage.workflows.ultrasound_plan_files import read_plan

PEAKS_C = (51.0, 54.0, 57.0, 60.0, 64.0)
DURATIONS_S = (10.0, 20.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    plan = read_plan(parser.parse_args().plan)
    brain = plan.focus.of("brain")
    print("| s | peak C | power W | 100 CEM43, mm | 200 | 240 | volume at 240, mm3 |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for duration_s in DURATIONS_S:
        # A hundred watts, and not one: in single precision a rise of some hundredths beside 37 C is lost.
        once = warmed(plan.focus, "central", 100.0, duration_s)
        per_watt_c = (float(once.peak_c[brain].max()) - BODY_C) / 100.0
        for peak_c in PEAKS_C:
            power_w = (peak_c - BODY_C) / per_watt_c
            lesions = lesions_of(
                plan.focus, warmed(plan.focus, "central", power_w, duration_s).dose_cem43_min
            )
            axes = (" x ".join(f"{a:.1f}" for a in v.axes_mm) if v.volume_mm3 else "none" for v in lesions)
            cells = [
                f"{duration_s:g}",
                f"{peak_c:g}",
                f"{power_w:.0f}",
                *axes,
                f"{lesions[-1].volume_mm3:.1f}",
            ]
            print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
