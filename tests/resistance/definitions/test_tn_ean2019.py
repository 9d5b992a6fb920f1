"""Trigeminal neuralgia not controlled by drugs: the guideline of the European Academy of Neurology, 2019.

It prints no number of drugs, no dose and no length; what is a reading of ours says so in its name.
"""

from __future__ import annotations

import pytest

from assuage.answers import Answer
from assuage.records.rows import Outcome, ProcedureOutcome, StatementKind, StopReason
from assuage.resistance.definitions.tn_ean2019 import TN_EAN2019
from assuage.resistance.model import VerdictWord
from assuage.testing.definition_tests import DefinitionTests
from assuage.testing.people import (
    adverse_event,
    allergy,
    answer,
    complete,
    diagnosis,
    drug,
    operation,
    person,
    says,
    score,
    still_taken,
)

MET, NOT_MET, UNKNOWN = VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN
AS_OF = "2023-01-01"
TN = diagnosis("trigeminal_neuralgia")
IN_PAIN = score("nrs", 8, "2022-12-20")
FAILED = drug("carbamazepine", "2020-01-01", "2020-06-30", dose=800, outcome=Outcome.NO_EFFECT)


def finding(criterion, *rows):
    judged = answer("tn-ean2019", person(TN, *rows), AS_OF)
    (found,) = [one for one in judged.findings if one.criterion == criterion]
    return found.answer, found.reason_code


def verdict(*rows):
    return answer("tn-ean2019", person(TN, *rows), AS_OF).verdict.verdict


class TestTnEan2019(DefinitionTests):
    definition, thresholds_file = TN_EAN2019, "tn_ean2019"
    condition, as_of = "trigeminal_neuralgia", AS_OF
    met = person(TN, FAILED, IN_PAIN)


# carbamazepine or oxcarbazepine is the first choice for long-term treatment


@pytest.mark.parametrize("first_choice", ["carbamazepine", "oxcarbazepine"])
def test_failure_of_either_first_choice_is_enough(first_choice):
    row = drug(first_choice, "2020-01-01", "2020-06-30", dose=1200, outcome=Outcome.NO_EFFECT)
    assert finding("first_choice", row) == (Answer.YES, "failed_enough")


@pytest.mark.parametrize("other", ["lamotrigine", "gabapentin", "baclofen", "phenytoin", "pregabalin"])
def test_failure_of_a_drug_of_second_choice_says_nothing_of_the_first(other):
    row = drug(other, "2020-01-01", "2020-12-31", dose=10_000, outcome=Outcome.NO_EFFECT)
    assert finding("first_choice", row)[0] is Answer.UNKNOWN
    assert finding("first_choice", row, complete(AS_OF))[0] is Answer.NO


# pain not sufficiently controlled, or treatment poorly tolerated


def test_poor_tolerance_counts():
    rash = drug("carbamazepine", "2020-01-01", "2020-01-12", dose=200, stop_reason=StopReason.ADVERSE_EVENT)
    assert verdict(rash, IN_PAIN) is MET


def test_an_adverse_event_recorded_by_itself_at_the_end_of_the_course_counts():
    row = drug("carbamazepine", "2020-01-01", "2020-01-12", dose=200)
    assert verdict(row, adverse_event("carbamazepine", "2020-01-10"), IN_PAIN) is MET


@pytest.mark.parametrize(
    ("percent", "answer_"), [(0.0, Answer.YES), (49.0, Answer.YES), (50.0, Answer.UNKNOWN)]
)
def test_half_the_pain_gone_is_control_by_our_reading(percent, answer_):
    row = drug("carbamazepine", "2020-01-01", "2020-06-30", dose=800, change_percent=percent)
    assert finding("first_choice", row)[0] is answer_


@pytest.mark.parametrize(
    ("ingredient", "dose", "fails"),
    [
        *[("carbamazepine", 399, False), ("carbamazepine", 400, True)],
        *[("oxcarbazepine", 599, False), ("oxcarbazepine", 600, True)],
    ],
)
def test_the_dose_has_to_reach_the_low_end_of_the_target_range(ingredient, dose, fails):
    row = drug(ingredient, "2020-01-01", "2020-06-30", dose=dose, outcome=Outcome.NO_EFFECT)
    assert (finding("first_choice", row)[0] is Answer.YES) is fails


