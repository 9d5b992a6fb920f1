"""What is left, what is unsafe and how it went, on a person's page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assuage.options import OptionStanding
from assuage.report import PersonReport, people_page
from assuage.report.citations import Sources
from assuage.report.evidence_cells import balance, evidence_cell
from assuage.report.wording import words
from assuage.safety import Concern
from report import worked_options as left
from report import worked_review as example
from report.html_page import Element, Page


def page_of(report: PersonReport) -> Page:
    return Page(people_page(report, example.DEFINITIONS, example.SOURCES))


PAGE = page_of(example.report(example.REVIEW))


def row_of(page: Page, name: str) -> Element:
    """The row of the options' tables that is about this option."""
    found = [
        element
        for element in page.all("tr")
        if element.attributes.get("id", "").startswith("option-") and element.words.startswith(name)
    ]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("Carbamazepine", "Contraindicated"),
        ("Oxcarbazepine", "Open"),
        ("Gabapentin", "Caution"),
        ("Baclofen", "Tried"),
        ("Mrgfus thalamotomy", "Not indicated"),
    ],
)
def test_every_option_stands_there_with_its_standing_in_words(name: str, standing: str) -> None:
    assert standing in row_of(PAGE, name).words


def test_a_hard_stop_stands_beside_the_option_it_stops_and_says_what_to_do() -> None:
    row = row_of(PAGE, "Carbamazepine").words
    assert "Not to be given: Carbamazepine." in row
    assert "life-threatening skin reaction" in row
    assert "Choose something else." in row


def test_a_stop_that_hangs_on_a_fact_asks_for_it_and_is_no_stop_yet() -> None:
    row = row_of(PAGE, "Oxcarbazepine").words
    assert "To be settled first: Oxcarbazepine." in row
    assert "To be known: HLA-B*15:02 (a test result)." in row
    assert "Not to be given" not in row


def test_tried_too_low_and_too_short_are_said() -> None:
    row = row_of(PAGE, "Gabapentin").words
    assert "tried at 300 mg/day at most; an adequate trial needs 1800 mg/day" in row
    assert "was tried for 9 days; an adequate trial needs 28 days" in row


def test_evidence_against_is_shown_as_plainly_as_evidence_for() -> None:
    row = row_of(PAGE, "Gabapentin").words
    assert "1 for · 1 against · 1 neither way" in row
    assert "Speaks for it One in 6.3 is helped." in row
    assert "Speaks against it Not shown better than placebo in 2 trials." in row
    assert "Settles nothing Nobody has compared it with carbamazepine." in row


def test_no_claim_says_so_little_that_its_balance_is_left_out() -> None:
    assert balance(left.GABAPENTIN.claims) == "1 for · 1 against · 1 neither way"
    assert balance(left.GABAPENTIN.claims[:1]) == "1 for · 0 against"


def test_every_claim_has_grade_source_and_how_far_it_was_checked() -> None:
    row = row_of(PAGE, "Gabapentin").words
    assert "EAN 2019: weak" in row
    assert "abstract, drugs (read in the source)" in row
    assert "table 2 (not verified in the source)" in row
    assert "options, ladders (convention of this project)" in row
    assert "Not graded by a body" in row_of(PAGE, "Carbamazepine").words


def test_what_the_team_must_hold_is_told_apart_by_what_is_on_record() -> None:
    row = row_of(PAGE, "Gabapentin").words
    assert "On record: MRI of the brain (2024-03, 2 mm, yes)" in row
    assert "Not on record: Kidney function" in row


def test_what_can_not_be_undone_is_marked() -> None:
    assert "can’t be undone" in row_of(PAGE, "Mrgfus").words
    assert "can’t be undone" not in row_of(PAGE, "Gabapentin").words


def test_tried_and_not_indicated_are_folded_and_nothing_ruled_out_is() -> None:
    for name, folded in (("Carbamazepine", False), ("Baclofen", True), ("Mrgfus", True)):
        assert row_of(PAGE, name).has_ancestor("details") is folded


def test_what_comes_first_what_works_and_the_sequence_stand_above_the_options() -> None:
    assert "Comes first: Low sodium" in PAGE.text
    assert "Works now: Lamotrigine" in PAGE.text
    assert "was first tried only after microvascular decompression" in PAGE.text


def test_a_condition_without_a_ladder_says_that_none_was_read() -> None:
    assert "No ladder of treatments for this condition has been read" in PAGE.text


def test_a_rule_that_says_the_same_of_several_drugs_is_said_once() -> None:
    other = replace(left.CARE, treatment="pregabalin")
    report = replace(example.report(example.REVIEW), concerns=(left.CARE, other))
    concerns = [part for part in page_of(report).all("div") if part.attributes.get("class") == "concern care"]
    current = [part.words for part in concerns if not part.has_ancestor("td")]
    assert len(current) == 1
    assert "Take care: Gabapentin." in current[0]
    assert "The same holds for pregabalin." in current[0]


def test_a_rule_that_says_different_things_of_two_drugs_is_said_of_each() -> None:
    other = replace(
        left.CARE, treatment="pregabalin", reason_values=(("years", 75), ("treatment", "pregabalin"))
    )
    report = replace(example.report(example.REVIEW), options=left.NO_OPTIONS, concerns=(left.CARE, other))
    assert "From 65 years on" in page_of(report).text
    assert "From 75 years on" in page_of(report).text


@pytest.mark.parametrize(
    ("concern", "words"),
    [
        (left.STOP, "Not to be given"),
        (left.ASK, "To be settled first"),
        (left.CARE, "Take care"),
        (left.OPEN_CARE, "May need care"),
    ],
)
def test_concerns_about_what_is_taken_now_are_weighed_in_words(concern: Concern, words: str) -> None:
    report = replace(example.report(example.REVIEW), options=left.NO_OPTIONS, concerns=(concern,))
    assert f"{words}: " in page_of(report).text


def test_without_a_concern_the_page_claims_no_safety() -> None:
    report = replace(example.report(example.REVIEW), options=left.NO_OPTIONS, concerns=())
    assert "What the records do not say cannot be found here." in page_of(report).text


def test_how_it_went_says_why_nothing_can_be_computed() -> None:
    assert "Not computable." in PAGE.text


def test_a_cell_written_once_takes_the_numbers_of_each_page() -> None:
    first, second = Sources(example.SOURCES, words()), Sources(example.SOURCES, words())
    second.number("odd")
    claims = left.GABAPENTIN.claims
    one, two = (evidence_cell(claims, sources, words()) for sources in (first, second))
    assert "source 1</a>, abstract, drugs" in one
    assert "source 2</a>, abstract, drugs" in two


def test_standings_are_told_apart_without_colour() -> None:
    signs = {row_of(PAGE, name).words.split(standing)[0][-2:] for name, standing in STANDINGS.items()}
    assert len(signs) == len(OptionStanding)


STANDINGS = {
    "Carbamazepine": "Contraindicated",
    "Oxcarbazepine": "Open",
    "Gabapentin": "Caution",
    "Baclofen": "Tried",
    "Mrgfus": "Not indicated",
}
