"""The index and the summary: who comes first, and how many."""

from __future__ import annotations

from assuage.report import CellRule, index_page, summary_table
from assuage.report.bars import bar_chart
from assuage.resistance.model import VerdictWord
from report import worked_review as example
from report.html_page import Page

CLINIC = example.clinic()
PAGE = Page(index_page(CLINIC))


def test_whose_verdicts_wait_for_something_comes_before_everyone_else() -> None:
    first, *others = CLINIC.ordered()
    assert first.comes_first == ("low_sodium",)
    assert not [line for line in others if line.comes_first]
    row = next(row for row in PAGE.all("tr") if "data-shows" in row.attributes)
    assert "Low sodium" in row.words
    assert row.attributes["data-shows"].startswith("first ")


def test_the_undecided_come_before_the_met_and_those_before_the_not_met() -> None:
    kinds = [{verdict for _, verdict in line.verdicts} for line in CLINIC.ordered()[1:]]
    firsts = [0 if VerdictWord.UNKNOWN in words else 1 if VerdictWord.MET in words else 2 for words in kinds]
    assert firsts == sorted(firsts)
    assert set(firsts) == {0, 1, 2}


def test_of_equals_the_least_complete_come_first() -> None:
    undecided = [line for line in CLINIC.ordered()[1:] if line.with_verdict(VerdictWord.UNKNOWN)]
    shares = [line.completeness for line in undecided]
    assert shares == sorted(shares)


def test_counts_are_those_of_the_people() -> None:
    for count in CLINIC.verdict_counts():
        assert count.total == len(CLINIC.tally.lines)
        met = (count.definition, VerdictWord.MET)
        assert count.met == sum(met in line.verdicts for line in CLINIC.tally.lines)


def test_the_page_says_who_was_read_and_from_what() -> None:
    assert "Review of 14 people From FHIR R4 records, as of 2024-06-30" in PAGE.text
    assert "People read 14 With a pain condition 9 Records read 209 Records skipped 3" in PAGE.text


def test_the_read_report_names_reason_and_place() -> None:
    assert "MedicationRequest – 3 no date MedicationRequest.ndjson line 12" in PAGE.text


def test_a_review_without_a_day_says_each_persons_last_record() -> None:
    assert "as of each person’s last record" in Page(index_page(example.empty_clinic())).text


def test_the_summary_for_the_terminal_counts_each_definition() -> None:
    table = summary_table(CLINIC)
    assert table.columns == ("Definition", "Unknown", "Met", "Not met", "Standing")
    assert table.rows[0] == ("EAN 2019", "3", "3", "3", "published")
    assert table.rows[1][-1] == "project convention"


def test_the_longest_bar_fills_the_width_and_parts_follow_each_other() -> None:
    every = CellRule()
    parts = [("met", every.cell(3)), ("unknown", every.cell(0)), ("not_met", every.cell(1))]
    chart = bar_chart([("a", parts, every.cell(4)), ("b", [("met", every.cell(2))], every.cell(2))])
    first, second = chart.rows
    assert (first.total, second.total) == ("4", "2")
    assert [(part.x, part.width, part.style) for part in first.parts] == [(0, 75, "met"), (75, 25, "not_met")]
    assert second.parts[0].width == 50


def test_no_bars_at_all_is_a_chart_of_no_height() -> None:
    assert bar_chart([]).height == 0
