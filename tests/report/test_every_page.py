"""What holds for every page, whatever stands on it."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from assuage.report import assets, index_page, people_list_page, people_page, person_file_name
from assuage.report.meeting import meeting_page
from assuage.report.plain_language import plain_page
from report import worked_review as example
from report.html_page import Page
from report.worked_history import ID

FLAGGED = people_page(example.report(example.FLAGGED), example.DEFINITIONS, example.SOURCES)
REVIEWED = people_page(example.report(example.REVIEW), example.DEFINITIONS, example.SOURCES)
NOBODY = people_page(example.report(*example.nobody_known()), example.DEFINITIONS, example.SOURCES)
INDEX = index_page(example.clinic())
EMPTY_INDEX = index_page(example.empty_clinic())
HIDING_INDEX, PEOPLE_LIST = (draw(example.hiding_clinic()) for draw in (index_page, people_list_page))

MEETING = meeting_page(example.report(example.FLAGGED), example.DEFINITIONS)
PLAIN = plain_page(example.report(example.FLAGGED))

pages = pytest.mark.parametrize(
    "html",
    [REVIEWED, FLAGGED, NOBODY, INDEX, EMPTY_INDEX, HIDING_INDEX, PEOPLE_LIST, MEETING, PLAIN],
    ids=["person", "flagged", "nobody", "index", "empty_index", "hiding_index", "people", "meeting", "plain"],
)


@pages
def test_is_well_formed_with_every_id_once(html: str) -> None:
    ids = Counter(Page(html).ids)
    assert [name for name, count in ids.items() if count > 1] == []


@pages
def test_every_link_within_the_page_leads_somewhere(html: str) -> None:
    page = Page(html)
    targets = [element.attributes.get("href", "") for element in page.elements]
    inside = {target[1:] for target in targets if target.startswith("#")}
    assert inside <= set(page.ids)


@pages
def test_every_description_by_reference_exists(html: str) -> None:
    page = Page(html)
    named = " ".join(
        element.attributes.get(name, "")
        for element in page.elements
        for name in ("aria-labelledby", "aria-describedby", "aria-details")
    )
    assert set(named.split()) <= set(page.ids)


@pages
def test_holds_no_style_and_no_script_within_itself(html: str) -> None:
    page = Page(html)
    assert not [script for script in page.all("script") if script.words]
    assert not page.all("style")
    for element in page.elements:
        assert "style" not in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]


@pages
def test_carries_a_content_policy_and_obeys_it(html: str) -> None:
    page = Page(html)
    policies = [meta.attributes["content"] for meta in page.all("meta") if "http-equiv" in meta.attributes]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'; style-src 'self'; img-src 'self' data:")
    loaded = [link.attributes["href"] for link in page.all("link")]
    assert [address.removeprefix("../") for address in loaded] == ["assets/assuage.css"]
    scripts = [element.attributes["src"] for element in page.elements if "src" in element.attributes]
    assert scripts == (["assets/assuage.js"] if "script-src 'self'" in policies[0] else [])
    assert "url(" not in assets()["assuage.css"]
    assert "@import" not in assets()["assuage.css"]


@pages
def test_every_drawing_has_a_title_a_description_and_a_table_twin(html: str) -> None:
    page = Page(html)
    tables = {table.attributes.get("id") for table in page.all("table")}
    for drawing in page.all("svg"):
        if drawing.attributes.get("aria-hidden") == "true":
            is_part = drawing.has_ancestor("figcaption") or drawing.has_ancestor("svg")
            assert is_part, "only the keys of a legend, and parts of a drawing, are hidden"
            continue
        assert drawing.attributes["role"] == "img"
        assert drawing.attributes["aria-details"] in tables
        inside = {element.tag for element in page.elements if element.parent is drawing}
        assert {"title", "desc"} <= inside


@pages
def test_every_table_has_a_caption_and_scoped_headings(html: str) -> None:
    page = Page(html)
    captioned = [caption.parent for caption in page.all("caption")]
    assert captioned == page.all("table")
    assert {heading.attributes.get("scope") for heading in page.all("th")} <= {"row", "col"}


@pages
def test_says_its_language_and_begins_with_a_way_past_the_header(html: str) -> None:
    page = Page(html)
    assert page.all("html")[0].attributes["lang"] == "en"
    assert page.all("a")[0].attributes["href"] == "#main"
    assert [len(page.all(tag)) for tag in ("main", "h1", "title")] == [1, 1, len(page.all("title"))]


@pages
def test_says_once_that_it_supports_decisions(html: str) -> None:
    said = re.findall(r"support[s]? (?:a decision|decisions)", Page(html).text)
    assert len(said) == 1


@pages
def test_lists_no_catalogue_code_in_place_of_words(html: str) -> None:
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b", Page(html).text)


def test_only_the_index_may_run_a_script() -> None:
    assert "script-src" in INDEX
    assert "script-src" not in REVIEWED


def test_the_id_stands_in_the_body_only() -> None:
    page = Page(REVIEWED)
    assert ID in page.text
    assert ID not in "".join(page.all("head")[0].text)
    assert ID not in "".join(value for element in page.elements for value in element.attributes.values())
    assert ID not in person_file_name(ID)


def test_the_index_links_every_person_by_the_name_their_page_has() -> None:
    clinic = example.clinic()
    links = [link.attributes["href"] for link in Page(INDEX).all("a")]
    assert {f"people/{person_file_name(line.person_id)}" for line in clinic.tally.lines} <= set(links)


def test_the_same_review_gives_the_same_page() -> None:
    again = people_page(example.report(example.REVIEW), example.DEFINITIONS, example.SOURCES)
    assert again == REVIEWED
    assert index_page(example.clinic()) == INDEX
