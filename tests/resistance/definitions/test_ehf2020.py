"""Resistant and refractory migraine: the consensus of the European Headache Federation, 2020."""

from __future__ import annotations

from datetime import date

import pytest

from assuage.answers import Answer
from assuage.records.rows import EndRule, Outcome, Purpose, StatementKind, StopReason
from assuage.resistance.definitions.ehf2020 import EHF2020_REFRACTORY, EHF2020_RESISTANT
from assuage.resistance.model import VerdictWord
from assuage.testing.definition_tests import DefinitionTests
from assuage.testing.people import allergy, answer, complete, diagnosis, drug, person, says, score

MET, NOT_MET, UNKNOWN = VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN
AS_OF = "2023-01-15"
MIGRAINE = diagnosis("chronic_migraine")


def failed(ingredient, year, dose, **facts):
    facts = {"outcome": Outcome.NO_EFFECT, **facts}
    return drug(ingredient, f"{year}-01-01", f"{year}-12-31", dose=dose, **facts)


def triptan(ingredient, year):
    return drug(ingredient, f"{year}-01-01", purpose=Purpose.ACUTE, outcome=Outcome.NO_EFFECT)


def injections(*days, dose=155, outcome=Outcome.NO_EFFECT, ingredient="botulinum_toxin_a"):
    return [drug(ingredient, day, dose=dose, outcome=outcome) for day in days]


def months(*counts, instrument="debilitating_headache_days", back=0):
    """Counts of days, the first for the month of the review less `back`, each a month earlier."""
    rows = []
    for number, count in enumerate(counts):
        year, month = divmod(2023 * 12 - back - number, 12)
        rows.append(score(instrument, count, date(year, month + 1, 1).isoformat()[:7]))
    return rows


TRIPTANS = [triptan("sumatriptan", 2015), triptan("rizatriptan", 2016)]
THREE = [failed("amitriptyline", 2017, 50), failed("topiramate", 2018, 100), failed("propranolol", 2019, 160)]
FOUR_MORE = [
    failed("flunarizine", 2020, 10),
    *injections("2021-01-01", "2021-02-01", "2021-03-01", ingredient="erenumab", dose=140),
    failed("candesartan", 2022, 16),
    *injections("2021-06-01", "2021-09-01"),
]
BAD_MONTHS = months(*[9] * 6)


def judge(name, *rows, market=None):
    return answer(f"ehf2020-{name}", person(MIGRAINE, *rows), AS_OF, market=market)


def verdict(name, *rows, **fields):
    return judge(name, *rows, **fields).verdict.verdict


def finding(criterion, *rows, name="resistant", market=None):
    found = [one for one in judge(name, *rows, market=market).findings if one.criterion == criterion]
    return found[0].answer


class TestEhf2020Resistant(DefinitionTests):
    definition, thresholds_file = EHF2020_RESISTANT, "ehf2020"
    shares_thresholds_with = (EHF2020_REFRACTORY,)
    condition, as_of = "chronic_migraine", AS_OF
    met = person(MIGRAINE, *TRIPTANS, *THREE, *BAD_MONTHS)


class TestEhf2020Refractory(DefinitionTests):
    definition, thresholds_file = EHF2020_REFRACTORY, "ehf2020"
    shares_thresholds_with = (EHF2020_RESISTANT,)
    condition, as_of = "chronic_migraine", AS_OF
    met = person(MIGRAINE, *TRIPTANS, *THREE, *FOUR_MORE, *BAD_MONTHS)


# migraine without aura, with aura, or chronic migraine


@pytest.mark.parametrize(
    "condition", ["migraine", "migraine_without_aura", "migraine_with_aura", "chronic_migraine"]
)
def test_it_speaks_of_migraine(condition):
    assert EHF2020_RESISTANT.speaks_of(condition)


@pytest.mark.parametrize("condition", ["cluster_headache", "tension_type_headache", "headache"])
def test_it_speaks_of_no_other_headache(condition):
    assert not EHF2020_RESISTANT.speaks_of(condition)


# at least eight debilitating headache days a month, for three or six months in a row


@pytest.mark.parametrize(
    ("counts", "answer_"),
    [
        ([8, 8, 8], Answer.YES),
        ([8, 7, 8], Answer.NO),
        ([8, 8], Answer.UNKNOWN),  # a month without a count is unknown
        ([7, 8, 8, 8], Answer.NO),  # the month of the review is known to be too few
    ],
)
def test_three_months_in_a_row_for_resistant_migraine(counts, answer_):
    assert finding("debilitating_days", *months(*counts)) is answer_


