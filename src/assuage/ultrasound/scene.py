"""A scene: region, frequency, source and medium as a person writes them in YAML, in millimetres.

    frequency_khz: 500
    region: {x_mm: [0, 120], y_mm: [-35, 35], z_mm: [-35, 35], spacing_mm: 0.5}
    source: {kind: bowl, curvature_radius_mm: 64, aperture_mm: 64, drive_kpa: 60}
    medium:
      background: water
      first_face_mm: 30
      layers: [{material: cortical bone, thickness_mm: 6.5}]
      behind: water

Materials are names of the published table (500 kHz) or `{name, sound_speed_m_s, density_kg_m3,
absorption_db_cm, source}` at the scene's frequency. `curved_about_mm` bends the layers about a point
on the x axis. Sources are a bowl, a disc, a plane wave, or an array of equal discs:

    source: {kind: array, element_diameter_mm: 9, elements: helmet.csv}

whose table has the columns x_mm, y_mm, z_mm, nx, ny, nz, drive_kpa, phase_degrees. In place of layers a
medium may be given voxel by voxel, as NIfTI files on the region's lattice, at the scene's frequency:

    medium:
      background: water
      maps:
        sound_speed_m_s: speed.nii.gz
        density_kg_m3: density.nii.gz
        absorption_db_cm: absorption.nii.gz
        voxels: means        # or blocks: uniform cubes, as in a segmentation

File names are relative to the scene's folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assuage.errors import UnreadableInput
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.interfaces import LayeredTissue, Plane, Surface, sphere
from assuage.ultrasound.field.materials import BY_NAME, Material, absorption_np_m
from assuage.ultrasound.field.medium import TissueMaps, VoxelMeaning
from assuage.ultrasound.field.problem import FieldProblem
from assuage.ultrasound.field.sources import Bowl, Disc, ElementArray, PlaneWave, Source
from assuage.ultrasound.scene_files import read_elements, read_map

Triple = tuple[float, float, float]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Region(_Strict):
    """A box of nodes; both ends are nodes."""

    x_mm: tuple[float, float]
    y_mm: tuple[float, float]
    z_mm: tuple[float, float]
    spacing_mm: float

    def grid(self) -> Grid:
        """The grid of the region."""
        if not self.spacing_mm > 0:
            message = f"spacing_mm is {self.spacing_mm}"
            raise UnreadableInput(message, expected="a number above 0", remedy="give the node distance in mm")
        nx, ny, nz = (round((hi - lo) / self.spacing_mm) + 1 for lo, hi in (self.x_mm, self.y_mm, self.z_mm))
        ox, oy, oz = (1e-3 * lo for lo, _ in (self.x_mm, self.y_mm, self.z_mm))
        return Grid((nx, ny, nz), 1e-3 * self.spacing_mm, (ox, oy, oz))


class BowlText(_Strict):
    """A focused bowl."""

    kind: Literal["bowl"]
    curvature_radius_mm: float
    aperture_mm: float
    drive_kpa: float
    apex_mm: Triple = (0.0, 0.0, 0.0)
    axis: Triple = (1.0, 0.0, 0.0)

    def source(self, folder: Path) -> Source:
        """The source in metres and pascals."""
        del folder
        return Bowl(
            _metres(self.apex_mm),
            self.axis,
            1e-3 * self.curvature_radius_mm,
            0.5e-3 * self.aperture_mm,
            1e3 * self.drive_kpa,
        )


class DiscText(_Strict):
    """A flat disc."""

    kind: Literal["disc"]
    diameter_mm: float
    drive_kpa: float
    centre_mm: Triple = (0.0, 0.0, 0.0)
    normal: Triple = (1.0, 0.0, 0.0)

    def source(self, folder: Path) -> Source:
        """The source in metres and pascals."""
        del folder
        return Disc(_metres(self.centre_mm), self.normal, 0.5e-3 * self.diameter_mm, 1e3 * self.drive_kpa)


class PlaneWaveText(_Strict):
    """A plane wave."""

    kind: Literal["plane wave"]
    amplitude_kpa: float
    direction: Triple = (1.0, 0.0, 0.0)

    def source(self, folder: Path) -> Source:
        """The source in pascals."""
        del folder
        return PlaneWave(self.direction, 1e3 * self.amplitude_kpa)


class ArrayText(_Strict):
    """Equal discs from a table; a positive phase is late."""

    kind: Literal["array"]
    element_diameter_mm: float
    elements: Path

    def source(self, folder: Path) -> Source:
        """The source in metres, pascals and radians."""
        table = read_elements(folder / self.elements)
        return ElementArray(
            1e-3 * table[:, :3],
            table[:, 3:6],
            0.5e-3 * self.element_diameter_mm,
            1e3 * table[:, 6],
            np.deg2rad(table[:, 7]),
        )


class MaterialText(_Strict):
    """A material of one's own, with where its numbers come from."""

    name: str
    sound_speed_m_s: float
    density_kg_m3: float
    absorption_db_cm: float
    source: str

    def material(self) -> Material:
        """The material in SI."""
        absorption = absorption_np_m(self.absorption_db_cm)
        return Material(self.name, self.sound_speed_m_s, self.density_kg_m3, absorption, self.source)


