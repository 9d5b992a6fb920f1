"""The person's own page: plain words, every term explained, and what is not known said."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from assuage.codes.conditions import pain_conditions
from assuage.codes.drugs import formulary
from assuage.codes.procedures import procedures
from assuage.options import OptionStanding, option_evidence
from assuage.options.ladders import ladders
from assuage.records.rows import Outcome, ProcedureOutcome
from assuage.records.source import read_source
from assuage.records.store import histories
from assuage.report.plain_language import plain_page
from assuage.report.plain_words import plain_words
from assuage.resistance.model import VerdictWord
from assuage.workflows import made_up_clinic, person_report, review_person
from report import worked_options as left
from report import worked_review as example
from report.html_page import Element, Page
from report.readability import grade, syllables
from report.worked_history import ID

READING_AGE_YEARS = 12
GRADE_AT_MOST = READING_AGE_YEARS - 5  # a pupil of 12 is in the sixth or seventh year
PAGE = Page(plain_page(example.report(example.REVIEW)))
PLAIN = plain_words()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Page]:
    tables = tmp_path_factory.mktemp("tables")
    read_source(made_up_clinic(), tables)
    people = list(histories(tables))
    return [Page(plain_page(person_report(history, review_person(history)))) for history in people]


def is_name(element: Element) -> bool:
    return element.attributes.get("class") == "term"


def sentences(page: Page) -> list[str]:
    """The sentences of the page; names of treatments and pains are left out, each is explained beside it."""
    found = []
    for element in page.elements:
        if element.tag in ("p", "li", "dd") and element.has_ancestor("article"):
            names = [part.words for part in page.elements if is_name(part) and part.parent is element]
            text = element.words
            for name in names:
                text = text.replace(name, "")
            found += [part for part in re.split(r"(?<=[.!?:])\s+", text) if re.search("[A-Za-z]", part)]
    return found


def test_the_formula_tells_easy_from_hard() -> None:
    easy = ["The cat sat on the mat.", "It was a warm day."]
    hard = ["Contraindications notwithstanding, pharmacological prophylaxis demonstrates heterogeneity."]
    assert grade(easy) < 2
    assert grade(hard) > 15
    counted = {word: syllables(word) for word in ("pain", "helped", "treated", "table", "nerves", "migraine")}
    assert counted == {"pain": 1, "helped": 1, "treated": 2, "table": 2, "nerves": 1, "migraine": 2}


def test_every_page_of_the_clinic_can_be_read_at_twelve(pages: list[Page]) -> None:
    grades = [grade(sentences(page)) for page in pages]
    assert len(grades) >= 10
    assert max(grades) <= GRADE_AT_MOST


def test_every_plain_word_can_be_read_at_twelve() -> None:
    every = [*PLAIN.treatments.values(), *PLAIN.classes.values(), *PLAIN.terms.values()]
    every += [*PLAIN.outcomes.values(), *PLAIN.flags.values(), *PLAIN.steps.values(), PLAIN.other_flag]
    split = [part for text in every for part in re.split(r"(?<=[.!?])\s+", text)]
    assert grade(split) <= GRADE_AT_MOST
    assert max(len(part.split()) for part in split) <= 20


def test_every_term_that_can_stand_on_the_page_is_explained() -> None:
    assert [key for key in pain_conditions() if not PLAIN.condition(key)] == []
    treatments = {*formulary(), *procedures(), *option_evidence()}
    assert [key for key in sorted(treatments) if not PLAIN.treatment(key)] == []
    assert {*Outcome, *ProcedureOutcome} <= PLAIN.outcomes.keys()
    assert set(VerdictWord) == PLAIN.verdicts.keys()
    assert PLAIN.steps.keys() <= {step.key for ladder in ladders().values() for step in ladder.steps}


def test_every_name_on_the_page_has_its_meaning_beside_it(pages: list[Page]) -> None:
    for page in pages:
        for row in [element for element in page.all("div") if element.parent and element.parent.tag == "dl"]:
            parts = {part.tag: part.words for part in page.elements if part.parent is row}
            assert parts["dt"]
            assert parts["dd"]


def test_no_word_of_the_trade_is_left_outside_names(pages: list[Page]) -> None:
    trade = re.compile(
        r"contraindicat|adverse|refractory|efficacy|prophyla|indicat|cohort|placebo|etiolog|analges|mg/d",
        re.IGNORECASE,
    )
    assert [found for page in pages for found in sentences(page) if trade.search(found)] == []


def test_it_says_what_is_not_known() -> None:
    assert "What we do not know" in PAGE.text
    unsettled = replace(example.REVIEW, verdicts=(replace(example.REVIEW.verdicts[0], missing=("onset",)),))
    assert "when your pain began" in Page(plain_page(example.report(unsettled))).text


def test_a_missing_fact_without_plain_words_is_counted_and_not_lost() -> None:
    assert PLAIN.missing_facts(["onset", "unheard_of:x"]) == (PLAIN.missing["onset"], PLAIN.other_missing)


def test_evidence_against_is_counted_beside_evidence_for() -> None:
    assert "We read 1 point for it and 1 against it." in PAGE.text


def test_what_is_ruled_out_is_never_listed_as_something_to_ask_about() -> None:
    asked = PAGE.text.split("What you could ask about")[1].split("Not for you as things stand")[0]
    assert "Gabapentin" in asked
    assert "Carbamazepine" not in asked
    assert "Carbamazepine" in PAGE.text.split("Not for you as things stand")[1]


def test_it_warns_against_stopping_a_drug_alone() -> None:
    assert "Do not stop or change a drug by yourself." in PAGE.text


def test_the_persons_id_does_not_stand_on_it() -> None:
    assert ID not in PAGE.text


def test_somebody_of_whom_nothing_is_known_gets_a_page_that_says_so() -> None:
    page = Page(plain_page(example.report(*example.nobody_known())))
    assert "The record names no treatment." in page.text
    assert "We found nothing for this list." in page.text


def test_every_standing_of_an_option_but_tried_has_its_place() -> None:
    standings = {option.standing: option.name for option in left.CONDITION.options}
    assert set(standings) == set(OptionStanding)
    after = PAGE.text.split("What you could ask about")[1]
    assert all(name in after for standing, name in standings.items() if standing != OptionStanding.TRIED)


def test_plain_words_are_marked_as_nobodys_but_ours() -> None:
    assert not PLAIN.provenance.verified
    assert not PLAIN.provenance.published
