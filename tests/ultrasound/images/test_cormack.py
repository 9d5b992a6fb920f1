"""Cormack units: air and bone at slope 1, soft tissue stretched elevenfold between."""

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.images.cormack import hounsfield_from_cormack
from assuage.ultrasound.images.volume import ImageVolume


def image(values):
    return ImageVolume(np.array(values, np.float32).reshape(-1, 1, 1), np.eye(4))


@pytest.mark.parametrize(
    ("cormack", "hu"), [(0, -1000), (500, -500), (900, -100), (2000, 0), (3100, 100), (3794.43, 794.43)]
)
def test_the_nominal_scale(cormack, hu):
    assert hounsfield_from_cormack(image([cormack])).values[0, 0, 0] == pytest.approx(hu, abs=0.01)


def test_the_other_reading_of_air_moves_everything_alike():
    values = np.linspace(0, 3794, 50)
    apart = (
        hounsfield_from_cormack(image(values)).values
        - hounsfield_from_cormack(image(values), air_hu=-1024).values
    )
    assert np.allclose(apart, 24, atol=1e-3)


def test_an_image_that_is_in_hounsfield_units_already_is_refused():
    with pytest.raises(UsageError, match="converted already"):
        hounsfield_from_cormack(image([-1000, 40]))
