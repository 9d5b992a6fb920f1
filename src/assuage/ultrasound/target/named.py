"""Named places, by published stereotactic coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from assuage.errors import UsageError
from assuage.sources import Provenance, provenance, read_knowledge
from assuage.ultrasound.target.acpc import AcPcFrame
from assuage.ultrasound.target.target import Target

FILE = files("assuage.ultrasound") / "data" / "targets.yaml"
Side = Literal["left", "right"]


@dataclass(frozen=True)
class NamedTarget:
    """A nucleus by coordinates: lateral from the wall of the third ventricle, the rest from PC.

    `standard_uncertainty_mm` (right, front, top) is how far the place varies among people.
    """

    name: str
    lateral_of_ventricle_wall_mm: float
    anterior_of_pc_mm: float
    superior_of_plane_mm: float
    standard_uncertainty_mm: tuple[float, float, float]
    provenance: Provenance
    uncertainty_provenance: Provenance


@cache
def named_targets() -> Mapping[str, NamedTarget]:
    """Every named target, by name."""
    targets = {}
    for name, fields in read_knowledge(FILE).items():
        right, front, top = fields["standard_uncertainty_mm"]
        targets[name] = NamedTarget(
            name,
            float(fields["lateral_of_ventricle_wall_mm"]),
            float(fields["anterior_of_pc_mm"]),
            float(fields["superior_of_plane_mm"]),
            (float(right), float(front), float(top)),
            provenance(fields["provenance"], file=FILE.name, entry=name),
            provenance(fields["uncertainty_provenance"], file=FILE.name, entry=name),
        )
    return targets


def named_target(name: str, side: Side, frame: AcPcFrame, *, third_ventricle_width_mm: float) -> Target:
    """A named nucleus on one side of one head.

    `third_ventricle_width_mm` is measured on this person's MR at the level of the target, because the
    nucleus moves outwards with the ventricle's wall. The uncertainty is turned into RAS as the standard
    deviations of independent errors along the frame's axes.
    """
    known = named_targets()
    if name not in known:
        message = f"no target is named {name!r}; there is: {'; '.join(known)}"
        raise UsageError(message)
    if side not in ("left", "right"):
        message = f"the side is {side!r}; it must be left or right"
        raise UsageError(message)
    if not 0 <= third_ventricle_width_mm < 40:
        message = "the width of the third ventricle must be measured on the MR, in mm, from 0 to 40"
        raise UsageError(message)
    place = known[name]
    lateral_mm = place.lateral_of_ventricle_wall_mm + third_ventricle_width_mm / 2
    right_mm = lateral_mm if side == "right" else -lateral_mm
    spread = [
        sum((axis * s) ** 2 for axis, s in zip(column, place.standard_uncertainty_mm, strict=True)) ** 0.5
        for column in frame.axes_ras.T
    ]
    return Target(
        f"{side} {name}",
        frame.ras_mm((right_mm, place.anterior_of_pc_mm, place.superior_of_plane_mm)),
        (float(spread[0]), float(spread[1]), float(spread[2])),
        place.provenance,
    )
