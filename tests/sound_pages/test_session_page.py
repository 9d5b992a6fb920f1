"""The page of a session: planned and delivered stand apart, and what nobody recorded is said to be so."""

from __future__ import annotations

from pathlib import Path

import pytest

from assuage.sound_pages import session_page, written_session_page
from assuage.ultrasound.session import Stage
from assuage.ultrasound.session.rehearsal import REHEARSED
from assuage.ultrasound.session.summary import read_summary
from report.html_page import Page
from ultrasound.session.scripts import Script, good_session

EXAMPLE = Path(__file__).parents[2] / "examples" / "two-sides.session.yaml"


def cells(page: Page, label: str) -> list[str]:
    return [e.words for e in page.elements if e.attributes.get("data-label") == label]


def test_every_sonication_has_a_row_and_a_mark() -> None:
    page = Page(session_page(good_session()))
    assert cells(page, "No.") == [str(n) for n in range(1, 7)]
    marks = [c for c in page.all("circle") if "sonication" in c.attributes["class"]]
    in_legend = [c for c in marks if c.has_ancestor("figcaption")]
    assert len(marks) - len(in_legend) == 6


def test_a_planned_sonication_is_never_shown_as_delivered() -> None:
    script = Script()
    page = Page(session_page([script.opened(), script.target(), script.planned(1, Stage.ALIGN)]))
    assert cells(page, "Delivered") == ["not delivered"]
    assert "Sonications delivered 0" in page.text
    assert not page.all("circle")


def test_answers_stand_beside_their_sonication() -> None:
    answers = cells(Page(session_page(good_session())), "Answers")
    assert answers[1] == "less pain; no unwanted effect"
    assert answers[0] == "–"


def test_a_stop_sign_stands_at_the_top() -> None:
    script = Script()
    entries = [script.opened(), script.target(), script.planned(1, Stage.ALIGN)]
    entries.append(script.delivered(1, Stage.ALIGN, cavitation=True))
    signs = [
        item.words
        for item in Page(session_page(entries)).all("li")
        if "urgent" in item.attributes.get("class", "")
    ]
    assert signs == ["a cavitation mark was recorded: stop"]


def test_each_limit_says_whether_it_is_published() -> None:
    standing = cells(Page(session_page(good_session())), "Standing")
    assert {"published", "project convention"} == set(standing)


def test_a_session_from_a_letter_shows_its_words_and_leaves_the_rest_unknown() -> None:
    page = Page(written_session_page(read_summary(EXAMPLE)))
    assert cells(page, "Lesion") == ["4 × 5 mm", "4 × 7 mm"]
    assert set(cells(page, "Sonications")) == {"not on record"}
    assert "195 min" in page.text


def test_a_rehearsed_session_says_so_in_its_head() -> None:
    script = Script()
    made = script.made()
    script.made = lambda: {**made, "by": REHEARSED}
    page = Page(session_page([script.opened()]))
    assert "nothing was delivered to anybody" in page.text


def test_an_empty_log_is_refused() -> None:
    with pytest.raises(ValueError, match="no session was opened"):
        session_page([])
