import csv
import shutil
from pathlib import Path

import nibabel
import numpy as np
import pytest

from assuage import cli_fus
from assuage.ultrasound.field.materials import CORTICAL_BONE, WATER
from workflows.command_line import assuage

SCENE = """
frequency_khz: 500
region: {x_mm: [0, 16], y_mm: [-6, 6], z_mm: [-6, 6], spacing_mm: 0.5}
source: {kind: bowl, curvature_radius_mm: 16, aperture_mm: 12, drive_kpa: 60}
medium:
  first_face_mm: 5
  layers: [{material: cortical bone, thickness_mm: 3}]
"""


@pytest.fixture
def scene(tmp_path):
    def write(text):
        path = tmp_path / "a.scene.yaml"
        path.write_text(text)
        return str(path)

    return write


def test_a_scene_becomes_images_a_picture_and_a_table(scene, tmp_path):
    ended = assuage("fus", "field", scene(SCENE), "--out", tmp_path / "out", "--threads", "1")
    assert ended.exit_code == 0
    said = ended.out
    assert "converged" in said
    assert "MB of memory" in said
    assert "not for driving a device" in said
    image = nibabel.load(tmp_path / "out" / "amplitude_pa.nii.gz")
    assert image.shape == (33, 25, 25)
    assert np.allclose(image.affine[:3, 3], [0, -6, -6])
    rows = dict(csv.reader((tmp_path / "out" / "focus.csv").open()))
    assert rows["converged"] == "yes"
    assert 8 < float(rows["peak_x_mm"]) < 13
    assert (tmp_path / "out" / "field.svg").read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (("frequency_khz: 500", "frequency_khz: 0"), 2, "frequency is 0.0 Hz"),
        (("spacing_mm: 0.5", "spacing_mm: 1.5"), 2, "grid points per wavelength"),
        (("spacing_mm: 0.5", "spacing_mm: -1"), 3, "above 0"),
        (("cortical bone", "cheese"), 3, "no material 'cheese'"),
        (("kind: bowl", "kind: trumpet"), 3, "a.scene.yaml"),
        (("first_face_mm: 5", "first_face_mm: 0.5"), 2, "source touches tissue"),
        (("drive_kpa: 60", "drive_kpa: .nan"), 3, "finite"),
        (("region:", "region: ["), 3, "not YAML"),
    ],
)
def test_a_wrong_scene_is_refused_without_a_traceback(scene, change, code, words):
    ended = assuage("fus", "field", scene(SCENE.replace(*change)))
    assert ended.exit_code == code
    assert words in " ".join(ended.err.split())


def test_a_missing_scene_is_said(tmp_path):
    ended = assuage("fus", "field", tmp_path / "none.yaml")
    assert ended.exit_code == 3
    assert "can't be opened" in ended.err


def test_a_published_case_is_compared_with_its_reference():
    ended = assuage("fus", "benchmark", "BM1-SC2", "--threads", "1", "--spacing-mm", "0.6")
    assert ended.exit_code == 0
    assert "BM1-SC2" in ended.out


def test_an_unknown_case_lists_the_known_ones():
    ended = assuage("fus", "benchmark", "BM9-SC1")
    assert ended.exit_code == 2
    assert "BM6-SC2" in " ".join(ended.err.split())


# ---------------------------------------------------------------- peers


def test_peers_take_no_case_names():
    ended = assuage("fus", "benchmark", "BM3-SC1", "--peer", "j-wave")
    assert ended.exit_code == 2
    assert "leave the case names out" in " ".join(ended.err.split())


def test_a_peer_that_does_not_exist_lists_those_that_do():
    ended = assuage("fus", "benchmark", "--peer", "z-wave")
    assert ended.exit_code == 2
    assert "j-wave" in ended.err


def test_missing_peers_name_the_command_that_installs_them(tmp_path, monkeypatch):
    there = tmp_path / "benchmarks"
    monkeypatch.setattr(cli_fus, "__file__", str(tmp_path / "src" / "assuage" / "cli_fus.py"))
    ended = assuage("fus", "benchmark", "--peer", "j-wave")
    assert ended.exit_code == 2
    assert "copy of the project" in " ".join(ended.err.split())
    there.mkdir()
    shutil.copy(Path(__file__).parents[2] / "benchmarks" / "peers.py", there)
    ended = assuage("fus", "benchmark", "--peer", "j-wave")
    assert ended.exit_code == 2
    assert "make bench-fus" in " ".join(ended.err.split())


# ---------------------------------------------------------------- arrays and voxel maps

REGION = "{x_mm: [0, 16], y_mm: [-6, 6], z_mm: [-6, 6], spacing_mm: 0.5}"
ELEMENTS = """x_mm,y_mm,z_mm,nx,ny,nz,drive_kpa,phase_degrees
0,2,0,1,-0.2,0,60,0
0,-2,0,1,0.2,0,60,0
"""
ARRAY = "{kind: array, element_diameter_mm: 2, elements: elements.csv}"
MAPS = """
frequency_khz: 500
region: REGION
source: SOURCE
medium:
  maps: {sound_speed_m_s: c.nii.gz, density_kg_m3: rho.nii.gz, absorption_db_cm: alpha.nii.gz, voxels: blocks}
"""


