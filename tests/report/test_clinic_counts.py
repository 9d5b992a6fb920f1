"""What the index counts over everyone: agreement, failures, waits, flags."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from assuage.records.rows import Person
from assuage.report import ClinicSummary, index_page
from assuage.report.agreement import Agreement, PairCount
from assuage.report.agreement_matrix import agreement_matrix
from assuage.report.failures import FailureCount, Failures
from assuage.report.small_cells import CellRule, Row
from assuage.report.waiting import Waits, waiting
from assuage.resistance.model import CountsAs, Judgement, TrialCode, Verdict, VerdictWord
from report import worked_review as example
from report.html_page import Page
from report.worked_history import CARBAMAZEPINE, OXCARBAZEPINE, TN

MET, NOT_MET, UNKNOWN = VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN
word = st.sampled_from(VerdictWord)


def verdicts(*told: tuple[str, VerdictWord], condition: str = TN) -> list[Verdict]:
    plain = replace(example.REVIEW.verdicts[0], kind="resistance", condition=condition)
    return [replace(plain, definition=name, verdict=verdict) for name, verdict in told]


# --- agreement


@given(st.lists(st.tuples(word, word), max_size=30))
def test_every_person_of_whom_both_speak_is_counted_once_for_the_pair(
    told: list[tuple[VerdictWord, VerdictWord]],
) -> None:
    agreement = Agreement()
    for one, other in told:
        agreement.add(verdicts(("a", one), ("b", other)))
    pairs = agreement.pairs(["a", "b"])
    assert len(pairs) == bool(told)
    for pair in pairs:
        assert pair.decided + pair.undecided == len(told)
        assert pair.undecided == sum(UNKNOWN in both for both in told)
        same = sum(one == other != UNKNOWN for one, other in told)
        assert pair.agree_percent == (round(100 * same / pair.decided) if pair.decided else None)


def test_verdicts_on_two_pains_of_one_person_are_not_compared() -> None:
    agreement = Agreement()
    agreement.add([*verdicts(("a", MET)), *verdicts(("b", MET), condition="migraine")])
    assert agreement.pairs(["a", "b"]) == []


def test_eligibility_is_another_question_and_not_compared() -> None:
    agreement = Agreement()
    one, other = verdicts(("a", MET), ("b", MET))
    agreement.add([one, replace(other, kind="eligibility")])
    assert agreement.pairs(["a", "b"]) == []


def shown(agreement: Agreement, order: str) -> list[tuple[PairCount, Row]]:
    return [(pair, pair.row(CellRule())) for pair in agreement.pairs(order)]


def test_cells_of_the_matrix_stand_in_the_row_of_the_second_and_the_column_of_the_first() -> None:
    agreement = Agreement()
    agreement.add(verdicts(("a", MET), ("b", MET), ("c", NOT_MET)))
    matrix = agreement_matrix(shown(agreement, "abc"), [(key, key.upper()) for key in "abc"])
    at = {(cell.x, cell.y): cell.printed for cell in matrix.cells}
    own = matrix.own
    assert at == {
        (own[0].x, own[1].y): "100",
        (own[0].x, own[2].y): "0",
        (own[1].x, own[2].y): "0",
    }
    assert all(cell.x + cell.width <= 100 for cell in matrix.cells)


def test_definitions_that_never_speak_of_the_same_pain_are_drawn_apart() -> None:
    agreement = Agreement()
    agreement.add(verdicts(("a", MET), ("c", MET)))
    agreement.add(verdicts(("b", MET), ("d", MET)))
    matrix = agreement_matrix(shown(agreement, "abcd"), [(key, key.upper()) for key in "abcd"])
    assert [own.name for own in matrix.own] == ["1 A", "2 C", "3 B", "4 D"]
    assert [own.x for own in matrix.own] == [52, 76, 52, 76]
    assert agreement_matrix([], []).height == 0


# --- failures


def failed(trial_id: str, definition: str, code: TrialCode) -> Judgement:
    line = example.REVIEW.judgements[0]
    return replace(line, trial_id=trial_id, definition=definition, code=code, counts_as=CountsAs.FAILED)


def test_a_trial_that_several_definitions_count_as_failed_is_counted_once() -> None:
    failures = Failures()
    failures.add(example.REVIEW)
    assert failures.counts() == [
        FailureCount("carbamazepine", no_effect=1, not_tolerated=0, other=0),
        FailureCount("oxcarbazepine", no_effect=0, not_tolerated=1, other=0),
    ]


def test_a_harm_is_told_before_a_want_of_effect() -> None:
    for codes in product((TrialCode.NONRESPONSE, TrialCode.INTOLERANCE), repeat=2):
        failures = Failures()
        lines = tuple(failed(OXCARBAZEPINE.trial_id, f"d{n}", code) for n, code in enumerate(codes))
        failures.add(replace(example.REVIEW, judgements=lines))
        (count,) = failures.counts()
        assert count.not_tolerated == (TrialCode.INTOLERANCE in codes)
        assert count.total == 1


def test_what_is_not_failed_for_certain_is_no_failure() -> None:
    failures = Failures()
    line = replace(example.REVIEW.judgements[0], trial_id=CARBAMAZEPINE.trial_id, counts_as=CountsAs.UNKNOWN)
    failures.add(replace(example.REVIEW, judgements=(line,)))
    assert failures.counts() == []


# --- waits


@given(st.lists(st.integers(-500, 9000), max_size=40), st.integers(0, 9))
def test_everyone_seen_stands_in_one_band(days: list[int], unseen: int) -> None:
    found = waiting(Waits(Counter(days), unseen))
    assert sum(people for _, people in found.bands) == found.seen == len(days)
    assert found.none_on_record == unseen
    assert found.long == sum(people for _, people in found.bands[3:])


@given(st.lists(st.integers(-500, 9000), min_size=1, max_size=40))
def test_the_median_is_that_of_the_single_waits(days: list[int]) -> None:
    expected = round(statistics.median(max(each, 0) for each in days))
    assert waiting(Waits(Counter(days), 0)).median_days == expected


def test_a_wait_of_just_a_year_is_not_long() -> None:
    assert waiting(Waits(Counter([365]), 0)).long_percent == 0
    assert waiting(Waits(Counter([366, 365]), 0)).long_percent == 50
    assert waiting(Waits(Counter([]), 3)).long_percent is None


def test_a_specialist_before_the_first_pain_record_is_no_wait() -> None:
    assert waiting(Waits(Counter([-10]), 0)).bands[0] == ("no wait on record", 1)
    assert waiting(Waits(Counter([-10]), 0)).median_days == 0


def test_the_page_says_how_many_waited_more_than_a_year_and_how_many_have_no_contact_on_record() -> None:
    clinic = ClinicSummary("fhir", None, example.DEFINITIONS)
    unseen = replace(example.REVIEW, first_specialist_contact=None)
    early = replace(example.REVIEW, first_specialist_contact=date(2019, 3, 25))
    for place, review in enumerate((example.REVIEW, early, unseen)):
        clinic.tally.add(replace(review, person_id=str(place)), Person(str(place), "Patient/x"))
    text = Page(index_page(clinic)).text
    assert (
        "Of 2 people with both on record, 1 (50 %) waited more than a year; the median is 333 days." in text
    )
    assert "Of 1 no contact with a specialist is on record" in text


# --- flags


def test_people_are_counted_once_for_each_open_flag() -> None:
    clinic = ClinicSummary("fhir", None, example.DEFINITIONS)
    twice = (*example.FLAGS, replace(example.FLAGS[1], condition="migraine"))
    clinic.tally.add(replace(example.FLAGGED, flags=twice), Person("x", "Patient/x"))
    counts = clinic.flag_counts()
    assert [(count.flag, count.waits) for count in counts] == [
        ("low_sodium", True),
        ("hearing_loss", False),
        ("late_specialist_contact", False),
    ]
    assert Counter(count.people for count in counts) == {1: 3}
