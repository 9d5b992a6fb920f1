"""The field of a point source at the target, through the head: one solve that serves every element.

Reciprocity: what an element makes at the target is what a source at the target makes at the element.
With the medium at the target as the background, the source's own field p_0 = exp(ikr)/(4 pi r) meets
contrast only away from the target, so its singularity never enters the discrete problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.materials import Material
from assuage.ultrasound.field.medium import TissueMaps
from assuage.ultrasound.field.outcome import SolveOutcome
from assuage.ultrasound.field.scattering import BARE_CELLS, box_problem
from assuage.ultrasound.field.solve import (
    ITERATIONS,
    LONG_SHIFT,
    SolvePlan,
    SolverOptions,
    available_memory_bytes,
    solve_box,
)

Complex64 = NDArray[np.complex64]
RIM_CELLS = 8  # of absorber kept, so that splines read near the grid's edge do not feel their own end
METHODS = ("IDR(4)", "least squares")  # of `field.krylov`: bone closes around the source


@dataclass(frozen=True, eq=False)
class PointSourceField:
    """The field of a point source on the tissue's grid and a few nodes of absorber about it.

    `pressure_per_m` solves div((rho_t/rho) grad p) + ... = -delta(x - target), rho_t the density at the
    target: beside the target it is exp(ikr)/(4 pi r), in 1/m. Shape `grid.shape`, time factor exp(-iwt).
    """

    grid: Grid
    pressure_per_m: Complex64
    local: Material
    outcome: SolveOutcome


def material_at(tissue: TissueMaps, node: tuple[int, int, int]) -> Material:
    """The material of one voxel."""
    return Material(
        "tissue at the target",
        float(tissue.sound_speed_m_s[node]),
        float(tissue.density_kg_m3[node]),
        float(tissue.absorption_np_m[node]),
    )


def solve_point_source(
    tissue: TissueMaps, frequency_hz: float, place_m: tuple[float, float, float], options: SolverOptions
) -> PointSourceField:
    """Solve for a point source at `place_m` (grid metres), on the tissue's own grid.

    Always returns; whether it converged is in the outcome. Raises UsageError where memory is short.
    """
    grid = tissue.grid
    local = material_at(tissue, grid.nearest_node(place_m))
    plan = plan_point_source(tissue, frequency_hz, place_m, options)
    _refuse_too_large(plan.memory_bytes)
    assert plan.box is not None  # noqa: S101 - it always has one
    medium = replace(tissue, background=local)(plan.box, frequency_hz)
    free = free_field_per_m(plan.box, place_m, local.wavenumber_rad_m(frequency_hz))
    box = box_problem(medium, shift_ratio=plan.shift, absorber_cells=plan.absorber_cells)
    scattered, outcome = solve_box(box, free, plan, options)
    nx, ny, nz = (n + 2 * RIM_CELLS for n in grid.shape)
    rim = grid.box((-RIM_CELLS, -RIM_CELLS, -RIM_CELLS), (nx, ny, nz))
    first = [round((a - b) / grid.spacing_m) for a, b in zip(rim.origin_m, plan.box.origin_m, strict=True)]
    crop = tuple(slice(f, f + n) for f, n in zip(first, rim.shape, strict=True))
    return PointSourceField(rim, np.ascontiguousarray((free + scattered)[crop]), local, outcome)


def plan_point_source(
    tissue: TissueMaps, frequency_hz: float, place_m: tuple[float, float, float], options: SolverOptions
) -> SolvePlan:
    """What `solve_point_source` will do: the box and the memory that it takes."""
    grid = tissue.grid
    local = material_at(tissue, grid.nearest_node(place_m))
    wavelength_m = local.sound_speed_m_s / frequency_hz
    cells = max(
        RIM_CELLS, BARE_CELLS + 4, round(options.absorber_wavelengths * wavelength_m / grid.spacing_m)
    )
    nx, ny, nz = (scipy.fft.next_fast_len(n + 2 * cells) for n in grid.shape)
    lead = [(m - n) // 2 for m, n in zip((nx, ny, nz), grid.shape, strict=True)]
    box = grid.box((-lead[0], -lead[1], -lead[2]), (nx, ny, nz))
    vectors = ITERATIONS[METHODS[0]][1] + 4
    return SolvePlan(box, cells, 0, None, METHODS, LONG_SHIFT, box.node_count * (56 + 8 * vectors))


def _refuse_too_large(memory_bytes: int) -> None:
    free = available_memory_bytes()
    if memory_bytes > free:
        message = (
            f"a plan on this grid needs {memory_bytes / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are"
            " free: use a coarser spacing or a smaller region"
        )
        raise UsageError(message)


def free_field_per_m(grid: Grid, place_m: tuple[float, float, float], wavenumber_rad_m: complex) -> Complex64:
    """exp(ikr)/(4 pi r) on a grid, 1/m; nearer than half a voxel it is held, where nothing reads it."""
    x, y, z = grid.open_mesh_m()
    square = (x - place_m[0]) ** 2 + (y - place_m[1]) ** 2 + (z - place_m[2]) ** 2
    distance = np.maximum(np.sqrt(square), grid.spacing_m / 2)
    field: Complex64 = (np.exp(1j * wavenumber_rad_m * distance) / (4 * np.pi * distance)).astype(
        np.complex64
    )
    return field
