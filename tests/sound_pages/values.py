"""Values that pages are made from: a measured course, a session, a plan in a small water-and-bone head."""

from __future__ import annotations

import math

from assuage.sound_pages import MeasuredFrame, PlannedRise, TemperatureCourse
from assuage.ultrasound.thermometry.focus import MeasuredFocus
from assuage.ultrasound.thermometry.sequence import STANDARD

TARGET = (5.0, -8.0, 12.0)


def focus(rise_c: float = 19.0, off_mm: float = 0.6) -> MeasuredFocus:
    """A hot spot that lies to the right of the target."""
    x, y, z = TARGET
    return MeasuredFocus((x + off_mm, y, z), (0.1, 0.1, 0.2), rise_c, 0.4, (3.0, 3.1, 5.2))


def course(*, planned: bool = True, off_mm: float = 0.6, weak: bool = False) -> TemperatureCourse:
    """Eight frames of heating; `weak` where no voxel can be told."""
    rises = [math.nan if weak else 2.5 * n for n in range(1, 9)]
    frames = tuple(
        MeasuredFrame(3.5 * (n + 0.5), rise, 0.6, None if weak else focus(rise, off_mm))
        for n, rise in enumerate(rises)
    )
    times = (0.0, 10.0, 20.0)
    expected = PlannedRise(times, (0.0, 2.0, 4.0), (0.0, 10.0, 20.0), (0.0, 12.0, 24.0), 500.0)
    return TemperatureCourse(
        frames,
        None if weak else frames[-1].focus,
        TARGET,
        37.0,
        STANDARD,
        3.5,
        None if weak else (60.0, 90.0, 140.0),
        expected if planned else None,
    )
