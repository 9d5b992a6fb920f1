from assuage.testing.solver_tests import SolverTests
from assuage.ultrasound.field import AcousticField, FieldProblem, SolverOptions, solve_field


class TestCompiledLoopsOnOneThread(SolverTests):
    def solve(self, problem: FieldProblem, tolerance: float = 1e-3) -> AcousticField:
        return solve_field(problem, SolverOptions(tolerance=tolerance, threads=1))
