"""What holds for every page of the sound: its notice, its policy, its tables, nothing inline."""

from __future__ import annotations

from pathlib import Path

import pytest

from assuage.sound_pages import session_page, style_sheets, thermometry_page, written_session_page
from assuage.ultrasound.session.summary import read_summary
from report.html_page import Page
from sound_pages.planned import plan_html
from sound_pages.values import course
from ultrasound.session.scripts import good_session

EXAMPLE = Path(__file__).parents[2] / "examples" / "two-sides.session.yaml"
MAKERS = {
    "session": lambda: session_page(good_session()),
    "letter": lambda: written_session_page(read_summary(EXAMPLE)),
    "thermometry": lambda: thermometry_page(course()),
    "unmeasurable": lambda: thermometry_page(course(planned=False, weak=True)),
    "plan": plan_html,
}


@pytest.fixture(params=MAKERS, scope="module")
def page(request: pytest.FixtureRequest) -> Page:
    return Page(MAKERS[request.param]())


def test_says_that_it_is_research(page: Page) -> None:
    assert page.text.count("Research; not for driving a device") == 1


def test_holds_no_style_and_no_script(page: Page) -> None:
    assert not page.all("style")
    assert not page.all("script")
    for element in page.elements:
        assert "style" not in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]


def test_loads_its_own_sheets_and_pictures_only(page: Page) -> None:
    (policy,) = [m.attributes["content"] for m in page.all("meta") if "http-equiv" in m.attributes]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self' data:")
    loaded = {link.attributes["href"].removeprefix("assets/") for link in page.all("link")}
    assert loaded == set(style_sheets())
    assert all(image.attributes["src"].startswith("data:image/png") for image in page.all("img"))
    assert "url(" not in style_sheets()["sound.css"]


def test_ids_are_unique_and_every_link_and_description_leads_to_one(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    targets = {a.attributes["href"].removeprefix("#") for a in page.all("a")}
    described = " ".join(
        element.attributes.get(name, "")
        for element in page.elements
        for name in ("aria-labelledby", "aria-describedby", "aria-details")
    )
    assert targets | set(described.split()) <= set(page.ids)


def test_every_drawing_has_a_title_a_description_and_a_table(page: Page) -> None:
    tables = {table.attributes.get("id") for table in page.all("table")}
    for drawing in page.all("svg"):
        if drawing.attributes.get("aria-hidden") == "true":
            continue
        assert drawing.attributes["role"] == "img"
        assert drawing.attributes["aria-details"] in tables
        inside = {element.tag for element in page.elements if element.parent is drawing}
        assert {"title", "desc"} <= inside


def test_every_table_has_a_caption_and_scoped_headings(page: Page) -> None:
    assert [caption.parent for caption in page.all("caption")] == page.all("table")
    assert {heading.attributes.get("scope") for heading in page.all("th")} <= {"row", "col"}


def test_one_main_one_heading_one_language(page: Page) -> None:
    assert page.all("html")[0].attributes["lang"] == "en"
    assert [len(page.all(tag)) for tag in ("main", "h1")] == [1, 1]
    assert page.all("a")[0].attributes["href"] == "#main"
