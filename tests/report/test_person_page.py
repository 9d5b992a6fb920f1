"""What a clinician reads on one person's page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.records.rows import Outcome
from assuage.report import people_page, person_file_name
from assuage.report.person import age_band
from report import worked_review as example
from report.html_page import Page
from report.worked_history import BACLOFEN, HISTORY, ID

PAGE = Page(people_page(example.report(example.REVIEW), example.DEFINITIONS, example.SOURCES))
CARDS = [card.words for card in PAGE.all("li") if card.attributes.get("class", "").startswith("card ")]


def test_the_undecided_definition_comes_first() -> None:
    assert [re.findall(r"Unknown|Not eligible|Met", card)[0] for card in CARDS] == [
        "Unknown",
        "Met",
        "Not eligible",
    ]


def test_a_card_says_the_verdict_the_reason_and_its_standing() -> None:
    assert CARDS[1] == (
        "EAN 2019 Trigeminal neuralgia ● Met 2 failed, 1 needed: carbamazepine, oxcarbazepine. "
        "Published definition · not reviewed by a clinician"
    )
    assert "Project convention, not published" in CARDS[0]


def test_eligibility_reads_eligible_by() -> None:
    assert CARDS[2].startswith("Eligible by NCT03111277")


def test_what_would_settle_an_unknown_is_listed_once_with_who_waits_for_it() -> None:
    assert PAGE.text.count("Highest dose: lamotrigine – for TN strict convention") == 1


def test_a_trial_shows_dose_with_unit_length_outcome_and_why_it_stopped() -> None:
    row = _row("trial-2")
    for part in (
        "Oxcarbazepine",
        "600 mg/day",
        "highest tolerated",
        "at least 301 days",
        "50 % less pain (from scores)",
    ):
        assert part in row
    assert "adverse event: hyponatraemia" in row
    assert "2020-12-01 – 2021-09-27 end of the last supply" in row


def test_an_adverse_event_that_did_not_end_a_treatment_is_not_given_as_the_reason() -> None:
    trial = replace(BACLOFEN, running=Answer.NO, adverse_event="weight gain", outcome=Outcome.NO_EFFECT)
    review = replace(example.REVIEW, trials=(trial,))
    page = Page(people_page(example.report(review), example.DEFINITIONS, example.SOURCES))
    assert "stopped: weight gain" not in page.text
    assert "No effect adverse event: weight gain" in page.text


def test_partial_dates_stay_as_they_are_known() -> None:
    assert "2021-11 – not on record" in _row("trial-3")


def test_an_unknown_purpose_is_said() -> None:
    assert "purpose not on record" in _row("trial-5")


def test_what_does_not_decide_is_shown_apart() -> None:
    shown = PAGE.text.index("Shown, does not decide")
    assert "With trials of eight weeks" in PAGE.text[shown:]
    assert (
        "Aetiology of trigeminal neuralgia (2016) – Trigeminal neuralgia (shown, does not decide)"
        in PAGE.text
    )


def test_each_criterion_names_its_source_and_whether_it_was_verified() -> None:
    assert "abstract, recommendations on surgery not verified in the source" in PAGE.text
    assert "uncontrolled, 28 days convention of this project" in PAGE.text


def test_each_definition_says_what_each_trial_counts_as() -> None:
    assert "7 Phenytoin ? Unknown No response The records do not say how long it was taken" in PAGE.text


def test_trials_for_another_condition_are_not_judged_under_a_verdict() -> None:
    judged = [row.words for row in PAGE.all("tr") if row.has_ancestor("details")]
    assert [row for row in judged if row.startswith("7 Phenytoin")]
    assert not [row for row in judged if row.startswith("5 Pregabalin")]


def test_the_timeline_table_holds_every_dated_trial_and_score() -> None:
    table = next(table for table in PAGE.all("table") if table.attributes.get("id") == "timeline-table")
    rows = [
        row
        for row in PAGE.all("tr")
        if row.has_ancestor("tbody") and row.parent and row.parent.parent is table
    ]
    dated = [trial for trial in example.TRIALS if trial.start is not None]
    assert len(rows) == len(dated) + len(HISTORY.score)


def test_statements_name_their_author_and_date() -> None:
    assert "Pain still wakes her every night, neurosurgery clinic 2024-06-12" in PAGE.text


def test_a_person_without_anything_on_record_has_a_page() -> None:
    page = Page(people_page(example.report(*example.nobody_known()), example.DEFINITIONS, example.SOURCES))
    for sentence in (
        "No treatment is on record.",
        "No definition of resistance speaks of",
        "Nothing on record has a date",
    ):
        assert sentence in page.text


def test_a_review_of_records_without_any_date_says_so() -> None:
    review, history = example.nobody_known()
    page = Page(
        people_page(
            example.report(replace(review, as_of=date.min), history), example.DEFINITIONS, example.SOURCES
        )
    )
    assert "As of no date on record" in page.text
    assert "0001" not in page.text


def test_a_source_that_is_not_in_the_list_is_named_by_its_key() -> None:
    page = Page(people_page(example.report(example.REVIEW), example.DEFINITIONS, {}))
    assert "bendtsen2019" in page.text


def test_more_pain_after_a_treatment_is_said_as_such() -> None:
    worse = replace(BACLOFEN, change_percent=-20.0, change_basis="scores")
    page = Page(
        people_page(
            example.report(replace(example.REVIEW, trials=(worse,))), example.DEFINITIONS, example.SOURCES
        )
    )
    assert "20 % more pain (from scores)" in page.text


@pytest.mark.parametrize(
    ("birth", "band"),
    [
        ("1951", "70–79 years"),
        ("1954-07-01", "60–69 years"),
        ("1954-06-30", "70–79 years"),
        ("1930", "90 years or more"),
        ("2030", ""),
    ],
)
def test_age_is_given_as_a_band(birth: str, band: str) -> None:
    assert age_band(PartialDate.parse(birth), date(2024, 6, 30)) == band


def test_a_page_is_named_by_the_first_16_digits_of_the_hash_of_the_id() -> None:
    assert person_file_name("abc") == "ba7816bf8f01cfea.html"
    assert person_file_name(ID) != person_file_name(ID + " ")


def _row(anchor: str) -> str:
    (row,) = [row for row in PAGE.all("tr") if row.attributes.get("id") == anchor]
    return row.words
