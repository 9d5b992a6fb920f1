"""The acoustic field at one frequency in a heterogeneous, absorbing medium with density."""

from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.interfaces import Ellipsoid, LayeredTissue, Plane, sphere
from assuage.ultrasound.field.materials import Material
from assuage.ultrasound.field.medium import Medium, TissueMaps
from assuage.ultrasound.field.outcome import SolveOutcome
from assuage.ultrasound.field.problem import AcousticField, FieldProblem
from assuage.ultrasound.field.solve import SolverOptions, plan_solve, solve_field
from assuage.ultrasound.field.sources import Bowl, Disc, ElementArray, PlaneWave

__all__ = [
    "AcousticField",
    "Bowl",
    "Disc",
    "ElementArray",
    "Ellipsoid",
    "FieldProblem",
    "Grid",
    "LayeredTissue",
    "Material",
    "Medium",
    "Plane",
    "PlaneWave",
    "SolveOutcome",
    "SolverOptions",
    "TissueMaps",
    "plan_solve",
    "solve_field",
    "sphere",
]
