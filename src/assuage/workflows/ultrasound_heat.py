"""From a predicted focus to heat: the focus on a fine box, the whole head on the solver's grid.

Pennes' equation is linear in the power, so the rise of one watt is worked out once for each published
share of attenuation that becomes heat (low, central, high); doses and lesions are not linear, and are
worked out for the power itself. Circulating water is held at body temperature: cooler water would leave
the scalp cooler than said here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.sound_pages.plan_report import SHARES, HeatAt, PlanHeat, Share, WarmPlace
from assuage.ultrasound.field import AcousticField, Grid, TissueMaps
from assuage.ultrasound.heat.bioheat import BODY_C, HeatingPeriod, absorbed_power_w_m3, heat_steps
from assuage.ultrasound.heat.dose import LESION_CEM43_MIN
from assuage.ultrasound.heat.lesion import Lesion, predicted_lesion
from assuage.ultrasound.heat.medium import ThermalMedium, Values, thermal_medium
from assuage.ultrasound.heat.power import power_for_peak_w
from assuage.ultrasound.heat.tissues import thermal_tissues
from assuage.ultrasound.session.rehearsal import HeatCourse, heat_course
from assuage.ultrasound.skull import SegmentedHead, SoftTissues, bone_mask, brain_mask
from assuage.ultrasound.skull.head import AIR_HU, HALF, thresholds

TISSUES = ("water", "skin", "brain", "bone")
FINE_NODES_PER_WAVELENGTH = 12
FINE_WAVELENGTHS = 2.25  # from the focus to each side of the fine box
LEAST_FINE_REACH_M = 10e-3  # heat spreads some 5 mm while it is given and carried away
WHOLE_HEAD_STEP_S = 0.25  # bone a few millimetres thick warms over seconds
COOLING_TIMES = 2.0  # of the heating's length, after it: most of the dose is there by then
SPLINE_ORDER = 5
SPLINE_MARGIN_NODES = 8

Labels = NDArray[np.uint8]
Ras = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class HeatModel:
    """Where heat arises and how it goes, on one grid (RAS metres); arrays of shape `grid.shape`.

    `labels` are indices of `TISSUES`. `soft_w_m3` and `bone_w_m3` are the power lost by the sound for one
    watt that leaves the helmet, in soft tissue and in bone; a share of each becomes heat. `held` is water
    that circulates.
    """

    grid: Grid
    labels: Labels
    held: NDArray[np.bool_]
    soft_w_m3: Values
    bone_w_m3: Values

    def medium(self) -> ThermalMedium:
        """The tissue as heat sees it."""
        masks = {name: self.labels == number for number, name in enumerate(TISSUES)}
        return thermal_medium(self.grid, masks, thermal_tissues(), held=self.held)

    def heat_per_watt_w_m3(self, share: Share) -> Values:
        """The heat of one watt, W/m3, for a share of attenuation that becomes heat."""
        fractions = [getattr(thermal_tissues()[name].absorbed_fraction, share) for name in TISSUES]
        of_soft = np.array(fractions, dtype=np.float32)[self.labels]
        return self.soft_w_m3 * of_soft + self.bone_w_m3 * np.float32(fractions[-1])

    def of(self, tissue: str) -> NDArray[np.bool_]:
        """Where a tissue is."""
        mask: NDArray[np.bool_] = self.labels == TISSUES.index(tissue)
        return mask


def heat_model(
    head: SegmentedHead,
    maps: TissueMaps,
    soft: SoftTissues,
    pressure_pa: NDArray[np.complex64],
    power_w: float,
) -> HeatModel:
    """The heat model of a head from the pressure that `power_w` of acoustic power makes, on the maps' grid.

    What a voxel loses beyond its soft tissue's own attenuation is lost in the bone that cuts it.
    """
    grid = maps.grid
    solid = head.ct.on_grid(grid, outside=AIR_HU) > thresholds().soft_hu
    inside = head.head.on_grid(grid, outside=0.0) >= HALF
    bone, brain = bone_mask(head, grid), brain_mask(head, grid)
    labels = np.where(solid & inside, np.uint8(1), np.uint8(0))
    labels[brain], labels[bone] = 2, 3
    own = np.array([0.0, soft.scalp.absorption_np_m, soft.brain.absorption_np_m, 0.0], dtype=np.float32)
    of_soft = np.minimum(own[labels], maps.absorption_np_m)
    parts = [
        absorbed_power_w_m3(
            pressure_pa,
            sound_speed_m_s=maps.sound_speed_m_s,
            density_kg_m3=maps.density_kg_m3,
            absorption_np_m=loss,
        )
        / np.float32(power_w)
        for loss in (of_soft, maps.absorption_np_m - of_soft)
    ]
    return HeatModel(grid, labels, ~inside & ~bone, parts[0], parts[1])


def fine_grid(focus_ras_mm: Ras, wavelength_m: float) -> Grid:
    """A box about the focus, fine enough for the sound's square, with the focus on its middle node."""
    spacing_m = wavelength_m / FINE_NODES_PER_WAVELENGTH
    half = round(max(FINE_WAVELENGTHS * wavelength_m, LEAST_FINE_REACH_M) / spacing_m)
    x, y, z = (1e-3 * c - half * spacing_m for c in focus_ras_mm)
    return Grid((2 * half + 1, 2 * half + 1, 2 * half + 1), spacing_m, (x, y, z))


