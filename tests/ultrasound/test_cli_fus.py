import csv

import nibabel
import numpy as np
import pytest

from assuage.cli_fus import main

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


def test_a_scene_becomes_images_a_picture_and_a_table(scene, tmp_path, capsys):
    assert main(["field", scene(SCENE), "--out", str(tmp_path / "out"), "--threads", "1"]) == 0
    said = capsys.readouterr().out
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
def test_a_wrong_scene_is_refused_without_a_traceback(scene, capsys, change, code, words):
    assert main(["field", scene(SCENE.replace(*change))]) == code
    assert words in " ".join(capsys.readouterr().err.split())


def test_a_missing_scene_is_said(tmp_path, capsys):
    assert main(["field", str(tmp_path / "none.yaml")]) == 3
    assert "can't be opened" in capsys.readouterr().err


def test_a_published_case_is_compared_with_its_reference(capsys):
    assert main(["benchmark", "BM1-SC2", "--threads", "1", "--spacing-mm", "0.6"]) == 0
    assert "BM1-SC2" in capsys.readouterr().out


def test_an_unknown_case_lists_the_known_ones(capsys):
    assert main(["benchmark", "BM9-SC1"]) == 2
    assert "BM6-SC2" in " ".join(capsys.readouterr().err.split())
