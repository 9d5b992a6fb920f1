"""The helmet: the public layout, its frame, and what a file of one's own may say."""

import numpy as np
import pytest
import yaml
from scipy.spatial import cKDTree

from assuage.errors import UnreadableInput, UsageError
from assuage.ultrasound.transducer import PlacedHelmet, Pose, generic_helmet, read_helmet
from assuage.ultrasound.transducer.helmet import GENERIC

# Rows 1 and 500 of DomeTxTransducerGeometry.csv (BabelBrain, commit 2142a09): x, y, and depth below the apex.
LISTED = {0: (-4.7901, 4.3881, 0.1407), 499: (126.3923, -13.5475, 70.3667)}


def own_file(folder, **changes):
    fields = {
        "name": "two discs",
        "source": "drawn by hand",
        "frequencies_khz": [500],
        "focal_radius_mm": 50,
        "layout": {"rule": "listed", "centres_mm": [[0, 0, 50], [50, 0, 0]]},
        "element_radius_mm": 4,
        "element_drive_limit_kpa": 100,
    }
    file = folder / "helmet.yaml"
    file.write_text(yaml.safe_dump(fields | changes), encoding="utf-8")
    return file


def test_the_shipped_layout_is_the_published_one():
    centres = generic_helmet().centres_mm
    for row, (x, y, depth) in LISTED.items():
        np.testing.assert_allclose(centres[row], (x, y, 150 - depth), atol=1e-3)


def test_every_element_lies_on_the_sphere_and_looks_at_the_focus():
    helmet = generic_helmet()
    np.testing.assert_allclose(np.linalg.norm(helmet.centres_mm, axis=1), 150, atol=1e-9)
    np.testing.assert_allclose(helmet.centres_mm + 150 * helmet.normals, 0, atol=1e-9)


def test_discs_do_not_overlap():
    helmet = generic_helmet()
    nearest = cKDTree(helmet.centres_mm).query(helmet.centres_mm, k=2)[0][:, 1]
    assert nearest.min() > 2 * helmet.element_radius_mm


def test_every_number_of_the_shipped_file_says_where_it_comes_from():
    helmet = generic_helmet()
    assert {"layout", "frequencies_khz", "focal_radius_mm", "element_radius_mm"} <= set(helmet.provenance)
    assert helmet.provenance["element_drive_limit_kpa"].published is False
    assert helmet.provenance["layout"].verified


def test_a_file_of_ones_own_may_list_its_elements(tmp_path):
    helmet = read_helmet(own_file(tmp_path))
    assert helmet.count == 2
    assert helmet.frequencies_hz == (500e3,)
    assert helmet.element_drive_limit_pa == 100e3
    np.testing.assert_allclose(helmet.normals, [[0, 0, -1], [-1, 0, 0]])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"element_radius_mm": -4}, "element_radius_mm.*greater than 0"),
        ({"layout": {"rule": "golden ratio"}}, "layout.*What to do: start from a copy"),
        ({"colour": "red"}, "colour.*not permitted"),
        ({"source": ""}, "source"),
        ({"provenance": {"layout": {"source": "nobody"}}}, "not in sources.yaml"),
    ],
)
def test_a_faulty_file_is_refused_with_the_field(tmp_path, changes, words):
    with pytest.raises(UnreadableInput, match=words):
        read_helmet(own_file(tmp_path, **changes))


def test_elements_off_the_sphere_are_refused(tmp_path):
    layout = {"rule": "listed", "centres_mm": [[0, 0, 100]]}
    with pytest.raises(UsageError, match=r"50\.0 mm off the sphere"):
        read_helmet(own_file(tmp_path, layout=layout))


def test_an_upright_helmet_has_its_apex_above_the_focus():
    placed = PlacedHelmet(generic_helmet(), Pose((3.0, -14.0, 2.0)))
    np.testing.assert_allclose(placed.centres_ras_mm.mean(axis=0)[:2], (3, -14), atol=1.0)
    assert placed.centres_ras_mm[0, 2] == pytest.approx(152, abs=0.2)
    assert (placed.centres_ras_mm[:, 2] > 2).all()


def test_a_pose_and_its_inverse_cancel_and_keep_the_focus():
    angle = 0.3
    turn = ((1.0, 0.0, 0.0), (0.0, np.cos(angle), -np.sin(angle)), (0.0, np.sin(angle), np.cos(angle)))
    pose = Pose((3.0, -14.0, 2.0), turn)
    points = np.random.default_rng(1).normal(size=(20, 3)) * 100
    np.testing.assert_allclose(pose.to_helmet_mm(pose.to_ras_mm(points)), points, atol=1e-9)
    placed = PlacedHelmet(generic_helmet(), pose)
    np.testing.assert_allclose(placed.centres_ras_mm + 150 * placed.normals_ras - (3, -14, 2), 0, atol=1e-9)


@pytest.mark.parametrize("rotation", [np.diag([1.0, 1.0, -1.0]), 2 * np.eye(3)])
def test_a_mirror_or_a_stretch_is_no_pose(rotation):
    with pytest.raises(UsageError, match="determinant 1"):
        Pose((0.0, 0.0, 0.0), tuple(map(tuple, rotation)))


def test_the_shipped_file_is_the_one_that_is_read():
    assert GENERIC.name == "helmet_generic_1024.yaml"
    assert read_helmet(GENERIC).name == generic_helmet().name
