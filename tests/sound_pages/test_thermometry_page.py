"""The page of a sonication's temperatures says what was measured, what was planned, and what is unknown."""

from __future__ import annotations

from assuage.sound_pages import thermometry_page
from assuage.sound_pages.thermometry_page import facts_of_course
from report.html_page import Page
from sound_pages.values import course


def facts(**how: object) -> dict[str, str]:
    return dict(facts_of_course(course(**how)))


def test_the_highest_temperature_stands_with_its_uncertainty() -> None:
    assert facts()["Highest temperature, fitted"] == "57.0 ± 0.4 °C"


def test_the_focus_is_told_as_distance_and_along_each_axis() -> None:
    assert facts()["Focus from target"] == "0.60 mm"
    assert facts()["Along right, front, top"] == "+0.60 ± 0.10, +0.00 ± 0.10, +0.00 ± 0.20 mm"


def test_a_focus_beyond_the_limit_is_said_to_lie_outside() -> None:
    assert "this focus lies inside" in Page(thermometry_page(course(off_mm=0.9))).text
    assert "this focus lies outside" in Page(thermometry_page(course(off_mm=1.1))).text


def test_what_can_not_be_measured_is_said_and_never_drawn() -> None:
    page = Page(thermometry_page(course(weak=True)))
    assert set(facts(weak=True).values()) >= {"not measurable"}
    assert not [svg for svg in page.all("svg") if svg.attributes.get("role") == "img"]
    assert "not measurable" in page.text


def test_a_plan_stands_beside_every_image_as_an_interval() -> None:
    page = Page(thermometry_page(course()))
    cells = [cell.words for cell in page.all("td") if cell.attributes["data-label"] == "Planned"]
    assert cells[0] == "37.4 to 39.1 °C"
    assert cells[-1] == "beyond the plan"


def test_without_a_plan_none_is_drawn() -> None:
    page = Page(thermometry_page(course(planned=False)))
    assert not [path for path in page.all("path") if "planned" in path.attributes.get("class", "")]
    assert "no plan given" in page.text
