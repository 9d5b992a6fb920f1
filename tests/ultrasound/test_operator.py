"""The compiled operator is the plain one; its adjoint is its adjoint; each iteration solves it."""

from itertools import pairwise

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.field import Grid, LayeredTissue, sphere
from assuage.ultrasound.field.arrays import ArrayEngine, numpy_library, torch_library
from assuage.ultrasound.field.cpu import CpuEngine
from assuage.ultrasound.field.krylov import Progress, bicgstab, cgls, idr4
from assuage.ultrasound.field.materials import CORTICAL_BONE, WATER
from assuage.ultrasound.field.scattering import box_problem


@pytest.fixture(scope="module")
def problem():
    grid = Grid((36, 33, 40), 0.5e-3, (0.0, 0.0, 0.0))
    ball = LayeredTissue((WATER, CORTICAL_BONE), (sphere((0.0091, 0.008, 0.0097), 0.0031),))
    return box_problem(ball(grid, 500e3), shift_ratio=0.5 + 0.8j, absorber_cells=8)


def a_vector(problem, seed):
    generator = np.random.default_rng(seed)
    parts = generator.standard_normal((2, *problem.shape), dtype=np.float32)
    return (parts[0] + 1j * parts[1]).astype(np.complex64)


def engines(problem):
    return {
        "compiled": CpuEngine(problem),
        "compiled, two shares": CpuEngine(problem, threads=2),
        "compiled, SciPy FFT": CpuEngine(problem, fft="scipy"),
        "plain": ArrayEngine(problem, numpy_library()),
    }


@pytest.mark.parametrize("name", ["compiled", "compiled, two shares", "compiled, SciPy FFT"])
def test_the_compiled_operator_is_the_plain_one(problem, name):
    if name == "compiled, two shares":
        pytest.importorskip("numba")
        import numba

        if numba.config.NUMBA_NUM_THREADS < 2:
            pytest.skip("one processor: two shares need two threads")
    y, left = a_vector(problem, 1), a_vector(problem, 2)
    images, sums = [], []
    for engine in (engines(problem)[name], ArrayEngine(problem, numpy_library())):
        out = engine.zeros()
        sums.append(engine.apply(engine.from_host(y), out, engine.from_host(left)))
        images.append(engine.to_host(out))
    assert np.abs(images[0] - images[1]).max() < 1e-5 * np.abs(images[1]).max()
    assert sums[0][0] == pytest.approx(sums[1][0], rel=1e-3)
    assert sums[0][1] == pytest.approx(sums[1][1], rel=1e-5)


@pytest.mark.parametrize("name", ["compiled", "plain"])
def test_the_adjoint_is_the_adjoint(problem, name):
    engine = engines(problem)[name]
    y, z = engine.from_host(a_vector(problem, 3)), engine.from_host(a_vector(problem, 4))
    image, back = engine.zeros(), engine.zeros()
    engine.apply(y, image)
    engine.apply_adjoint(z, back)
    assert engine.dot(z, image) == pytest.approx(engine.dot(back, y), rel=1e-3)


@pytest.mark.parametrize("name", ["compiled", "plain"])
def test_the_operator_on_pressures_is_symmetric_so_sound_goes_both_ways_alike(problem, name):
    engine = engines(problem)[name]
    images, pressures = [], []
    for seed in (7, 8):
        y, image = engine.from_host(a_vector(problem, seed)), engine.zeros()
        engine.apply(y, image)
        images.append(engine.to_host(image).astype(complex) / problem.density)
        pressures.append(np.array(engine.pressure(y), complex))
    there, back = (np.sum(p * i) for p, i in ((pressures[1], images[0]), (pressures[0], images[1])))
    whole = np.linalg.norm(pressures[1]) * np.linalg.norm(images[0])
    assert abs(there - back) < 1e-6 * whole


@pytest.mark.parametrize("iteration", [bicgstab, idr4, cgls])
def test_each_iteration_finds_the_solution_that_made_the_right_side(problem, iteration):
    engine = CpuEngine(problem)
    wanted, rhs = engine.from_host(a_vector(problem, 5)), engine.zeros()
    engine.apply(wanted, rhs)
    progress = Progress(1e-4, 3000)
    found = iteration(engine, rhs, progress)
    assert progress.ended == "converged"
    assert np.linalg.norm(found - wanted) < 2e-2 * np.linalg.norm(wanted)


def test_least_squares_never_lets_the_residual_rise(problem):
    engine = CpuEngine(problem)
    seen = []
    cgls(engine, engine.from_host(a_vector(problem, 6)), Progress(1e-3, 60, lambda _, r: seen.append(r)))
    assert len(seen) > 10
    assert all(b <= a * (1 + 1e-5) for a, b in pairwise(seen))


def test_torch_gives_the_same_where_it_is_installed(problem):
    try:
        library = torch_library()
    except UsageError:
        pytest.skip("torch is not installed; it is optional")
    engine, plain = ArrayEngine(problem, library), ArrayEngine(problem, numpy_library())
    y, out, expected = a_vector(problem, 1), engine.zeros(), plain.zeros()
    engine.apply(engine.from_host(y), out)
    plain.apply(y, expected)
    assert np.abs(engine.to_host(out) - expected).max() < 1e-5 * np.abs(expected).max()


def test_a_missing_gpu_is_said_plainly():
    with pytest.raises(UsageError, match="leave the engine out"):
        torch_library("cuda")
