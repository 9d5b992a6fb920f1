"""A helmet of equal discs on a sphere about its geometric focus, read from a YAML file anyone can replace.

Helmet frame: millimetres, origin in the geometric focus, z from the focus to the apex (towards the top
of a head that wears the helmet upright), right-handed. Elements look at the focus.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assuage.errors import FaultyKnowledge, UnreadableInput, UsageError
from assuage.sources import Provenance, provenance, read_knowledge

Points = NDArray[np.float64]
Above = Annotated[float, Field(gt=0)]
GENERIC = files("assuage.ultrasound") / "data" / "helmet_generic_1024.yaml"
REMEDY = "start from a copy of the shipped helmet"
ON_SPHERE_MM = 0.5  # how far a listed element may lie off the sphere


@dataclass(frozen=True, eq=False)
class Helmet:
    """Equal discs that look at one geometric focus.

    `centres_mm` has shape (n, 3), helmet frame. `element_drive_limit_pa` is the highest allowed
    `drive_pressures_pa` of an element (rho c u of its face). `provenance` says where each number of a
    shipped file comes from; a file of one's own has its `source` in words.
    """

    name: str
    source: str
    frequencies_hz: tuple[float, ...]
    focal_radius_mm: float
    centres_mm: Points
    element_radius_mm: float
    element_drive_limit_pa: float
    provenance: Mapping[str, Provenance]

    def __post_init__(self) -> None:
        if self.centres_mm.ndim != 2 or self.centres_mm.shape[1:] != (3,) or len(self.centres_mm) == 0:
            message = f"a helmet's elements have shape (n, 3) with n > 0, not {self.centres_mm.shape}"
            raise UsageError(message)
        off_mm = np.abs(np.linalg.norm(self.centres_mm, axis=1) - self.focal_radius_mm)
        if not np.isfinite(off_mm).all() or off_mm.max() > ON_SPHERE_MM:
            message = (
                f"elements lie up to {off_mm.max():.1f} mm off the sphere of {self.focal_radius_mm} mm about"
                " the geometric focus: give their centres in mm with the focus in the origin"
            )
            raise UsageError(message)

    @property
    def count(self) -> int:
        """How many elements there are."""
        return len(self.centres_mm)

    @property
    def normals(self) -> Points:
        """The directions in which the elements radiate, unit vectors of shape (n, 3), helmet frame."""
        normals: Points = -self.centres_mm / np.linalg.norm(self.centres_mm, axis=1)[:, None]
        return normals

    @property
    def element_area_m2(self) -> float:
        """The radiating area of one element."""
        return math.pi * (1e-3 * self.element_radius_mm) ** 2


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SpiralText(_Strict):
    """Elements at equal steps of depth below the apex, each turned on by the golden angle."""

    rule: Literal["golden angle spiral"]
    elements: Annotated[int, Field(gt=0)]
    deepest_mm: Above
    golden_angle_deg: float

    def centres_mm(self, focal_radius_mm: float) -> Points:
        """Shape (elements, 3); element n stands n steps below the apex."""
        number = np.arange(1, self.elements + 1)
        axial = focal_radius_mm - self.deepest_mm * number / self.elements
        across = np.sqrt(focal_radius_mm**2 - axial**2)
        azimuth = np.deg2rad(self.golden_angle_deg) * number
        return np.stack([across * np.cos(azimuth), across * np.sin(azimuth), axial], axis=1)


class ListedText(_Strict):
    """Elements one by one."""

    rule: Literal["listed"]
    centres_mm_: Annotated[tuple[tuple[float, float, float], ...], Field(alias="centres_mm", min_length=1)]

    def centres_mm(self, focal_radius_mm: float) -> Points:
        """Shape (n, 3), as written."""
        del focal_radius_mm
        return np.array(self.centres_mm_, dtype=np.float64)


class HelmetText(_Strict):
    """A helmet as a person writes it."""

    name: str
    source: Annotated[str, Field(min_length=1)]
    frequencies_khz: Annotated[tuple[Above, ...], Field(min_length=1)]
    focal_radius_mm: Above
    layout: Annotated[SpiralText | ListedText, Field(discriminator="rule")]
    element_radius_mm: Above
    element_drive_limit_kpa: Above
    provenance: dict[str, dict[str, Any]] = {}


def generic_helmet() -> Helmet:
    """The shipped helmet: 1024 discs of 9 mm on a hemisphere of 30 cm, for 220, 650 and 670 kHz.

    >>> generic_helmet().count
    1024
    """
    return read_helmet(GENERIC)


def read_helmet(file: Path | Traversable) -> Helmet:
    """Read a helmet file; UnreadableInput where it is not one."""
    path = file if isinstance(file, Path) else None
    try:
        text = HelmetText.model_validate(read_knowledge(file))
        origins = {
            entry: provenance(fields, file=file.name, entry=entry)
            for entry, fields in text.provenance.items()
        }
    except FaultyKnowledge as error:
        raise UnreadableInput(str(error), path=path, remedy=REMEDY) from error
    except ValidationError as error:
        first = error.errors()[0]
        found = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        expected = "the fields of the shipped helmet, lengths in mm"
        raise UnreadableInput(
            found, path=path, record_type="helmet", expected=expected, remedy=REMEDY
        ) from error
    return Helmet(
        text.name,
        text.source,
        tuple(1e3 * f for f in text.frequencies_khz),
        text.focal_radius_mm,
        text.layout.centres_mm(text.focal_radius_mm),
        text.element_radius_mm,
        1e3 * text.element_drive_limit_kpa,
        origins,
    )