def test_a_dose_that_could_not_be_raised_is_adequate():
    row = drug(
        "carbamazepine", "2020-01-01", "2020-06-30", dose=200, max_tolerated=True, outcome=Outcome.NO_EFFECT
    )
    assert finding("first_choice", row)[0] is Answer.YES


@pytest.mark.parametrize(("end", "fails"), [("2020-01-27", False), ("2020-01-28", True)])
def test_a_trial_lasts_four_weeks_at_its_dose_by_our_reading(end, fails):
    row = drug("carbamazepine", "2020-01-01", end, dose=800, outcome=Outcome.NO_EFFECT)
    assert (finding("first_choice", row)[0] is Answer.YES) is fails


def test_e10_lamotrigine_stopped_in_the_fifth_week_was_too_short():
    row = drug("lamotrigine", "2020-01-01", "2020-02-04", dose=200, outcome=Outcome.NO_EFFECT)
    (judgement,) = answer("tn-ean2019", person(TN, row), AS_OF).judgements
    assert judgement.reason_code == "too_short"


def test_e10_unless_it_was_stopped_for_a_rash():
    row = drug("lamotrigine", "2020-01-01", "2020-02-04", dose=50, stop_reason=StopReason.ADVERSE_EVENT)
    (judgement,) = answer("tn-ean2019", person(TN, row), AS_OF).judgements
    assert (judgement.code, judgement.counts_as) == ("INTOLERANCE", "failed")


def test_e11_an_effect_lost_in_the_fourth_week_asks_for_another_dose_and_is_no_failure():
    row = drug("carbamazepine", "2020-01-01", "2020-01-26", dose=800, outcome=Outcome.LOST_EFFECT)
    assert finding("first_choice", row)[0] is Answer.UNKNOWN


# contraindication


def test_one_contraindicated_first_choice_counts_by_itself():
    assert finding("first_choice", allergy("carbamazepine")) == (Answer.YES, "failed_enough")


def test_the_record_of_a_contraindication_stands_as_evidence():
    judged = answer("tn-ean2019", person(TN, allergy("carbamazepine")), AS_OF)
    (found,) = [one for one in judged.findings if one.criterion == "first_choice"]
    assert found.evidence == ("observation/1",)


def test_e12_a_statement_that_the_class_is_contraindicated_rules_out_both():
    row = says(StatementKind.CONTRAINDICATED, "sodium_channel_blocker")
    assert finding("first_choice", row)[0] is Answer.YES


def test_an_allergy_that_was_looked_for_and_is_absent_does_not_count():
    assert finding("first_choice", allergy("carbamazepine", present=Answer.NO))[0] is Answer.UNKNOWN


# what works now outranks everything


def test_a_first_choice_that_works_now_is_no_failure_whatever_happened_before():
    again = still_taken("carbamazepine", "2022-06-01", AS_OF, dose=800, change_percent=80.0)
    assert finding("uncontrolled", FAILED, again) == (Answer.NO, "controlled_running")
    assert verdict(FAILED, again) is NOT_MET


# statements: the source prints no dose, so a clinician's word answers it, and is named


@pytest.mark.parametrize("about", ["all", "conventional"])
def test_a_statement_that_the_standard_drugs_failed_is_enough_and_is_named(about):
    said = says(StatementKind.FAILED, about, start="2022-11-01")
    assert finding("first_choice", said) == (Answer.YES, "by_statement")


def test_a_statement_about_drugs_that_are_not_named_is_not():
    assert finding("first_choice", says(StatementKind.FAILED, "unspecified"))[0] is Answer.UNKNOWN


def test_a_statement_does_not_outrank_a_drug_that_works_now():
    works = still_taken("carbamazepine", "2022-06-01", AS_OF, dose=800, change_percent=80.0)
    found = finding("first_choice", says(StatementKind.FAILED, "all"), works)
    assert found[0] is not Answer.YES


# uncontrolled: a score, BNI IV-V or a statement in the four weeks before, and nothing still running


