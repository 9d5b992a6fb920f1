"""Pharmacoresistant neuropathic pain: the Delphi consensus of the Italian Neurological Society, 2019."""

from __future__ import annotations

import pytest

from assuage.answers import Answer
from assuage.records.rows import Outcome, StatementKind, StopReason
from assuage.resistance.definitions.sin2019 import SIN2019
from assuage.resistance.model import VerdictWord
from assuage.testing.definition_tests import DefinitionTests
from assuage.testing.people import allergy, answer, complete, diagnosis, drug, person, says

MET, NOT_MET, UNKNOWN = VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN
AS_OF = "2023-01-01"
PHN, CENTRAL = diagnosis("postherpetic_neuralgia"), diagnosis("central_post_stroke_pain")


def failed(ingredient, start, dose=None, end=None, **facts):
    facts = {"outcome": Outcome.NO_EFFECT, **facts}
    return drug(ingredient, start, end or start.replace("-01-01", "-06-30"), dose=dose, **facts)


def not_tolerated(ingredient, start):
    return failed(ingredient, start, stop_reason=StopReason.ADVERSE_EVENT)


SYSTEMIC = [
    failed("amitriptyline", "2015-01-01", 150),
    failed("duloxetine", "2016-01-01", 120),
    failed("pregabalin", "2017-01-01", 600),
    failed("tramadol", "2018-01-01", 400),
    not_tolerated("oxycodone", "2019-01-01"),
]
PERIPHERAL = [
    not_tolerated("capsaicin", "2020-01-01"),
    not_tolerated("lidocaine", "2021-01-01"),
    failed("botulinum_toxin_a", "2022-01-01", 200, end="2022-01-01"),
]


def judge(*rows, diagnosed=PHN):
    return answer("sin2019", person(diagnosed, *rows), AS_OF)


def verdict(*rows, **fields):
    return judge(*rows, **fields).verdict.verdict


class TestSin2019(DefinitionTests):
    definition, thresholds_file = SIN2019, "sin2019"
    condition, as_of = "postherpetic_neuralgia", AS_OF
    met = person(PHN, *SYSTEMIC, *PERIPHERAL)


# after all drug classes that guidelines list as first, second or third line


def test_every_class_has_to_have_failed():
    assert verdict(*SYSTEMIC, *PERIPHERAL) is MET


@pytest.mark.parametrize("left_out", range(8))
def test_one_class_less_leaves_it_open_and_in_a_complete_history_does_not_meet_it(left_out):
    rows = [row for number, row in enumerate([*SYSTEMIC, *PERIPHERAL]) if number != left_out]
    assert verdict(*rows) is UNKNOWN
    assert verdict(*rows, complete(AS_OF)) is NOT_MET


def test_a_statement_that_a_class_was_never_tried_settles_it_too():
    rows = [*SYSTEMIC, *PERIPHERAL[1:]]
    assert verdict(*rows, says(StatementKind.NEVER_TRIED, "capsaicin")) is NOT_MET


def test_one_member_stands_for_its_class_unless_another_member_works_now():
    works = drug("gabapentin", "2022-01-01", AS_OF, dose=3600, change_percent=60.0)
    assert verdict(*SYSTEMIC, *PERIPHERAL, works) is NOT_MET


def test_drugs_for_peripheral_pain_are_not_asked_of_central_pain():
    assert verdict(*SYSTEMIC, diagnosed=CENTRAL) is MET


# each for at least a month


@pytest.mark.parametrize(("end", "word"), [("2017-01-29", UNKNOWN), ("2017-01-30", MET)])
def test_each_for_a_month(end, word):
    others = [row for row in SYSTEMIC if row.ingredient != "pregabalin"]
    assert verdict(*others, *PERIPHERAL, failed("pregabalin", "2017-01-01", 600, end=end)) is word


# after titration to the highest tolerable dose


@pytest.mark.parametrize(
    ("dose", "facts", "reason"),
    [
        (299, {}, "dose_below_target"),
        (300, {}, "could_go_higher"),
        (600, {}, "stated_no_effect"),
        (300, {"max_tolerated": True}, "stated_no_effect"),
    ],
)
def test_the_dose_has_to_be_the_highest_that_is_tolerated_or_printed(dose, facts, reason):
    (judgement,) = judge(failed("pregabalin", "2017-01-01", dose, **facts)).judgements
    assert judgement.reason_code == reason


def test_the_month_counts_at_the_highest_dose_and_not_on_the_way_to_it():
    rising = [
        drug("gabapentin", "2017-01-01", "2017-02-09", dose=1200),
        drug("gabapentin", "2017-02-10", "2017-02-16", dose=3600, outcome=Outcome.NO_EFFECT),
    ]
    (judgement,) = judge(*rising).judgements
    assert (judgement.code, judgement.reason_code) == ("INADEQUATE_DURATION", "too_short")


# neither a 50 % reduction nor two points on the impression of change


@pytest.mark.parametrize(("percent", "counts_as"), [(49.0, "failed"), (50.0, "not_failed")])
def test_less_than_half_is_a_failure(percent, counts_as):
    row = failed("pregabalin", "2017-01-01", 600, outcome=Outcome.UNKNOWN, change_percent=percent)
    (judgement,) = judge(row).judgements
    assert judgement.counts_as == counts_as


# contraindication is not mentioned


def test_a_contraindicated_class_does_not_count_as_failed():
    others = [row for row in SYSTEMIC if row.ingredient != "tramadol"]
    assert verdict(*others, *PERIPHERAL, allergy("tramadol")) is UNKNOWN


def test_gt05_a_dose_held_back_by_adverse_effects_is_the_highest_tolerable_one():
    row = drug("venlafaxine", dose=75, stated_days=90, outcome=Outcome.INTOLERANCE)
    (judgement,) = judge(row).judgements
    assert (judgement.dose_ok, judgement.counts_as) == (Answer.YES, "failed")


def test_it_does_not_speak_of_trigeminal_neuralgia():
    assert not SIN2019.speaks_of("trigeminal_neuralgia")
