"""Files that a scene names: element tables as CSV, voxel maps as NIfTI. Lengths in millimetres.

Maps are read in the scene's frame: the image's affine, in mm, must place its voxels on the scene's lattice
(any order and direction of axes, no rotation, equal sides). Nothing is resampled here, because how a map
is resampled decides how far its bone is off.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UnreadableInput
from assuage.ultrasound.field.grid import Grid

ELEMENT_COLUMNS = ("x_mm", "y_mm", "z_mm", "nx", "ny", "nz", "drive_kpa", "phase_degrees")
LARGEST_SHIFT_VOXELS = 0.01  # how far a map's voxels may stand off the scene's nodes


def read_elements(path: Path) -> NDArray[np.float64]:
    """The rows of an element table, shape (n, 8), columns as in ELEMENT_COLUMNS."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [name for name in ELEMENT_COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                found = f"the element table has no column {', '.join(missing)}"
                raise UnreadableInput(found, path=path, line=1, expected=", ".join(ELEMENT_COLUMNS))
            rows = [_element(path, reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        found = "the element table can't be read"
        raise UnreadableInput(found, path=path, expected="a CSV file in UTF-8 beside the scene") from error
    if not rows:
        found = "the element table has no rows"
        raise UnreadableInput(found, path=path, expected="one row for each element")
    return np.array(rows)


def _element(path: Path, line: int, row: dict[str, str | None]) -> list[float]:
    values = []
    for name in ELEMENT_COLUMNS:
        try:
            value = float(row[name] or "")
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            found = f"{name} is not a finite number"
            raise UnreadableInput(found, path=path, line=line, expected="a number in every column")
        values.append(value)
    return values


def read_map(
    path: Path, spacing_m: float, anchor_m: tuple[float, float, float]
) -> tuple[Grid, NDArray[np.float32]]:
    """A map and the grid of its voxels, which is on the lattice of `spacing_m` through `anchor_m`."""
    import nibabel
    from nibabel.filebasedimages import ImageFileError

    try:
        image = nibabel.as_closest_canonical(nibabel.load(path))
        values = np.asarray(image.get_fdata(dtype=np.float32))
    except (OSError, EOFError, ImageFileError) as error:
        found = "the map can't be read"
        raise UnreadableInput(
            found, path=path, expected="a NIfTI file (.nii or .nii.gz) beside the scene"
        ) from error
    if values.ndim != 3:
        found = f"the map has {values.ndim} axes"
        raise UnreadableInput(found, path=path, expected="three axes: x, y, z")
    return _grid_of(path, values.shape, np.asarray(image.affine), spacing_m, anchor_m), values


def _grid_of(
    path: Path,
    shape: tuple[int, ...],
    affine_mm: NDArray[np.float64],
    spacing_m: float,
    anchor_m: tuple[float, float, float],
) -> Grid:
    sides_mm = np.diag(affine_mm)[:3]
    remedy = "resample the map to the scene's lattice first"
    if np.abs(affine_mm[:3, :3] - np.diag(sides_mm)).max() > 1e-3 * np.abs(sides_mm).max():
        found = "the map's axes are turned against the scene's"
        raise UnreadableInput(found, path=path, expected="axes along x, y and z", remedy=remedy)
    if np.abs(sides_mm - 1e3 * spacing_m).max() > 1e-3 * 1e3 * spacing_m:
        found = f"the map's voxels are {' x '.join(f'{s:g}' for s in sides_mm)} mm"
        raise UnreadableInput(
            found, path=path, expected=f"{1e3 * spacing_m:g} mm, the scene's", remedy=remedy
        )
    origin_m = 1e-3 * affine_mm[:3, 3]
    steps = (origin_m - np.array(anchor_m)) / spacing_m
    off = float(np.abs(steps - np.rint(steps)).max())
    if off > LARGEST_SHIFT_VOXELS:
        found = f"the map's voxels stand {off:.2f} of a voxel off the scene's nodes"
        raise UnreadableInput(found, path=path, expected="voxel centres on nodes", remedy=remedy)
    ox, oy, oz = (float(v) for v in np.array(anchor_m) + np.rint(steps) * spacing_m)
    return Grid((shape[0], shape[1], shape[2]), spacing_m, (ox, oy, oz))
