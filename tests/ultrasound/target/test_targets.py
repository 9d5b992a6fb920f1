"""Places in the head: points, AC-PC coordinates, named nuclei."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from assuage.errors import UsageError
from assuage.ultrasound.target import AcPcFrame, Target, named_target, named_targets

NUCLEUS = "central lateral nucleus, posterior part"
STRAIGHT = AcPcFrame((0.0, 12.0, 0.0), (0.0, -12.0, 0.0), (0.0, 0.0, 60.0))
offsets = st.tuples(*[st.floats(-80, 80)] * 3)
turns = st.tuples(*[st.floats(-0.6, 0.6)] * 3)


def turned(turn, shift):
    """A frame in a head turned and moved in the scanner, and the motion."""
    rotation = Rotation.from_rotvec(turn)
    points = rotation.apply([[0, 12, 0], [0, -12, 0], [0, 5, 60]]) + np.array(shift)
    return AcPcFrame(*(tuple(map(float, p)) for p in points)), rotation


@given(turns, offsets, offsets)
def test_coordinates_and_back_are_the_same_place(turn, shift, place):
    frame, _ = turned(turn, shift)
    np.testing.assert_allclose(frame.from_ras_mm(frame.ras_mm(place)), place, atol=1e-9)


@given(turns, offsets)
def test_the_axes_turn_with_the_head_and_are_right_handed(turn, shift):
    frame, rotation = turned(turn, shift)
    np.testing.assert_allclose(frame.axes_ras, rotation.as_matrix().T, atol=1e-9)
    assert np.linalg.det(frame.axes_ras) == pytest.approx(1)


def test_the_posterior_commissure_is_the_origin_and_the_anterior_one_lies_in_front():
    assert STRAIGHT.ras_mm((0.0, 0.0, 0.0)) == (0.0, -12.0, 0.0)
    assert STRAIGHT.from_ras_mm((0.0, 12.0, 0.0)) == (0.0, STRAIGHT.length_mm, 0.0)


def test_left_is_left_and_the_sides_mirror_each_other():
    left, right = (named_target(NUCLEUS, s, STRAIGHT, third_ventricle_width_mm=6) for s in ("left", "right"))
    assert left.ras_mm[0] < 0 < right.ras_mm[0]
    assert left.ras_mm == (-right.ras_mm[0], *right.ras_mm[1:])


def test_the_nucleus_lies_further_out_beside_a_wider_ventricle():
    narrow, wide = (
        named_target(NUCLEUS, "right", STRAIGHT, third_ventricle_width_mm=w).ras_mm[0] for w in (4, 10)
    )
    assert wide - narrow == pytest.approx(3)


def test_named_coordinates_carry_source_and_uncertainty_and_say_that_nobody_checked_them():
    target = named_target(NUCLEUS, "left", STRAIGHT, third_ventricle_width_mm=6)
    assert target.standard_uncertainty_mm is not None
    assert min(target.standard_uncertainty_mm) > 0
    assert target.provenance.source == "jeanmonod2012"
    assert target.provenance.verified is False


def test_the_uncertainty_turns_with_the_head():
    frame, _ = turned((0.0, 0.0, np.pi / 2), (0.0, 0.0, 0.0))
    place = named_targets()[NUCLEUS]
    target = named_target(NUCLEUS, "left", frame, third_ventricle_width_mm=6)
    right, front, top = place.standard_uncertainty_mm
    np.testing.assert_allclose(target.standard_uncertainty_mm, (front, right, top), atol=1e-9)


def test_a_point_given_by_the_user_has_an_unknown_uncertainty():
    assert Target("point", (1.0, 2.0, 3.0)).standard_uncertainty_mm is None
    assert Target("point", (1.0, 2.0, 3.0)).ras_m == (0.001, 0.002, 0.003)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: AcPcFrame((0, 1, 0), (0, -1, 0), (0, 0, 60)), "AC and PC lie less than 5.0 mm apart"),
        (lambda: AcPcFrame((0, 12, 0), (0, -12, 0), (0, 60, 1)), "midline point lies less than 5.0 mm"),
        (lambda: AcPcFrame((0, 12, np.nan), (0, -12, 0), (0, 0, 60)), "finite RAS"),
        (lambda: Target("point", (0.0, np.inf, 0.0)), "three finite RAS coordinates"),
        (lambda: Target("point", (0.0, 0.0, 0.0), (1.0, -1.0, 1.0)), "none below 0"),
        (lambda: named_target("thalamus", "left", STRAIGHT, third_ventricle_width_mm=6), "there is: central"),
        (lambda: named_target(NUCLEUS, "both", STRAIGHT, third_ventricle_width_mm=6), "left or right"),
        (lambda: named_target(NUCLEUS, "left", STRAIGHT, third_ventricle_width_mm=-1), "from 0 to 40"),
    ],
)
def test_what_makes_no_sense_is_refused(make, words):
    with pytest.raises(UsageError, match=words):
        make()