def pressure_on(field: AcousticField, grid: Grid) -> NDArray[np.complex64]:
    """A field between its nodes, by quintic splines of the complex pressure; shape `grid.shape`.

    Raises UsageError where the box reaches beyond the field.
    """
    axes = [(grid.axis_m(a) - field.grid.origin_m[a]) / field.grid.spacing_m for a in range(3)]
    if any(axis[0] < 0 or axis[-1] > n - 1 for axis, n in zip(axes, field.grid.shape, strict=True)):
        message = "the box about the focus reaches beyond the region that was solved: plan a larger region"
        raise UsageError(message)
    low = [max(int(axis[0]) - SPLINE_MARGIN_NODES, 0) for axis in axes]
    high = [int(axis[-1]) + SPLINE_MARGIN_NODES + 2 for axis in axes]
    window = field.pressure_pa[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
    mesh = np.meshgrid(*(axis - first for axis, first in zip(axes, low, strict=True)), indexing="ij")
    real, imaginary = (
        scipy.ndimage.map_coordinates(part, mesh, order=SPLINE_ORDER, output=np.float32, mode="nearest")
        for part in (window.real, window.imag)
    )
    pressure: NDArray[np.complex64] = (real + 1j * imaginary).astype(np.complex64)
    return pressure


@dataclass(frozen=True, eq=False)
class Warmed:
    """Peak temperature and thermal dose on a model's grid."""

    peak_c: Values
    dose_cem43_min: Values


def warmed(
    model: HeatModel, share: Share, power_w: float, duration_s: float, *, longest_step_s: float = 0.1
) -> Warmed:
    """Heat a model from body temperature with one power for one time, and let it cool."""
    periods = [HeatingPeriod(duration_s, power_w), HeatingPeriod(COOLING_TIMES * duration_s, 0.0)]
    steps = heat_steps(
        model.medium(), model.heat_per_watt_w_m3(share), periods, longest_step_s=longest_step_s
    )
    (last,) = deque(steps, maxlen=1)
    return Warmed(last.peak_c, last.dose_cem43_min)


def lesions_of(model: HeatModel, dose_cem43_min: Values) -> tuple[Lesion, ...]:
    """The lesions of a dose at each threshold, in brain."""
    brain = model.of("brain")
    return tuple(predicted_lesion(dose_cem43_min, model.grid, t, within=brain) for t in LESION_CEM43_MIN)


def course_of(model: HeatModel, share: Share, duration_s: float, focus_ras_mm: Ras) -> HeatCourse:
    """The rise of one watt over time, on a grid whose origin is the focus."""
    course = heat_course(model.medium(), model.heat_per_watt_w_m3(share), duration_s)
    x, y, z = (o - 1e-3 * f for o, f in zip(model.grid.origin_m, focus_ras_mm, strict=True))
    return HeatCourse(Grid(model.grid.shape, model.grid.spacing_m, (x, y, z)), course.times_s, course.rises_c)


def heat_at(
    focus: HeatModel, whole: HeatModel, share: Share, power_w: float, duration_s: float
) -> tuple[HeatAt, Warmed]:
    """What a power for a time comes to at the focus, in bone and in skin; and the whole head's heat."""
    near = warmed(focus, share, power_w, duration_s)
    head = warmed(whole, share, power_w, duration_s, longest_step_s=WHOLE_HEAD_STEP_S)
    brain = focus.of("brain")
    found = HeatAt(
        share,
        power_w,
        duration_s,
        float(near.peak_c[brain].max()),
        lesions_of(focus, near.dose_cem43_min),
        _warmest(whole, head, "bone"),
        _warmest(whole, head, "skin"),
    )
    return found, head


def _warmest(model: HeatModel, warm: Warmed, tissue: str) -> WarmPlace | None:
    mask = model.of(tissue)
    if not mask.any():
        return None
    node = np.unravel_index(np.where(mask, warm.peak_c, -np.inf).argmax(), model.grid.shape)
    x, y, z = (
        float(1e3 * (o + n * model.grid.spacing_m)) for o, n in zip(model.grid.origin_m, node, strict=True)
    )
    return WarmPlace(float(warm.peak_c[node]), (x, y, z), float(warm.dose_cem43_min[mask].max()))


def plan_heat(
    focus: HeatModel,
    whole: HeatModel,
    *,
    duration_s: float,
    wanted_peak_c: float,
    watch: Callable[[str], None] = lambda _: None,
) -> PlanHeat:
    """The heat of a plan: the rise of one watt by share, and all shares at the power that is wanted."""
    courses: dict[Share, tuple[float, ...]] = {}
    times: tuple[float, ...] = ()
    brain = focus.of("brain")
    for share in SHARES:
        watch(f"heat of one watt, {share} share")
        course = heat_course(focus.medium(), focus.heat_per_watt_w_m3(share), duration_s)
        in_brain = np.where(brain, course.rises_c.max(axis=0), -np.inf)
        i, j, k = np.unravel_index(in_brain.argmax(), focus.grid.shape)
        courses[share] = tuple(float(rise) for rise in course.rises_c[:, i, j, k])
        times = tuple(float(t) for t in course.times_s)
    power_w = power_for_peak_w(wanted_peak_c, start_c=BODY_C, rise_per_watt_c=max(courses["central"]))
    found = []
    temperature: Values | None = None
    for share in SHARES:
        watch(f"whole head at {power_w:.0f} W, {share} share")
        heat, head = heat_at(focus, whole, share, power_w, duration_s)
        found.append(heat)
        if share == "central":
            temperature = head.peak_c
    assert temperature is not None  # noqa: S101 -- central is one of the shares
    return PlanHeat(duration_s, wanted_peak_c, power_w, times, courses, tuple(found), whole.grid, temperature)