@pytest.mark.parametrize(
    ("row", "answer_"),
    [
        (score("nrs", 5, "2022-12-20"), Answer.YES),
        (score("nrs", 4.9, "2022-12-20"), Answer.NO),
        (score("nrs", 4, "2022-12-20", high=6), Answer.UNKNOWN),
        (score("vas_mm", 50, "2022-12-20"), Answer.YES),
        (score("vas", 5, "2022-12-20"), Answer.YES),
        (score("bni_pain", 4, "2022-12-20"), Answer.YES),
        (score("bni_pain", 3.5, "2022-12-20"), Answer.NO),
        (score("paindetect", 30, "2022-12-20"), Answer.UNKNOWN),
        (score("nrs", 9, "2022-12-04"), Answer.YES),  # 28 days before
        (score("nrs", 9, "2022-12-03"), Answer.UNKNOWN),  # 29
        (score("nrs", 9, "2022-12"), Answer.UNKNOWN),  # may be 31
        (score("nrs", 9, None), Answer.UNKNOWN),
        (says(StatementKind.UNCONTROLLED, start="2022-12-20"), Answer.YES),
        (says(StatementKind.UNCONTROLLED, start="2022-12-20", answer=Answer.NO), Answer.NO),
        (says(StatementKind.CONTROLLED, start="2022-12-20"), Answer.NO),
        (says(StatementKind.UNCONTROLLED, start="2022-06-20"), Answer.UNKNOWN),
    ],
)
def test_what_says_that_pain_is_not_controlled_now(row, answer_):
    assert finding("uncontrolled", FAILED, row)[0] is answer_


def test_the_latest_day_decides():
    rows = [score("nrs", 9, "2022-12-10"), score("nrs", 1, "2022-12-20")]
    assert finding("uncontrolled", FAILED, *rows)[0] is Answer.NO


def test_readings_of_one_day_that_disagree_leave_it_open():
    rows = [score("nrs", 9, "2022-12-20"), says(StatementKind.CONTROLLED, start="2022-12-20")]
    assert finding("uncontrolled", FAILED, *rows)[0] is Answer.UNKNOWN


def test_another_pains_score_says_nothing():
    rows = [diagnosis("chronic_low_back_pain"), score("nrs", 9, "2022-12-20")]
    assert finding("uncontrolled", *rows)[0] is Answer.UNKNOWN


@pytest.mark.parametrize(
    "running",
    [
        still_taken("lamotrigine", "2022-12-01", AS_OF, dose=200),
        drug("lamotrigine", "2022-12-01"),  # nobody says whether it stopped, or at what dose
    ],
)
def test_pain_under_an_adequate_trial_that_still_runs_is_open(running):
    assert finding("uncontrolled", FAILED, IN_PAIN, running) == (Answer.UNKNOWN, "running_trial_open")


@pytest.mark.parametrize(
    "running",
    [
        still_taken("lamotrigine", "2022-12-01", AS_OF, dose=25),  # known to be too little
        still_taken(
            "gabapentin", "2022-01-01", AS_OF, dose=1800, change_percent=10.0
        ),  # known to have failed
    ],
)
def test_pain_under_a_trial_that_is_too_small_or_has_failed_is_uncontrolled(running):
    assert finding("uncontrolled", FAILED, IN_PAIN, running) == (Answer.YES, "uncontrolled_now")


def test_a_drug_that_was_never_taken_is_not_waited_for():
    prescribed = drug("baclofen", taken=Answer.NO)
    assert finding("uncontrolled", FAILED, IN_PAIN, prescribed) == (Answer.YES, "uncontrolled_now")


def test_a_procedure_too_recent_to_be_judged_leaves_it_open():
    gamma_knife = operation("gamma_knife", "2022-12-01", ProcedureOutcome.UNKNOWN)
    assert finding("uncontrolled", FAILED, IN_PAIN, gamma_knife) == (Answer.UNKNOWN, "running_trial_open")


# others


def test_e13_pain_that_came_back_after_glycerol_is_a_recurrence_and_not_part_of_the_question():
    row = operation(
        "percutaneous_glycerol_rhizolysis", "2021-01-01", ProcedureOutcome.RECURRENCE, recurrence="2022-03-01"
    )
    (judgement,) = answer("tn-ean2019", person(TN, row), AS_OF).judgements
    assert (judgement.code, judgement.counts_as) == ("RECURRENCE", "not_failed")


def test_it_does_not_depend_on_the_market():
    judged = answer("tn-ean2019", person(TN, FAILED, IN_PAIN), AS_OF, market="US")
    assert judged.verdict.market is None