def test_the_row_may_end_with_the_month_before_while_this_months_count_is_not_there_yet():
    assert finding("debilitating_days", *months(8, 8, 8, back=1)) is Answer.YES
    assert finding("debilitating_days", *months(8, 8, 8, back=2)) is Answer.UNKNOWN


def test_a_count_of_debilitating_days_outranks_plain_counts_of_its_month():
    plain = months(10, instrument="monthly_migraine_days")
    assert finding("debilitating_days", *months(5, 12, 12, 12), *plain) is Answer.NO
    assert finding("debilitating_days", *months(12, 12, back=1), *plain) is Answer.UNKNOWN


def test_a_month_counted_without_a_word_on_disability_does_not_pass_for_one_not_yet_counted():
    plain = months(10, instrument="monthly_migraine_days")
    assert finding("debilitating_days", *months(12, 12, 12, back=1), *plain) is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("ingredient", "purpose", "answer_"),
    [("erenumab", Purpose.PREVENTIVE, Answer.NO), ("rizatriptan", Purpose.ACUTE, Answer.UNKNOWN)],
)
def test_without_counts_a_preventive_at_work_is_an_improvement_and_an_acute_drug_is_not(
    ingredient, purpose, answer_
):
    works = drug(
        ingredient, "2022-01-01", AS_OF, end_rule=EndRule.ONGOING, purpose=purpose, outcome=Outcome.EFFECTIVE
    )
    assert finding("debilitating_days", works) is answer_


def test_six_months_in_a_row_for_refractory_migraine():
    assert finding("debilitating_days", *months(*[8] * 6), name="refractory") is Answer.YES
    assert finding("debilitating_days", *months(*[8] * 5), name="refractory") is Answer.UNKNOWN


def test_days_that_are_not_said_to_be_debilitating_need_a_word_on_that():
    plain = months(12, 12, 12, instrument="monthly_headache_days")
    assert finding("debilitating_days", *plain) is Answer.UNKNOWN
    assert finding("debilitating_days", *plain, says(StatementKind.INTERFERENCE)) is Answer.YES
    assert finding("debilitating_days", *plain, score("hit6", 66, "2022-12-20")) is Answer.YES


def test_fewer_headache_days_than_eight_are_fewer_debilitating_ones_too():
    assert finding("debilitating_days", *months(7, 7, 7, 7, instrument="monthly_headache_days")) is Answer.NO


# failure or contraindication of at least three classes with established evidence


def test_three_classes_are_enough_for_resistant_migraine():
    assert finding("preventives", *THREE) is Answer.YES
    assert finding("preventives", *THREE[:2], complete(AS_OF)) is Answer.NO


def test_two_drugs_of_one_class_are_one_class():
    rows = [*THREE[:2], failed("valproate", 2019, 1000)]
    assert finding("preventives", *rows, complete(AS_OF)) is Answer.NO


def test_a_contraindicated_class_counts_only_where_every_member_is_contraindicated():
    two, asthma = THREE[:2], says(StatementKind.CONTRAINDICATED, "beta_blockers")
    assert finding("preventives", *two, asthma) is Answer.YES
    assert finding("preventives", *two, allergy("propranolol")) is Answer.UNKNOWN


def test_not_tolerated_counts_as_failed():
    sick = failed("propranolol", 2019, 20, stop_reason=StopReason.ADVERSE_EVENT)
    assert finding("preventives", *THREE[:2], sick) is Answer.YES


@pytest.mark.parametrize("drug_", ["gabapentin", "lamotrigine", "oxcarbazepine", "telmisartan"])
def test_e05_drugs_of_no_class_do_not_count(drug_):
    row = failed(drug_, 2020, 5000, indication="chronic_migraine")
    assert finding("preventives", *THREE[:2], row, complete(AS_OF)) is Answer.NO


# at an appropriate dose


@pytest.mark.parametrize(("dose", "counts"), [(79, False), (80, True)])
def test_at_an_appropriate_dose(dose, counts):
    rows = [*THREE[:2], failed("propranolol", 2019, dose)]
    assert (finding("preventives", *rows) is Answer.YES) is counts


# and duration: eight weeks by our convention, two quarterly sessions, three months of an antibody


