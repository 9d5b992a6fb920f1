"""The inherited suite on the plain engines: NumPy and torch on a CPU (long), torch on a GPU."""

import pytest

from assuage.errors import UsageError
from assuage.testing.solver_tests import SolverTests
from assuage.ultrasound.field import SolverOptions, solve_field
from assuage.ultrasound.field.arrays import ArrayEngine, numpy_library, torch_library


def solve_with(library, problem, tolerance):
    options = SolverOptions(tolerance=tolerance, threads=1, engine=lambda box: ArrayEngine(box, library))
    return solve_field(problem, options)


def torch_or_skip(device):
    try:
        return torch_library(device)
    except UsageError as error:
        pytest.skip(f"nothing to test on: {error}")


@pytest.mark.long
class TestPlainNumpy(SolverTests):
    def solve(self, problem, tolerance=1e-3):
        return solve_with(numpy_library(), problem, tolerance)


@pytest.mark.long
class TestTorchOnTheCpu(SolverTests):
    """The code that runs on a GPU, on the CPU: all but the device is exercised."""

    def solve(self, problem, tolerance=1e-3):
        return solve_with(torch_or_skip("cpu"), problem, tolerance)


class TestTorchOnAGpu(SolverTests):
    def solve(self, problem, tolerance=1e-3):
        return solve_with(torch_or_skip("cuda"), problem, tolerance)
