"""The page of one sonication's temperatures: over time, beside the plan; the focus, beside the target."""

from __future__ import annotations

import math
from dataclasses import dataclass

from assuage.report.pages import page
from assuage.sound_pages.plot import Plot, Plotter
from assuage.sound_pages.style_sheets import PACKAGE
from assuage.sound_pages.temperature_course import MeasuredFrame, TemperatureCourse
from assuage.ultrasound.session.limits import session_limits

NOT_TOLD = "not measurable"
_VIEW_MM = 5.0  # to each side of the target in the views of the focus
_VIEW_PX = 220
_PLANES = (("from above", 0, 1, "right", "front"), ("from the right", 1, 2, "front", "top"))


@dataclass(frozen=True)
class FocusView:
    """Focus and target seen along one axis; everything in pixels of a square."""

    name: str
    size: int
    ring_px: float  # the distance from the target that the session's rules allow
    x: float
    y: float
    sd_x: float
    sd_y: float
    to_the_right: str
    upwards: str
    inside: bool


@dataclass(frozen=True)
class FrameRow:
    """One image in words."""

    time: str
    temperature: str
    uncertainty: str
    planned: str
    off_target: str


def thermometry_page(course: TemperatureCourse) -> str:
    """The page of a measured course."""
    return page(
        "thermometry.html",
        package=PACKAGE,
        facts=facts_of_course(course),
        plot=_plot(course),
        planned=course.planned,
        views=_views(course),
        ring_mm=f"{session_limits().most_focus_shift_mm.value:g}",
        rows=[_row(frame, course) for frame in course.frames],
    )


def facts_of_course(course: TemperatureCourse) -> list[tuple[str, str]]:
    """What the course came to, as names and values in words."""
    focus, sequence = course.focus, course.sequence
    peak = NOT_TOLD if focus is None else _with_sd(course.start_c + focus.rise_c, focus.rise_sd_c, "°C")
    widths = NOT_TOLD if focus is None else " × ".join(f"{w:.1f}" for w in focus.widths_mm) + " mm"
    shift = course.shift_mm
    return [
        ("Highest temperature, fitted", peak),
        ("Highest temperature, the focus's voxel", _voxel(course)),
        ("Focus from target", NOT_TOLD if shift is None else f"{math.hypot(*shift):.2f} mm"),
        ("Along right, front, top", _shift(course)),
        ("Width of the hot spot, half of the rise", widths),
        ("Thermal dose in the focus's voxel", _dose(course)),
        ("Images", f"{len(course.frames)}, one in {course.frame_s:g} s"),
        ("Sequence", f"{sequence.field_strength_t:g} T, echo {1e3 * sequence.echo_time_s:g} ms"),
        ("Start, taken as", f"{course.start_c:g} °C"),
    ]


def _voxel(course: TemperatureCourse) -> str:
    known = [frame for frame in course.frames if not math.isnan(frame.rise_c)]
    if not known:
        return NOT_TOLD
    hottest = max(known, key=lambda frame: frame.rise_c)
    return _with_sd(course.start_c + hottest.rise_c, hottest.rise_sd_c, "°C")


def _shift(course: TemperatureCourse) -> str:
    shift, focus = course.shift_mm, course.focus
    if shift is None or focus is None:
        return NOT_TOLD
    pairs = zip(shift, focus.position_sd_mm, strict=True)
    return ", ".join(f"{value:+.2f} ± {sd:.2f}" for value, sd in pairs) + " mm"


def _dose(course: TemperatureCourse) -> str:
    if course.doses_cem43_min is None:
        return NOT_TOLD
    low, central, high = course.doses_cem43_min
    return f"{central:.3g} CEM43 min ({low:.3g} to {high:.3g} for one standard deviation)"


def _with_sd(value: float, sd: float, unit: str) -> str:
    return f"{value:.1f} ± {sd:.1f} {unit}"


def _row(frame: MeasuredFrame, course: TemperatureCourse) -> FrameRow:
    known = not math.isnan(frame.rise_c)
    off = NOT_TOLD
    if frame.focus is not None:
        off = f"{math.dist(frame.focus.position_ras_mm, course.target_ras_mm):.2f} mm"
    return FrameRow(
        f"{frame.time_s:.1f} s",
        f"{course.start_c + frame.rise_c:.1f} °C" if known else NOT_TOLD,
        f"± {frame.rise_sd_c:.1f} °C" if known else NOT_TOLD,
        _planned_at(frame.time_s, course),
        off,
    )


def _planned_at(time_s: float, course: TemperatureCourse) -> str:
    planned = course.planned
    if planned is None:
        return "no plan given"
    if time_s > planned.times_s[-1]:
        return "beyond the plan"
    low, high = (
        course.start_c + _between(planned.times_s, rises, time_s) for rises in (planned.low_c, planned.high_c)
    )
    return f"{low:.1f} to {high:.1f} °C"


def _between(xs: tuple[float, ...], ys: tuple[float, ...], x: float) -> float:
    """Linear between points."""
    after = next((n for n, value in enumerate(xs) if value >= x), len(xs) - 1)
    before = max(after - 1, 0)
    share = 0.0 if xs[after] == xs[before] else (x - xs[before]) / (xs[after] - xs[before])
    return ys[before] + share * (ys[after] - ys[before])


def _plot(course: TemperatureCourse) -> Plot | None:
    """Temperature against time; None where no frame could be told."""
    known = [frame for frame in course.frames if not math.isnan(frame.rise_c)]
    if not known:
        return None
    planned, start = course.planned, course.start_c
    highest = max(frame.rise_c + frame.rise_sd_c for frame in known)
    if planned is not None:
        # An interval that reaches far above what was measured would draw the measurement on the floor.
        highest = max(highest, min(max(planned.high_c), 2 * max(*planned.central_c, highest)))
    lowest = min(0.0, *(frame.rise_c - frame.rise_sd_c for frame in known))
    plotter = Plotter((0.0, course.frames[-1].time_s), (start + lowest - 1, start + highest + 2))
    if planned is not None:
        times = [t for t in planned.times_s if t <= plotter.x_range[1]]
        low, central, high = (
            [start + rise for rise in rises[: len(times)]]
            for rises in (planned.low_c, planned.central_c, planned.high_c)
        )
        plotter.band("planned", times, low, high)
        plotter.line("planned", times, central)
    plotter.line("measured", [f.time_s for f in known], [start + f.rise_c for f in known])
    for frame in known:
        words = f"{frame.time_s:.1f} s: {_with_sd(start + frame.rise_c, frame.rise_sd_c, '°C')}"
        plotter.mark("measured", frame.time_s, start + frame.rise_c, frame.rise_sd_c, words)
    return plotter.drawn("s", "°C")


def _views(course: TemperatureCourse) -> list[FocusView]:
    """The focus of the hottest image beside the target, in two planes; empty where there is none."""
    shift, focus = course.shift_mm, course.focus
    if shift is None or focus is None:
        return []
    scale = _VIEW_PX / 2 / _VIEW_MM
    limit = session_limits().most_focus_shift_mm.value

    def place(value_mm: float) -> float:
        return round(_VIEW_PX / 2 + scale * min(max(value_mm, -_VIEW_MM), _VIEW_MM), 1)

    return [
        FocusView(
            name,
            _VIEW_PX,
            round(scale * limit, 1),
            place(shift[i]),
            place(-shift[j]),
            round(scale * focus.position_sd_mm[i], 1),
            round(scale * focus.position_sd_mm[j], 1),
            right,
            up,
            math.hypot(*shift) <= limit,
        )
        for name, i, j, right, up in _PLANES
    ]
