"""The pages of the sound in a real browser: WCAG 2.2 AA by axe, no wider than the window, no complaint."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from assuage.workflows.ultrasound_output import write_page
from report.test_accessibility import WCAG_2_2_AA, browser  # noqa: F401 -- a fixture
from sound_pages.test_every_sound_page import MAKERS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sound")
    for name, make in MAKERS.items():
        write_page(out, f"{name}.html", make())
    return out


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", MAKERS)
def test_meets_wcag_2_2_aa_and_fits_the_window(
    browser: Browser,  # noqa: F811
    folder: Path,
    name: str,
    width: int,
    scheme: str,
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((folder / f"{name}.html").as_uri())
    assert complaints == []
    found = Axe().run(page, options=WCAG_2_2_AA)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
