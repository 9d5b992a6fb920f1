"""Refractory chronic migraine: the proposal of D'Antona and Matharu, 2019."""

from __future__ import annotations

import pytest

from assuage.records.rows import Outcome, StopReason
from assuage.resistance.definitions.dantona2019 import DANTONA2019
from assuage.resistance.model import VerdictWord
from assuage.testing.definition_tests import DefinitionTests
from assuage.testing.people import allergy, answer, complete, diagnosis, drug, person, score

MET, NOT_MET, UNKNOWN = VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN
AS_OF = "2023-01-15"
MIGRAINE = diagnosis("chronic_migraine")
FEW_INTAKE_DAYS = score("acute_medication_days", 6, "2022-12-20")


def failed(ingredient, year, dose, *, end=None, **facts):
    facts = {"outcome": Outcome.NO_EFFECT, **facts}
    return drug(ingredient, f"{year}-01-01", end or f"{year}-12-31", dose=dose, **facts)


def injections(count):
    days = [f"2020-{month:02}-10" for month in (1, 4, 7)][:count]
    return [drug("botulinum_toxin_a", day, dose=155, outcome=Outcome.NO_EFFECT) for day in days]


TOPIRAMATE = failed("topiramate", 2016, 100)
FOUR = [failed("propranolol", 2015, 160), failed("amitriptyline", 2017, 75), failed("candesartan", 2018, 16)]
ALL = [*FOUR, TOPIRAMATE, *injections(2)]


def verdict(*rows):
    return answer("dantona2019", person(MIGRAINE, FEW_INTAKE_DAYS, *rows), AS_OF).verdict.verdict


class TestDantona2019(DefinitionTests):
    definition, thresholds_file = DANTONA2019, "dantona2019"
    condition, as_of = "chronic_migraine", AS_OF
    met = person(MIGRAINE, FEW_INTAKE_DAYS, *ALL)


# failure of five classes


def test_four_classes_are_too_few_in_a_complete_history():
    assert verdict(*FOUR[1:], TOPIRAMATE, *injections(2), complete(AS_OF)) is NOT_MET


# among them two of topiramate, botulinum toxin and a CGRP antibody


def test_five_classes_without_two_of_the_three_do_not_meet_it():
    rows = [*FOUR, failed("flunarizine", 2019, 10), TOPIRAMATE]
    assert verdict(*rows) is UNKNOWN
    assert verdict(*rows, complete(AS_OF)) is NOT_MET


def test_valproate_does_not_stand_for_topiramate():
    rows = [*FOUR, failed("valproate", 2016, 1000), *injections(2), complete(AS_OF)]
    assert verdict(*rows) is NOT_MET


def test_an_antibody_is_one_of_the_three():
    antibody = drug(
        "erenumab", "2021-01-01", "2021-06-30", dose=140, unit="mg/28d", outcome=Outcome.NO_EFFECT
    )
    assert verdict(*FOUR, TOPIRAMATE, antibody) is MET


# botulinum toxin: at least two quarterly injections


@pytest.mark.parametrize(("count", "word"), [(1, UNKNOWN), (2, MET)])
def test_one_injection_is_no_trial(count, word):
    assert verdict(*FOUR, TOPIRAMATE, *injections(count)) is word


# each for two months at the optimal or highest tolerated dose


@pytest.mark.parametrize(("end", "word"), [("2016-02-28", UNKNOWN), ("2016-02-29", MET)])
def test_two_months_are_sixty_days(end, word):
    assert verdict(*FOUR, failed("topiramate", 2016, 100, end=end), *injections(2)) is word


# less than half, or intolerable adverse events, or contraindication


@pytest.mark.parametrize(("percent", "word"), [(49.0, MET), (50.0, UNKNOWN)])
def test_less_than_half_is_a_failure(percent, word):
    row = failed("topiramate", 2016, 100, outcome=Outcome.UNKNOWN, change_percent=percent)
    assert verdict(*FOUR, row, *injections(2)) is word


@pytest.mark.parametrize(
    "instead",
    [
        allergy("topiramate"),
        failed("topiramate", 2016, 25, end="2016-01-05", stop_reason=StopReason.ADVERSE_EVENT),
    ],
)
def test_one_drug_that_is_ruled_out_or_not_tolerated_counts_among_the_three(instead):
    assert verdict(*FOUR, failed("valproate", 2014, 1000), instead, *injections(2)) is MET
