"""The pages in a real browser: WCAG 2.2 AA by axe, and the script that sorts and filters people.

Where chromium is absent these tests skip; where ASSUAGE_REQUIRE_BROWSER is 1 they fail instead.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from assuage.records.source import read_source
from assuage.records.store import histories
from assuage.report import assets, index_page, people_page
from assuage.report.meeting import meeting_page
from assuage.report.plain_language import plain_page
from assuage.resistance.definitions import DEFINITIONS
from assuage.workflows import made_up_clinic, person_report, review, review_person
from report import worked_review as example
from report.worked_history import HISTORY

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG_2_2_AA = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("ASSUAGE_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{CHROMIUM} is absent, and ASSUAGE_REQUIRE_BROWSER=1 asks for it")
        pytest.skip(f"{CHROMIUM} is absent: pages are not checked in a browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up clinic's pages, and beside them two of a person by hand: with flags, and with nothing."""
    out = tmp_path_factory.mktemp("report")
    review(made_up_clinic(), out=out)
    written = {
        "people/flagged.html": people_page(
            example.report(example.FLAGGED), example.DEFINITIONS, example.SOURCES
        ),
        "people/nobody.html": people_page(
            example.report(*example.nobody_known()), example.DEFINITIONS, example.SOURCES
        ),
        "people/meeting.html": meeting_page(example.report(example.FLAGGED), example.DEFINITIONS),
        "people/plain.html": plain_page(example.report(example.FLAGGED)),
        "by-hand.html": index_page(example.clinic()),
    }
    for name, page in written.items():
        (out / name).write_text(page, encoding="utf-8")
    return out


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "people/flagged.html",
        "people/nobody.html",
        "people/meeting.html",
        "people/plain.html",
    ],
)
def test_meets_wcag_2_2_aa(browser: Browser, report: Path, name: str, width: int, scheme: str) -> None:
    page = _opened(browser, report / name, width, scheme)
    page.evaluate("() => document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    found = Axe().run(page, options=WCAG_2_2_AA)
    assert found.violations_count == 0, found.generate_report()
    page.context.close()


def test_the_checker_finds_what_it_is_made_for(browser: Browser) -> None:
    page = browser.new_context().new_page()
    page.set_content("<html><body><img src='x.png'><p style='color: #bbb'>pale</p></body></html>")
    found = {violation["id"] for violation in Axe().run(page, options=WCAG_2_2_AA).response["violations"]}
    assert {"image-alt", "color-contrast", "html-has-lang"} <= found
    page.context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "name", ["index.html", "people/flagged.html", "people/meeting.html", "people/plain.html"]
)
def test_nothing_is_wider_than_the_window(browser: Browser, report: Path, name: str, width: int) -> None:
    page = _opened(browser, report / name, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_the_real_made_up_people_meet_wcag_2_2_aa(browser: Browser, report: Path) -> None:
    of_people = [page for page in sorted((report / "people").iterdir()) if len(page.stem) == 16]
    page = browser.new_context(viewport={"width": 390, "height": 900}).new_page()
    for file in of_people[:3]:
        page.goto(file.as_uri())
        found = Axe().run(page, options=WCAG_2_2_AA)
        assert found.violations_count == 0, found.generate_report()
    page.context.close()


def test_a_meetings_sheet_prints_on_one_page_of_a4(browser: Browser, tmp_path: Path) -> None:
    """For everybody of the made-up clinic, and for somebody with three pains and every list full."""
    read_source(made_up_clinic(), tmp_path)
    reports = [person_report(history, review_person(history)) for history in histories(tmp_path)]
    every = tuple({each.condition: each for one in reports for each in one.options.conditions}.values())
    full = next(report for report in reports if report.review.trials)
    crowded = replace(
        full,
        review=replace(
            full.review,
            trials=tuple(trial for report in reports for trial in report.review.trials),
            flags=tuple(flag for report in reports for flag in report.review.flags),
            verdicts=tuple(verdict for report in reports[1:4] for verdict in report.review.verdicts),
        ),
        options=replace(full.options, conditions=every[:3]),
        concerns=tuple(concern for report in reports for concern in report.concerns),
    )
    (tmp_path / "people").mkdir()
    (tmp_path / "assets").mkdir()
    for name, text in assets().items():
        (tmp_path / "assets" / name).write_text(text, encoding="utf-8")
    page = browser.new_context().new_page()
    for report in (*reports, crowded):
        (tmp_path / "people/sheet.html").write_text(meeting_page(report, DEFINITIONS), encoding="utf-8")
        page.goto((tmp_path / "people/sheet.html").as_uri())
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.context.close()


def _opened(browser: Browser, file: Path, width: int, scheme: str = "light") -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(file.as_uri())
    assert complaints == []
    return page


# --- the table of people


@pytest.fixture
def people(browser: Browser, report: Path) -> Iterator[Page]:
    page = _opened(browser, report / "by-hand.html", 1280)
    yield page
    page.context.close()


def _shown(page: Page, column: int) -> list[str]:
    cells = page.locator("#people-table tbody tr:visible").locator(f"> :nth-child({column})")
    return [" ".join(text.split()) for text in cells.all_inner_texts()]


def test_stands_as_written_until_somebody_asks(people: Page) -> None:
    marks = [line.mark for line in example.clinic().ordered()]
    assert [text.split()[0] for text in _shown(people, 1)] == marks
    assert people.locator("#people-count").inner_text() == "9 of 9 found, 9 in all"


def test_a_heading_sorts_up_then_down_and_says_so(people: Page) -> None:
    complete = people.locator("#people-table thead th", has_text="Complete")
    complete.get_by_role("button").click()
    shares = [int(text.removesuffix(" %")) for text in _shown(people, 9)]
    assert shares == sorted(shares)
    assert complete.get_attribute("aria-sort") == "ascending"
    complete.get_by_role("button").press("Enter")
    assert [int(text.removesuffix(" %")) for text in _shown(people, 9)] == shares[::-1]
    assert complete.get_attribute("aria-sort") == "descending"


def test_what_is_not_on_record_comes_last_whichever_way_it_is_sorted(people: Page) -> None:
    for direction in ("ascending", "descending"):
        people.select_option("#people-order", f"5 {direction}")
        met = _shown(people, 6)
        assert "–" in met
        assert met == [text for text in met if text != "–"] + ["–"] * met.count("–")


def test_the_first_order_comes_back(people: Page) -> None:
    before = _shown(people, 1)
    people.select_option("#people-order", "0 descending")
    assert _shown(people, 1) != before
    people.select_option("#people-order", "")
    assert _shown(people, 1) == before
    assert people.locator("[aria-sort]").count() == 0


def test_finding_and_showing_leave_those_who_fit_both(people: Page) -> None:
    people.fill("#people-text", "PERSON-7")
    assert [text.split()[1] for text in _shown(people, 1)] == ["person-7"]
    people.select_option("#people-showing", "first")
    assert people.locator("#people-count").inner_text() == "1 of 1 found, 9 in all"
    people.fill("#people-text", "person-1")
    assert people.locator("#people-count").inner_text() == "0 of 0 found, 9 in all"
    people.fill("#people-text", "")
    assert [text for text in _shown(people, 4) if "Low sodium" in text] == _shown(people, 4)


def test_of_thousands_the_first_are_shown_and_more_when_asked(browser: Browser, report: Path) -> None:
    clinic = example.clinic()
    for place in range(1100):
        clinic.tally.add(replace(example.REVIEW, person_id=f"more-{place}"), HISTORY.person)
    (report / "many.html").write_text(index_page(clinic), encoding="utf-8")
    page = _opened(browser, report / "many.html", 1280)
    count, more = page.locator("#people-count"), page.get_by_role("button", name="Show more people")
    assert count.inner_text() == "500 of 1109 found, 1109 in all"
    more.click()
    more.click()
    assert count.inner_text() == "1109 of 1109 found, 1109 in all"
    assert not more.is_visible()
    page.fill("#people-text", "more-10")
    assert page.locator("#people-table tbody tr:visible").count() == 111
    page.context.close()


def test_without_a_script_the_whole_table_is_there_and_no_tool_that_does_nothing(
    browser: Browser, report: Path
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((report / "by-hand.html").as_uri())
    assert page.locator("#people-table tbody tr").count() == 9
    assert not page.locator("#people-tools").is_visible()
    page.context.close()


def test_the_script_is_small() -> None:
    assert len(assets()["assuage.js"]) < 5_000
