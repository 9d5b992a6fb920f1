from assuage.testing.solver_tests import SolverTests
from assuage.ultrasound.field import AcousticField, FieldProblem, SolverOptions, solve_field


class TestCompiledLoopsOnOneThread(SolverTests):
    def solve(self, problem: FieldProblem, tolerance: float = 1e-3) -> AcousticField:
        return solve_field(problem, SolverOptions(tolerance=tolerance, threads=1))


class _ThickEdges(SolverTests):
    def solve(self, problem: FieldProblem, tolerance: float = 1e-3) -> AcousticField:
        options = SolverOptions(tolerance=tolerance, threads=1, absorber_wavelengths=6.0)
        return solve_field(problem, options)


_ThickEdges.__test__ = False


def test_what_reciprocity_lacks_is_the_echo_of_the_edges():
    assert _ThickEdges().reciprocity_error() < 4e-4