@pytest.mark.parametrize(("end", "counts"), [("2019-02-24", False), ("2019-02-25", True)])
def test_eight_weeks_at_target_dose(end, counts):
    row = drug("propranolol", "2019-01-01", end, dose=160, outcome=Outcome.NO_EFFECT)
    assert (finding("preventives", *THREE[:2], row) is Answer.YES) is counts


def test_three_months_are_the_strict_variant_shown_beside_it():
    short = drug("propranolol", "2019-01-01", "2019-03-01", dose=160, outcome=Outcome.NO_EFFECT)
    judged = judge("resistant", *THREE[:2], short, *TRIPTANS, *BAD_MONTHS)
    (variant,) = [one for one in judged.findings if not one.decides]
    assert (variant.criterion, variant.answer) == ("three-months", Answer.UNKNOWN)
    assert judged.verdict.verdict is MET


def test_botulinum_toxin_takes_two_sessions():
    assert finding("preventives", *THREE[:2], *injections("2021-06-01")) is Answer.UNKNOWN
    assert finding("preventives", *THREE[:2], *injections("2021-06-01", "2021-09-01")) is Answer.YES


def test_an_antibody_takes_three_months():
    doses = ["2021-01-01", "2021-01-29", "2021-02-26"]
    assert (
        finding("preventives", *THREE[:2], *injections(*doses[:2], ingredient="erenumab", dose=70))
        is Answer.UNKNOWN
    )
    assert (
        finding("preventives", *THREE[:2], *injections(*doses, ingredient="erenumab", dose=70)) is Answer.YES
    )


def test_half_the_days_gone_is_a_response():
    row = failed("propranolol", 2019, 160, outcome=Outcome.UNKNOWN, change_percent=50.0)
    assert finding("preventives", *THREE[:2], row, complete(AS_OF)) is Answer.NO


# refractory: all classes that are available


def test_refractory_needs_every_class():
    assert verdict("refractory", *TRIPTANS, *THREE, *FOUR_MORE, *BAD_MONTHS) is MET
    assert verdict("refractory", *TRIPTANS, *THREE, *BAD_MONTHS) is UNKNOWN


def test_a_class_that_is_not_sold_in_the_market_is_not_asked():
    without_flunarizine = [*TRIPTANS, *THREE, *FOUR_MORE[1:], *BAD_MONTHS, complete(AS_OF)]
    assert verdict("refractory", *without_flunarizine, market="US") is MET
    assert verdict("refractory", *without_flunarizine, market="GB") is NOT_MET
    assert verdict("refractory", *without_flunarizine) is NOT_MET


def test_the_market_stands_in_the_verdict():
    assert judge("refractory", market="US").verdict.market == "US"


def test_e06_a_cgrp_drug_never_tried_means_not_refractory_where_it_is_available():
    without = [row for row in FOUR_MORE if row.ingredient != "erenumab"]
    never = says(StatementKind.NEVER_TRIED, "cgrp_drugs")
    assert verdict("refractory", *TRIPTANS, *THREE, *without, *BAD_MONTHS) is UNKNOWN
    assert verdict("refractory", *TRIPTANS, *THREE, *without, *BAD_MONTHS, never) is NOT_MET


# debilitating: at least two different triptans failed


def test_two_different_triptans_have_to_have_failed():
    assert finding("triptans", *TRIPTANS) is Answer.YES
    assert finding("triptans", TRIPTANS[0], triptan("sumatriptan", 2018), complete(AS_OF)) is Answer.NO


def test_a_triptan_is_judged_by_what_it_did_to_attacks_so_no_dose_and_no_length_is_asked():
    assert (
        finding(
            "triptans",
            *(drug(row.ingredient, purpose=Purpose.ACUTE, outcome=Outcome.NO_EFFECT) for row in TRIPTANS),
        )
        is Answer.YES
    )


def test_triptans_that_are_contraindicated_count():
    assert finding("triptans", says(StatementKind.CONTRAINDICATED, "triptan")) is Answer.YES


def test_a_triptan_is_no_preventive():
    assert finding("preventives", *THREE[:2], *TRIPTANS, complete(AS_OF)) is Answer.NO


def test_an_open_order_of_a_preventive_is_an_open_trial():
    order = drug("propranolol", "2022-01-01", dose=160, end_rule=EndRule.ACTIVE_ORDER)
    assert finding("preventives", *THREE[:2], order, complete(AS_OF)) is Answer.UNKNOWN
