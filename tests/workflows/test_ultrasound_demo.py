"""The whole way: plan, heat, rehearsed session, images, temperatures; nothing is taken for delivered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.field import SolverOptions
from assuage.ultrasound.images.writer import write_dicom_folder, write_nifti
from assuage.ultrasound.phantom import HeadShape, phantom_head
from assuage.workflows.sessions import session_fhir
from assuage.workflows.ultrasound_demo import Demonstration, demonstrate, demonstration_plan
from assuage.workflows.ultrasound_plan import read_ct
from assuage.workflows.ultrasound_session import read_session
from sound_pages.planned import SHAPE, small_plan


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def done(folder: Path) -> Demonstration:
    return demonstrate(small_plan(), folder)


def test_the_loop_finds_out_the_offset_it_was_not_told(done: Demonstration) -> None:
    assert done.rehearsal.ablated
    assert done.rehearsal.true_error_mm <= 1.0


def test_temperatures_read_back_from_files_show_the_focus_where_it_truly_was(done: Demonstration) -> None:
    assert done.thermometry is not None
    course = done.thermometry.course
    assert course.distance_mm == pytest.approx(done.rehearsal.true_error_mm, abs=0.5)


def test_three_pages_are_written(done: Demonstration) -> None:
    assert [page.name for page in done.pages] == ["plan.html", "session.html", "thermometry.html"]
    assert all(page.stat().st_size > 4000 for page in done.pages)


def test_the_rehearsed_session_is_nobodys_procedure(done: Demonstration, folder: Path) -> None:
    read = read_session(folder / "session" / "rehearsal.session.jsonl")
    assert read.summary.rehearsed
    with pytest.raises(UsageError, match="rehearsed"):
        session_fhir(read.summary, "Patient/x")


def test_a_ct_is_the_same_head_as_nifti_as_dicom_and_as_made(tmp_path: Path) -> None:
    ct = phantom_head(0, 3.0, SHAPE)
    write_nifti(ct, tmp_path / "ct.nii.gz", hounsfield=True)
    write_dicom_folder(ct, tmp_path / "ct", description="made-up head")
    for source in (tmp_path / "ct.nii.gz", tmp_path / "ct"):
        name, read = read_ct(str(source))
        assert name == "a CT", "a file's name may be a person's"
        low, high = ct.bounds_ras_mm()
        assert np.allclose(read.bounds_ras_mm(), (low, high), atol=0.1)
        middle = (low + high) / 2
        assert read.at(middle, outside=np.nan) == pytest.approx(ct.at(middle, outside=np.nan), abs=1)


@pytest.mark.long
def test_a_whole_helmet_on_half_a_head(tmp_path: Path) -> None:
    said: list[str] = []
    made = demonstration_plan(
        tmp_path, options=SolverOptions(), watch=said.append, shape=HeadShape().scaled(0.5)
    )
    found = demonstrate(made, tmp_path, watch=said.append)
    assert made.report.focus.spot.distance_mm < 1.0
    assert found.rehearsal.true_error_mm <= 1.0
    assert len(said) > 8
