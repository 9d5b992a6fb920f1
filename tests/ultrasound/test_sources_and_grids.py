"""What makes no sense is refused before any work, with what to do about it."""

import dataclasses

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.field import (
    Bowl,
    Disc,
    ElementArray,
    FieldProblem,
    Grid,
    LayeredTissue,
    Material,
    Plane,
    PlaneWave,
    SolverOptions,
    TissueMaps,
)
from assuage.ultrasound.field.materials import CORTICAL_BONE, WATER

GRID = Grid((20, 16, 16), 0.5e-3)
BOWL = Bowl((0, 0, 0), (1, 0, 0), 0.02, 0.008, 60e3)
NOTHING = LayeredTissue((WATER,), ())


def maps(**changes):
    values = {
        "sound_speed_m_s": np.full(GRID.shape, 1500, np.float32),
        "density_kg_m3": np.full(GRID.shape, 1000, np.float32),
        "absorption_np_m": np.zeros(GRID.shape, np.float32),
    }
    return TissueMaps(GRID, WATER, **(values | changes))


def spoiled(value):
    array = np.full(GRID.shape, 1500, np.float32)
    array[3, 3, 3] = value
    return array


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: maps(sound_speed_m_s=spoiled(np.nan)), "NaN or infinity: fill those voxels"),
        (lambda: maps(sound_speed_m_s=spoiled(-1500)), "goes down to -1500"),
        (lambda: maps(density_kg_m3=np.ones((3, 3, 3), np.float32)), "has shape"),
        (lambda: maps(density_kg_m3=np.empty((0, 0, 0), np.float32)), "is empty"),
        (lambda: FieldProblem(GRID, 0.0, BOWL, NOTHING), "frequency is 0.0 Hz"),
        (lambda: FieldProblem(GRID, float("nan"), BOWL, NOTHING), "frequency is nan Hz"),
        (lambda: FieldProblem(GRID, 2e6, BOWL, NOTHING), "1.50 grid points per wavelength.*0.188 mm or less"),
        (
            lambda: FieldProblem(
                GRID, 5e5, BOWL, LayeredTissue((WATER, CORTICAL_BONE), (Plane((0.001, 0, 0), (1, 0, 0)),))
            ),
            "source touches tissue.*move it away",
        ),
        (lambda: Grid((0, 4, 4), 1e-3), "at least 1 node"),
        (lambda: Grid((4, 4, 4), -1e-3), "above 0"),
        (lambda: Material("x", float("nan"), 1000.0), "x: sound speed"),
        (lambda: Material("x", 1500.0, 0.0), "x: density"),
        (lambda: Material("x", 1500.0, 1000.0, -1.0), "x: absorption"),
        (lambda: Bowl((0, 0, 0), (1, 0, 0), 0.02, 0.03), "at most the radius of curvature"),
        (lambda: Disc((0, 0, 0), (0, 0, 0), 0.01), "not all 0"),
        (lambda: Disc((0, 0, 0), (1, 0, 0), 0.0), "radius in m is 0.0"),
        (lambda: PlaneWave((1, 0, 0), float("inf")), "amplitude in Pa"),
        (
            lambda: ElementArray(np.zeros((2, 3)), np.ones((2, 3)), 1e-3, np.ones(3), np.zeros(2)),
            "array elements need shapes",
        ),
        (lambda: LayeredTissue((WATER,), (Plane((0, 0, 0), (1, 0, 0)),)), "separate 2 materials"),
        (lambda: SolverOptions(tolerance=0.0), "between 0 and 1"),
        (lambda: SolverOptions(absorber_wavelengths=0.1), "reflects"),
    ],
)
def test_a_wrong_input_is_refused(make, words):
    with pytest.raises(UsageError, match=words):
        make()


def test_values_can_not_be_changed_after_they_were_checked():
    with pytest.raises(dataclasses.FrozenInstanceError):
        GRID.spacing_m = 1.0
