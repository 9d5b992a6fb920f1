"""The inherited suite on the plain engines: NumPy always (long), a GPU where there is one."""

import pytest

from assuage.errors import UsageError
from assuage.testing.solver_tests import SolverTests
from assuage.ultrasound.field import SolverOptions, solve_field
from assuage.ultrasound.field.arrays import ArrayEngine, numpy_library, torch_library


def solve_with(library, problem, tolerance):
    options = SolverOptions(tolerance=tolerance, threads=1, engine=lambda box: ArrayEngine(box, library))
    return solve_field(problem, options)


@pytest.mark.long
class TestPlainNumpy(SolverTests):
    def solve(self, problem, tolerance=1e-3):
        return solve_with(numpy_library(), problem, tolerance)


class TestTorchOnAGpu(SolverTests):
    def solve(self, problem, tolerance=1e-3):
        try:
            library = torch_library("cuda")
        except UsageError as error:
            pytest.skip(f"no GPU to test on: {error}")
        return solve_with(library, problem, tolerance)
