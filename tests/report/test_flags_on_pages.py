"""Flags come before verdicts: what was found, since when, by which rule, and what waits for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assuage.flags.model import OVERUSE, Flag, FlagState, Urgency
from assuage.report import people_page
from assuage.report.citations import Sources
from assuage.report.flag_rows import FlagRows, flag_rows
from assuage.report.wording import words
from assuage.resistance.model import Review
from report import worked_review as example
from report.html_page import Element, Page


def page_of(review: Review) -> Page:
    return Page(people_page(example.report(review), example.DEFINITIONS, example.SOURCES))


def rows_of(*flags: Flag) -> FlagRows:
    return flag_rows(flags, Sources(example.SOURCES, words()), words())


PAGE = page_of(example.FLAGGED)


def _classed(style: str) -> list[Element]:
    return [item for item in PAGE.all("li") if item.attributes.get("class") == style]


def test_flags_stand_before_verdicts() -> None:
    headings = [heading.words for heading in PAGE.all("h2")]
    assert headings.index("What comes first") < headings.index("Verdicts")


def test_an_urgent_flag_says_what_was_found_since_when_and_by_which_rule() -> None:
    (urgent,) = _classed("flag urgent")
    assert urgent.words == (
        "Low sodium ! Urgent, open Verdicts wait for it. The latest sodium is 121 mmol/L, below 125. "
        "since 2024-06-11 · source 1, table 1 (read in the source) 1 record Observation/na"
    )


def test_what_is_to_be_looked_at_comes_next_and_names_the_pain_it_concerns() -> None:
    (look,) = _classed("flag look")
    assert look.words.startswith("Hearing loss ▸ Look, open Loss of hearing beside trigeminal neuralgia.")
    assert "Trigeminal neuralgia · since 2023" in look.words


def test_notes_and_what_was_worked_up_are_folded_away() -> None:
    quiet = [row.words for row in PAGE.all("tr") if row.attributes.get("id", "").startswith("flag-")]
    assert [row.split(" Trigeminal")[0] for row in quiet] == [
        "Late contact with a specialist",
        "Intracranial tumour or mass",
    ]
    assert all(
        row.has_ancestor("details") for row in PAGE.all("tr") if row.attributes.get("id", "") == "flag-3"
    )


def test_a_verdict_held_back_says_what_it_waits_for_and_leads_there() -> None:
    cards = [card for card in PAGE.all("li") if card.attributes.get("class") == "card unknown"]
    ean = next(card for card in cards if card.words.startswith("EAN 2019"))
    assert (
        "Every criterion is answered yes, but something else comes first. Waits for: Low sodium" in ean.words
    )
    links = {link.words: link.attributes["href"] for link in PAGE.all("a") if link.has_ancestor("li")}
    assert links["Low sodium"] == "#flag-1"


def test_working_up_the_flag_is_among_what_would_settle_it() -> None:
    assert "Work-up of: Low sodium – for EAN 2019, TN strict convention" in PAGE.text


def test_a_verdict_that_is_not_met_needs_no_work_up_to_be_settled() -> None:
    (line,) = [item.words for item in PAGE.all("li") if item.words.startswith("Work-up of")]
    assert "NCT03111277" not in line


def test_the_sources_of_flags_and_of_gradings_are_listed() -> None:
    listed = [item.words for item in PAGE.all("li") if item.attributes.get("id", "").startswith("source-")]
    assert listed[0].startswith("A guideline on sodium")
    assert any(line.startswith("Aetiology of trigeminal neuralgia") for line in listed)


def test_without_a_flag_the_page_says_no_more_than_the_records_bear_out() -> None:
    assert "Nothing on record has to be looked at first. What the records do not say" in (
        page_of(example.REVIEW).text
    )


@pytest.mark.parametrize("state", [FlagState.WORKED_UP, FlagState.RESOLVED])
def test_what_is_not_open_is_quiet_whatever_its_urgency(state: FlagState) -> None:
    rows = rows_of(replace(example.FLAGS[0], state=state))
    assert not rows.first
    assert len(rows.quiet) == 1


def test_overuse_known_from_counted_days_is_first_though_it_is_only_to_be_looked_at() -> None:
    rows = rows_of(example.FLAGS[1], replace(example.FLAGS[1], flag=OVERUSE))
    assert [row.flag.flag for row in rows.first] == [OVERUSE]
    assert rows.first[0].flag.urgency is Urgency.LOOK


def test_a_verdict_leads_to_the_flag_of_its_own_condition() -> None:
    flag = replace(example.FLAGS[0], condition="migraine")
    rows = rows_of(flag, replace(flag, condition="trigeminal_neuralgia"))
    assert rows.anchor_of("low_sodium", "trigeminal_neuralgia") == "flag-2"
    assert rows.anchor_of("low_sodium", "chronic_pain") == ""


def test_eligibility_stands_apart_from_resistance() -> None:
    headings = [heading.words for heading in PAGE.all("h2")]
    assert headings.index("Verdicts") < headings.index("Eligible by")
    titles = [heading.words for heading in PAGE.all("h3")]
    assert titles[-1] == "Eligible by: Eligibility for the study NCT03111277"
