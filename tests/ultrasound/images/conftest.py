"""One parsing process for all tests of a module, and a small head with its left marked."""

from collections.abc import Iterator

import numpy as np
import pytest

from assuage.ultrasound.images.reader import ImageReader
from assuage.ultrasound.images.volume import ImageVolume


@pytest.fixture(scope="module")
def reader() -> Iterator[ImageReader]:
    with ImageReader() as one:
        yield one


@pytest.fixture(scope="session")
def small_ct() -> ImageVolume:
    """12 x 10 x 8 voxels of 2 x 2 x 3 mm, in air, no two voxels alike enough to be taken for each other."""
    values = np.random.default_rng(5).integers(-1000, 1800, (12, 10, 8)).astype(np.float32)
    affine = np.diag([2.0, 2.0, 3.0, 1.0])
    affine[:3, 3] = [-11.0, -8.0, 5.0]
    return ImageVolume(values, affine)