class LayerText(_Strict):
    """One layer."""

    material: str | MaterialText
    thickness_mm: Annotated[float, Field(gt=0)]


class MapsText(_Strict):
    """Three images on one lattice, and what their voxels stand for."""

    sound_speed_m_s: Path
    density_kg_m3: Path
    absorption_db_cm: Path
    voxels: VoxelMeaning = "means"

    def tissue(self, background: Material, region: Grid, folder: Path) -> TissueMaps:
        """The maps as a medium."""
        names = (self.sound_speed_m_s, self.density_kg_m3, self.absorption_db_cm)
        read = [read_map(folder / name, region.spacing_m, region.origin_m) for name in names]
        grid, speed = read[0]
        for name, (other, _) in zip(names[1:], read[1:], strict=True):
            if other != grid:
                found = "the map covers other voxels than the map of sound speed"
                raise UnreadableInput(found, path=folder / name, expected="the same shape and place for all")
        absorption = read[2][1] * np.float32(absorption_np_m(1.0))
        return TissueMaps(grid, background, speed, read[1][1], absorption, self.voxels)


class MediumText(_Strict):
    """Layers between a background and what lies behind, or maps in a background."""

    background: str | MaterialText = "water"
    first_face_mm: float = 0.0
    layers: tuple[LayerText, ...] = ()
    behind: str | MaterialText | None = None
    curved_about_mm: float | None = None
    maps: MapsText | None = None

    @model_validator(mode="after")
    def _either_layers_or_maps(self) -> Self:
        if self.maps is not None and (self.layers or self.behind is not None):
            message = "give layers or maps, not both"
            raise ValueError(message)
        return self

    def tissue(self, region: Grid, folder: Path) -> LayeredTissue | TissueMaps:
        """The medium in SI."""
        background = _material(self.background)
        if self.maps is not None:
            return self.maps.tissue(background, region, folder)
        behind = _material(self.behind) if self.behind is not None else background
        if not self.layers and behind == background:
            return LayeredTissue((background,), ())
        faces = [self.first_face_mm]
        for layer in self.layers:
            faces.append(faces[-1] + layer.thickness_mm)
        materials = (background, *(_material(layer.material) for layer in self.layers), behind)
        return LayeredTissue(materials, tuple(self._surface(face) for face in faces))

    def _surface(self, face_mm: float) -> Surface:
        if self.curved_about_mm is None:
            return Plane((1e-3 * face_mm, 0.0, 0.0), (1.0, 0.0, 0.0))
        return sphere((1e-3 * self.curved_about_mm, 0.0, 0.0), 1e-3 * (self.curved_about_mm - face_mm))


class Scene(_Strict):
    """A whole scene; see the module's text."""

    frequency_khz: float
    region: Region
    source: Annotated[BowlText | DiscText | PlaneWaveText | ArrayText, Field(discriminator="kind")]
    medium: MediumText = MediumText()

    def problem(self, folder: Path) -> FieldProblem:
        """The problem to solve, its files taken from `folder`; raises UsageError where it makes no sense."""
        grid = self.region.grid()
        tissue = self.medium.tissue(grid, folder)
        return FieldProblem(grid, 1e3 * self.frequency_khz, self.source.source(folder), tissue)


def focal_region(problem: FieldProblem) -> NDArray[np.bool_] | None:
    """The nodes behind all bone, where the focus is looked for; None where nothing lies behind it."""
    grid, tissue = problem.grid, problem.tissue
    if isinstance(tissue, LayeredTissue):
        if not tissue.surfaces:
            return None
        behind = tissue.surfaces[-1].signed_distance_m(*grid.open_mesh_m()) > 0
        return np.broadcast_to(behind, grid.shape)
    planes = tissue.tissue_planes(grid) if isinstance(tissue, TissueMaps) else None
    if planes is None or planes[1] >= grid.shape[0] - 1:
        return None
    return np.broadcast_to((np.arange(grid.shape[0]) > planes[1])[:, None, None], grid.shape)


def read_scene(path: Path) -> Scene:
    """Read a scene file; raises UnreadableInput naming the place and what is wrong there."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Scene.model_validate(content)
    except OSError as error:
        found = "the file can't be opened"
        raise UnreadableInput(found, path=path, remedy="check the name and your rights to it") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        found = "the file is not YAML"
        raise UnreadableInput(found, path=path, expected="key: value lines, as in the manual") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the scene"
        found = f"{place}: {first['msg'].lower()}"
        raise UnreadableInput(
            found,
            path=path,
            expected="frequency_khz, region, source, medium",
            remedy="see assuage fus field --help",
        ) from error


def _metres(place_mm: Triple) -> Triple:
    return 1e-3 * place_mm[0], 1e-3 * place_mm[1], 1e-3 * place_mm[2]


def _material(text: str | MaterialText) -> Material:
    if isinstance(text, MaterialText):
        return text.material()
    if text not in BY_NAME:
        found = f"there is no material {text!r}"
        raise UnreadableInput(
            found,
            expected=", ".join(sorted(BY_NAME)),
            remedy="name one of these, or give its numbers and source",
        )
    return BY_NAME[text]
