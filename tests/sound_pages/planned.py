"""One plan through a head a third of the usual size, with 64 elements: real solves, in seconds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from assuage.sound_pages.plan_page import plan_page
from assuage.ultrasound.field import SolverOptions
from assuage.ultrasound.phantom import HeadShape
from assuage.ultrasound.target import Target
from assuage.ultrasound.transducer import Helmet, generic_helmet
from assuage.workflows.ultrasound_plan import MadePlan, PlanOrder, make_plan, prepared, read_ct

SHAPE = HeadShape().scaled(0.35)
TARGET = Target("point", (3.0, -2.0, 4.0))
EVERY = 16


def small_helmet() -> Helmet:
    """Every sixteenth element of the shipped helmet."""
    whole = generic_helmet()
    return replace(whole, centres_mm=whole.centres_mm[::EVERY])


def small_order(**changes: object) -> PlanOrder:
    """A plan at 220 kHz on four points per wavelength."""
    given = {"points_per_wavelength": 4.0, "wanted_peak_c": 57.0, "duration_s": 10.0, **changes}
    return PlanOrder(TARGET, small_helmet(), 220e3, **given)


@cache
def small_plan() -> MadePlan:
    """The plan, made once for all tests."""
    ready = prepared(small_order(), *read_ct("phantom:0", SHAPE))
    return make_plan(ready, SolverOptions(threads=1, tolerance=1e-2), Path("never-used"))


@cache
def plan_html() -> str:
    """Its page."""
    return plan_page(small_plan().report)
