"""Trigeminal neuralgia, strict: a convention of ours, because no source prints a number of drugs."""

from __future__ import annotations

import pytest

from assuage.records.rows import Outcome, StatementKind
from assuage.resistance.definitions.tn_convention_strict import TN_CONVENTION_STRICT
from assuage.resistance.model import VerdictWord
from assuage.testing.definition_tests import DefinitionTests
from assuage.testing.people import allergy, answer, complete, diagnosis, drug, person, says, score

MET, NOT_MET, UNKNOWN = VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN
AS_OF = "2023-01-01"
TN, IN_PAIN = diagnosis("trigeminal_neuralgia"), score("nrs", 8, "2022-12-20")


def failed(ingredient, year, dose=1000):
    return drug(ingredient, f"{year}-01-01", f"{year}-12-31", dose=dose, outcome=Outcome.NO_EFFECT)


def verdict(*rows):
    return answer("tn-convention-strict", person(TN, *rows, IN_PAIN), AS_OF).verdict.verdict


class TestTnConventionStrict(DefinitionTests):
    definition, thresholds_file = TN_CONVENTION_STRICT, "tn_convention_strict"
    condition, as_of = "trigeminal_neuralgia", AS_OF
    met = person(TN, failed("carbamazepine", 2019), failed("oxcarbazepine", 2020), IN_PAIN)


def test_it_says_that_it_is_not_published():
    assert not TN_CONVENTION_STRICT.published


def test_both_first_choices_failed():
    assert verdict(failed("carbamazepine", 2019), failed("oxcarbazepine", 2020)) is MET


@pytest.mark.parametrize(
    ("second_line", "dose"),
    [("lamotrigine", 200), ("gabapentin", 900), ("pregabalin", 150), ("baclofen", 50), ("phenytoin", 200)],
)
def test_or_one_of_them_and_a_second_line_drug(second_line, dose):
    assert verdict(failed("carbamazepine", 2019), failed(second_line, 2020, dose)) is MET


def test_or_one_of_them_and_botulinum_toxin():
    sessions = [
        drug("botulinum_toxin_a", day, dose=50, outcome=Outcome.NO_EFFECT)
        for day in ("2020-01-01", "2020-04-01")
    ]
    assert verdict(failed("carbamazepine", 2019), *sessions) is MET


def test_two_second_line_drugs_are_not_enough_and_the_first_choice_stays_open():
    two = [failed("gabapentin", 2019), failed("baclofen", 2020)]
    assert verdict(*two) is UNKNOWN
    assert verdict(*two, complete(AS_OF)) is NOT_MET


def test_one_drug_is_not_enough():
    assert verdict(failed("carbamazepine", 2019)) is UNKNOWN
    assert verdict(failed("carbamazepine", 2019), complete(AS_OF)) is NOT_MET


def test_one_drug_tried_twice_is_one_drug():
    assert verdict(failed("carbamazepine", 2017), failed("carbamazepine", 2020), complete(AS_OF)) is NOT_MET


def test_two_drugs_begun_on_one_day_are_not_two_failures():
    assert verdict(failed("carbamazepine", 2019), failed("gabapentin", 2019)) is UNKNOWN


def test_a_contraindication_counts_for_the_drug_it_rules_out():
    assert verdict(failed("carbamazepine", 2019), allergy("oxcarbazepine")) is MET


def test_a_statement_alone_does_not_meet_it():
    assert verdict(says(StatementKind.FAILED, "all")) is UNKNOWN