@pytest.fixture
def mapped(scene, tmp_path):
    """The layered scene's bone as maps, beside a scene that names them."""
    affine = np.diag([0.5, 0.5, 0.5, 1.0])
    affine[:3, 3] = (0, -6, -6)
    bone = np.zeros((33, 25, 25), bool)
    bone[11:17] = True  # nodes 5.5 to 8 mm: faces at 5.25 and 8.25 mm
    for name, inside, outside in (
        ("c", CORTICAL_BONE.sound_speed_m_s, WATER.sound_speed_m_s),
        ("rho", CORTICAL_BONE.density_kg_m3, WATER.density_kg_m3),
        ("alpha", 4.0, 0.0),
    ):
        values = np.where(bone, inside, outside).astype(np.float32)
        nibabel.save(nibabel.Nifti1Image(values, affine), tmp_path / f"{name}.nii.gz")
    (tmp_path / "elements.csv").write_text(ELEMENTS)
    return scene(MAPS.replace("REGION", REGION).replace("SOURCE", ARRAY))


def peak_of(out):
    rows = dict(csv.reader((out / "focus.csv").open()))
    return float(rows["peak_pa"]), float(rows["peak_x_mm"])


def test_an_array_through_voxel_maps_hears_what_it_hears_through_the_same_layers(mapped, scene, tmp_path):
    text = SCENE.replace("{kind: bowl, curvature_radius_mm: 16, aperture_mm: 12, drive_kpa: 60}", ARRAY)
    layered = scene(text.replace("first_face_mm: 5", "first_face_mm: 5.25"))
    assert assuage("fus", "field", layered, "--out", tmp_path / "a", "--threads", "1").exit_code == 0
    mapped = scene(MAPS.replace("REGION", REGION).replace("SOURCE", ARRAY))
    ended = assuage("fus", "field", mapped, "--out", tmp_path / "b", "--threads", "1")
    assert ended.exit_code == 0, ended.err
    assert "behind the bone" in " ".join(ended.out.split())
    assert peak_of(tmp_path / "b") == pytest.approx(peak_of(tmp_path / "a"), rel=0.02)


def rewrite(path, values=None, affine=None):
    image = nibabel.load(path)
    values = image.get_fdata() if values is None else values
    nibabel.save(
        nibabel.Nifti1Image(values.astype(np.float32), image.affine if affine is None else affine), path
    )


def shifted(affine, by_mm):
    moved = affine.copy()
    moved[0, 3] += by_mm
    return moved


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (lambda d: (d / "rho.nii.gz").unlink(), 3, "rho.nii.gz: the map can't be read"),
        (lambda d: (d / "rho.nii.gz").write_text("no image"), 3, "rho.nii.gz: the map can't be read"),
        (lambda d: rewrite(d / "rho.nii.gz", np.ones((33, 25, 24))), 3, "covers other voxels"),
        (lambda d: rewrite(d / "c.nii.gz", np.ones((33, 25, 25, 2))), 3, "4 axes"),
        (lambda d: rewrite(d / "c.nii.gz", np.full((33, 25, 25), np.nan)), 2, "sound speed in m/s holds NaN"),
        (lambda d: rewrite(d / "alpha.nii.gz", np.full((33, 25, 25), -1.0)), 2, "must not fall below 0"),
        (lambda d: rewrite(d / "c.nii.gz", affine=np.diag([1.0, 1, 1, 1])), 3, "voxels are 1 x 1 x 1 mm"),
        (
            lambda d: rewrite(d / "c.nii.gz", affine=shifted(nibabel.load(d / "c.nii.gz").affine, 0.2)),
            3,
            "0.40 of a voxel off",
        ),
        (
            lambda d: rewrite(
                d / "c.nii.gz",
                affine=np.array([[0.4, 0.3, 0, 0], [-0.3, 0.4, 0, 0], [0, 0, 0.5, 0], [0, 0, 0, 1]]),
            ),
            3,
            "axes are turned",
        ),
        (lambda d: (d / "elements.csv").unlink(), 3, "elements.csv: the element table can't be read"),
        (lambda d: (d / "elements.csv").write_text("x_mm,y_mm\n1,2\n"), 3, "has no column z_mm"),
        (lambda d: (d / "elements.csv").write_text(ELEMENTS.splitlines()[0] + "\n"), 3, "has no rows"),
        (
            lambda d: (d / "elements.csv").write_text(ELEMENTS.replace("60,0\n0,-2", "loud,0\n0,-2")),
            3,
            "elements.csv, line 2: drive_kpa is not a finite number",
        ),
    ],
)
def test_a_wrong_map_or_table_is_refused_with_its_name_and_place(mapped, tmp_path, spoil, code, words):
    spoil(tmp_path)
    ended = assuage("fus", "field", mapped, "--out", tmp_path / "out")
    assert ended.exit_code == code
    assert words in " ".join(ended.err.split())


def test_layers_and_maps_do_not_go_together(mapped, scene, tmp_path):
    both = (
        tmp_path / "a.scene.yaml"
    ).read_text() + "  layers: [{material: cortical bone, thickness_mm: 3}]\n"
    ended = assuage("fus", "field", scene(both))
    assert ended.exit_code == 3
    assert "layers or maps, not both" in " ".join(ended.err.split())
