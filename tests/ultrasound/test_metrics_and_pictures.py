import struct
import zlib

import numpy as np
import pytest

from assuage.ultrasound.field.metrics import difference, focus_of, width_m
from assuage.ultrasound.picture import plane_svg, png


def gaussian(centre=(20, 15, 15), sigma=4.0):
    i, j, k = np.ogrid[:41, :31, :31]
    square = (i - centre[0]) ** 2 + (j - centre[1]) ** 2 + (k - centre[2]) ** 2
    return (1e6 * np.exp(-square / (2 * sigma**2))).astype(np.float32)


def test_the_focus_of_a_gaussian_has_its_place_width_and_volume():
    focus = focus_of(gaussian(), 0.5e-3, (0.0, -0.0075, -0.0075))
    half = 4.0 * 0.5e-3 * np.sqrt(2 * np.log(10 ** (6 / 20)))
    assert focus.position_m == pytest.approx((0.010, 0.0, 0.0))
    assert focus.widths_6db_m == pytest.approx((2 * half,) * 3, rel=0.01)
    assert focus.volume_6db_m3 == pytest.approx(4 / 3 * np.pi * half**3, rel=0.1)


def test_the_focus_is_looked_for_only_where_it_may_be():
    field = np.maximum(gaussian(), 2 * gaussian((3, 3, 3), 1.0))
    allowed = np.zeros(field.shape, bool)
    allowed[10:] = True
    assert focus_of(field, 1e-3, (0, 0, 0), allowed).position_m == (0.020, 0.015, 0.015)


def test_a_profile_that_never_falls_has_no_width():
    assert np.isnan(width_m(np.array([1.0, 2.0, 2.0]), 2, 0.5, 1.0))


def test_equal_fields_do_not_differ_and_a_phase_shows_only_in_the_complex_error():
    field = gaussian()[:, :, 15].astype(complex)
    same = difference(field, field * np.exp(0.1j), 0.5e-3, slice(5, None))
    assert same.amplitude_linf_percent == pytest.approx(0, abs=1e-9)
    assert same.complex_l2_percent == pytest.approx(100 * 2 * np.sin(0.05), rel=1e-6)


def test_where_the_reference_is_silent_nothing_is_compared():
    reference = gaussian()[:, :, 15].astype(complex)
    tested = reference.copy()
    tested[:5] = 1e9
    reference[:5] = np.nan
    assert difference(reference, tested, 1e-3, slice(5, None)).amplitude_linf_percent == 0


def test_the_image_in_the_picture_is_a_png_of_the_right_size():
    image = png(np.zeros((3, 5, 3), np.uint8))
    assert image.startswith(b"\x89PNG")
    assert struct.unpack(">II", image[16:24]) == (5, 3)
    start = image.index(b"IDAT") + 4
    assert (
        len(zlib.decompress(image[start : start + struct.unpack(">I", image[start - 8 : start - 4])[0]]))
        == 3 * 16
    )


def test_the_picture_has_a_title_a_scale_and_no_script():
    svg = plane_svg(gaussian()[:, :, 15], 0.5e-3, (0.0, -0.0075), "a title")
    assert svg.startswith("<svg")
    assert "<title>a title</title>" in svg
    assert "1000 kPa" in svg
    assert "script" not in svg
