"""A small lopsided shell of bone in a small helmet: whole plans in seconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from assuage.ultrasound.field import Ellipsoid, Grid, SolverOptions, TissueMaps
from assuage.ultrasound.field.interfaces import NODE_SHARPENING, share_behind
from assuage.ultrasound.field.materials import WATER
from assuage.ultrasound.phantom.head import HeadShape, phantom_head
from assuage.ultrasound.plan import Plan, PlanProblem, plan_phases, planning_grid
from assuage.ultrasound.skull import SegmentedHead, property_map, segmented, tissue_maps
from assuage.ultrasound.target import Target
from assuage.ultrasound.transducer import Helmet, PlacedHelmet, Pose

FREQUENCY_HZ = 220e3
SPACING_M = WATER.sound_speed_m_s / FREQUENCY_HZ / 6
OUTER_MM, WALL_MM = (15.0, 18.0, 16.0), 4.0
TARGET = Target("in the shell", (2.0, -1.5, -1.0))
OPTIONS = SolverOptions(threads=1, tolerance=2e-3)


def small_helmet(count: int = 64, radius_mm: float = 45.0) -> Helmet:
    """A golden-angle spiral on a small hemisphere."""
    number = np.arange(1, count + 1)
    axial = radius_mm - 0.9 * radius_mm * number / count
    across, azimuth = np.sqrt(radius_mm**2 - axial**2), np.deg2rad(137.507764) * number
    centres = np.stack([across * np.cos(azimuth), across * np.sin(azimuth), axial], axis=1)
    return Helmet("small", "made up", (FREQUENCY_HZ,), radius_mm, centres, 2.5, 100e3, {})


def shell_grid() -> Grid:
    """A grid about the shell with five cells of water."""
    nx, ny, nz = (2 * (int(np.ceil(1e-3 * a / SPACING_M)) + 5) + 1 for a in OUTER_MM)
    ox, oy, oz = (-SPACING_M * (n - 1) / 2 for n in (nx, ny, nz))
    return Grid((nx, ny, nz), SPACING_M, (ox, oy, oz))


def shell(grid: Grid, *, bone: float = 1.0) -> TissueMaps:
    """A shell whose bone varies from place to place; `bone` = 0 leaves water."""
    mesh = grid.open_mesh_m()
    outer, inner = (
        np.clip(
            share_behind(
                Ellipsoid((0, 0, 0), tuple(1e-3 * (a - depth) for a in OUTER_MM)),
                mesh,
                grid.spacing_m,
                NODE_SHARPENING,
            ),
            0,
            1,
        )
        for depth in (0.0, WALL_MM)
    )
    wall = (outer - inner) * bone * (1 + 0.4 * np.sin(400 * mesh[0]) * np.cos(300 * mesh[1]))
    soft = inner * (bone > 0)
    return TissueMaps(
        grid,
        WATER,
        (1500 + 60 * soft + 900 * wall).astype(np.float32),
        (1000 + 40 * soft + 700 * wall).astype(np.float32),
        (3 * soft + 20 * wall).clip(0).astype(np.float32),
    )


def problem_in(tissue: TissueMaps, target: Target = TARGET, focus_mm=(0.0, 0.0, 0.0)) -> PlanProblem:
    """The small helmet about the shell, every third element of the rim off."""
    helmet = small_helmet()
    active = np.ones(helmet.count, dtype=bool)
    active[60::2] = False
    return PlanProblem(PlacedHelmet(helmet, Pose(focus_mm)), tissue, FREQUENCY_HZ, target, active)


@dataclass(frozen=True, eq=False)
class Bench:
    """A solved plan, and where brain and bone are on its grid."""

    plan: Plan
    brain: np.ndarray
    bone: np.ndarray


@pytest.fixture(scope="session")
def bench() -> Bench:
    """The shell, planned once."""
    grid = shell_grid()
    tissue = shell(grid)
    x, y, z = grid.open_mesh_m()
    a, b, c = (1e-3 * (r - WALL_MM) for r in OUTER_MM)
    inside = (x / a) ** 2 + (y / b) ** 2 + (z / c) ** 2 < 1
    bone = (tissue.sound_speed_m_s > 1700) & ~inside
    return Bench(plan_phases(problem_in(tissue), OPTIONS), inside, bone)


LOW_HZ = 110e3
SMALL_SHAPE = HeadShape(
    inner_mm=(26, 30, 24),
    centre_mm=(0, 0, 0),
    wave_mm=0.6,
    scalp_mm=3,
    sinus_mm=(4, 2, 3),
    sinus_wall_mm=2,
)
OFF_CENTRE = Target("off the centre", (4.0, -3.0, -2.0))


def small_phantom(seed: int, ct_mm: float) -> SegmentedHead:
    """A made-up head the size of a fist with the wall of an adult, as a CT shows it."""
    return segmented(phantom_head(seed, ct_mm, SMALL_SHAPE))


def phantom_problem(
    head: SegmentedHead, frequency_hz: float, spacing_m: float, map_name: str = "aubry-2003"
) -> PlanProblem:
    """A helmet of 128 discs with its focus on a target off the centre of the head."""
    grid = planning_grid(head, OFF_CENTRE, spacing_m)
    tissue = tissue_maps(head, grid, property_map(map_name), frequency_hz)
    helmet = small_helmet(128, 80.0)
    placed = PlacedHelmet(helmet, Pose(OFF_CENTRE.ras_mm))
    return PlanProblem(placed, tissue, frequency_hz, OFF_CENTRE, np.ones(helmet.count, dtype=bool))
