"""The reference pages are what the definitions say now."""

from pathlib import Path

import pytest

from assuage.testing.reference_pages import reference_pages

FOLDER = Path(__file__).parents[2] / "docs" / "definitions"


@pytest.mark.parametrize("name", sorted(reference_pages()))
def test_the_page_is_current(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == reference_pages()[name].rstrip("\n") + "\n", "run: make docs"


def test_no_page_is_left_of_a_definition_that_is_gone() -> None:
    assert {file.name for file in FOLDER.glob("*.md")} == set(reference_pages())
