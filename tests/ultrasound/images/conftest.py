"""One parsing process for all tests of a module, a small head, and a series of phase images."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assuage.ultrasound.images.reader import ImageReader
from assuage.ultrasound.images.series_writer import write_series_dicom
from assuage.ultrasound.images.volume import ImageVolume
from ultrasound.images.series_files import SERIES


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


@pytest.fixture(scope="session")
def written_series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_series_dicom(SERIES, tmp_path_factory.mktemp("made") / "series", description="made-up head")


@pytest.fixture
def series_folder(written_series: Path, tmp_path: Path) -> Path:
    shutil.copytree(written_series, tmp_path / "series")
    return tmp_path / "series"
