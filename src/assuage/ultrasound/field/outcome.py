"""How a solve ended, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SolveOutcome:
    """How an iterative solve ended.

    `relative_residual` is the true one, |b - A y| / |b|, computed afresh at the end; it measures the
    iteration, not the error of the grid. `operator_applications` counts two FFTs each. `method` names
    the iteration that gave the field; `advice` says what to try where it did not converge.
    """

    converged: bool
    relative_residual: float
    tolerance: float
    operator_applications: int
    seconds: float
    memory_bytes: int
    method: str
    engine: str
    advice: str = ""

    def __str__(self) -> str:
        state = "converged" if self.converged else "NOT converged"
        words = (
            f"{state}: relative residual {self.relative_residual:.1e} (asked for {self.tolerance:.0e}) after"
            f" {self.operator_applications} operator applications ({2 * self.operator_applications} FFTs) of"
            f" {self.method} in {self.seconds:.1f} s, {self.memory_bytes / 1e6:.0f} MB, {self.engine}"
        )
        return f"{words}. {self.advice}" if self.advice else words
