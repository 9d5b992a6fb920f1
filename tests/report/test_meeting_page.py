"""The sheet for the team's meeting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assuage.report.meeting import MOST_TRIALS, Listed, meeting_page
from assuage.resistance.model import VerdictWord
from report import worked_options as left
from report import worked_review as example
from report.html_page import Page
from report.worked_history import BACLOFEN, ID

SHEET = Page(meeting_page(example.report(example.REVIEW), example.DEFINITIONS))
FLAGGED = Page(meeting_page(example.report(example.FLAGGED), example.DEFINITIONS))
NOBODY = Page(meeting_page(example.report(*example.nobody_known()), example.DEFINITIONS))


def test_it_names_the_person_by_mark_and_in_the_body_by_id() -> None:
    assert ID in SHEET.text
    assert ID not in SHEET.all("title")[0].words


def test_every_verdict_stands_there_by_definition() -> None:
    pills = [
        element for element in SHEET.all("span") if element.attributes.get("class", "").startswith("pill")
    ]
    assert len(pills) == len(
        [one for one in example.REVIEW.verdicts if one.definition in example.DEFINITIONS]
    )
    assert {pill.attributes["class"].removeprefix("pill ") for pill in pills} <= set(VerdictWord)


def test_what_was_tried_says_dose_length_and_how_it_ended() -> None:
    assert "Carbamazepine 2019-03-04 – 2020-11-16; 1200 mg/day; at least 624 days" in SHEET.text
    assert "stopped: no effect" in SHEET.text


def test_flags_stand_before_verdicts() -> None:
    assert FLAGGED.text.index("What comes first") < FLAGGED.text.index("Verdicts")
    assert "Low sodium" in FLAGGED.text


def test_stops_of_what_is_taken_and_of_what_is_left_stand_together_each_once() -> None:
    assert SHEET.text.count("Not to be given: Carbamazepine.") == 1
    assert "To be settled first: Oxcarbazepine." in SHEET.text


def test_a_procedure_shows_what_speaks_for_it_and_against_it() -> None:
    surgery = replace(left.GABAPENTIN, option="mvd", name="Decompression", kind="procedure")
    condition = replace(left.CONDITION, options=(surgery,))
    report = replace(example.report(example.REVIEW), options=replace(left.OPTIONS, conditions=(condition,)))
    text = Page(meeting_page(report, example.DEFINITIONS)).text
    assert "For: One in 6.3 is helped." in text
    assert "Against: Not shown better than placebo in 2 trials." in text


def test_what_to_hold_is_told_apart_by_what_is_on_record() -> None:
    assert "On record: MRI of the brain (2024-03, 2 mm, yes)." in SHEET.text
    assert "Not on record: Kidney function." in SHEET.text


def test_a_list_that_is_cut_says_how_many_lines_are_missing() -> None:
    trials = tuple(replace(BACLOFEN, days=day) for day in range(MOST_TRIALS + 3))
    report = example.report(replace(example.REVIEW, trials=trials))
    assert "and 3 more" in Page(meeting_page(report, example.DEFINITIONS)).text


@pytest.mark.parametrize(("lines", "shown", "more"), [(0, 0, 0), (3, 3, 0), (4, 3, 1), (9, 3, 6)])
def test_shown_and_missing_lines_add_up(lines: int, shown: int, more: int) -> None:
    listed = Listed.first([str(line) for line in range(lines)], 3)
    assert (len(listed.shown), listed.more) == (shown, more)


def test_with_nothing_on_record_it_claims_nothing() -> None:
    assert "No treatment is on record." in NOBODY.text
    assert "What the records do not say cannot be found here." in NOBODY.text
    assert "No pain score is on record" in NOBODY.text
