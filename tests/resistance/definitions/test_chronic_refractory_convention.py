"""Refractory chronic pain: the project's fallback, for pains that no published definition speaks of."""

from __future__ import annotations

import pytest

from assuage.records.rows import Outcome, ProcedureOutcome, ProcedureState, StatementKind
from assuage.resistance.definitions.chronic_refractory_convention import CHRONIC_REFRACTORY_CONVENTION
from assuage.resistance.model import VerdictWord
from assuage.testing.definition_tests import DefinitionTests
from assuage.testing.people import answer, complete, diagnosis, drug, operation, person, says, score

MET, NOT_MET, UNKNOWN = VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN
AS_OF = "2023-01-15"
BACK_PAIN, PRIMARY = diagnosis("chronic_low_back_pain"), diagnosis("fibromyalgia")
BAD = score("nrs", 7, "2023-01-10")
PROGRAMME = operation("cbt", "2021-01-01", ProcedureOutcome.NO_EFFECT)


def failed(ingredient, year, dose):
    facts = {"outcome": Outcome.NO_EFFECT, "indication": "chronic_pain"}
    return drug(ingredient, f"{year}-01-01", f"{year}-12-31", dose=dose, **facts)


TRICYCLIC, SNRI = failed("amitriptyline", 2019, 75), failed("duloxetine", 2020, 60)
GABAPENTINOID = failed("pregabalin", 2018, 300)
ALL = [BAD, PROGRAMME, TRICYCLIC, SNRI]


def verdict(*rows, diagnosed=BACK_PAIN):
    return answer("chronic-refractory-convention", person(diagnosed, *rows), AS_OF).verdict.verdict


class TestChronicRefractoryConvention(DefinitionTests):
    definition, thresholds_file = CHRONIC_REFRACTORY_CONVENTION, "chronic_refractory_convention"
    condition, as_of = "chronic_low_back_pain", AS_OF
    met = person(BACK_PAIN, *ALL)


def test_it_is_a_convention_and_says_so():
    assert not CHRONIC_REFRACTORY_CONVENTION.published


@pytest.mark.parametrize("condition", ["migraine", "trigeminal_neuralgia", "postherpetic_neuralgia"])
def test_it_is_a_fallback_where_no_published_definition_speaks(condition):
    assert not CHRONIC_REFRACTORY_CONVENTION.speaks_of(condition)


# more than three months


@pytest.mark.parametrize(("since", "word"), [("2022-10-16", MET), ("2022-10-17", NOT_MET)])
def test_pain_has_lasted_more_than_three_months(since, word):
    assert verdict(*ALL, diagnosed=diagnosis("chronic_low_back_pain", since)) is word


# 5/10 or more, or clear interference


def test_interference_stands_for_a_score_of_pain_that_is_not_controlled():
    said = [
        says(StatementKind.INTERFERENCE, start="2023-01-10"),
        says(StatementKind.UNCONTROLLED, start="2023-01-10"),
    ]
    assert verdict(PROGRAMME, TRICYCLIC, SNRI, *said) is MET


def test_low_pain_is_not_refractory():
    assert verdict(score("nrs", 3, "2023-01-10"), PROGRAMME, TRICYCLIC, SNRI) is NOT_MET


# not controlled now


def test_a_drug_that_works_now_is_not_refractory_pain():
    works = drug("indometacin", "2022-12-01", AS_OF, dose=150, outcome=Outcome.EFFECTIVE)
    assert verdict(PROGRAMME, works, diagnosed=diagnosis("hemicrania_continua")) is NOT_MET


# an adequate trial of each of two classes with a place in the condition


def test_one_class_is_too_few():
    assert verdict(BAD, PROGRAMME, TRICYCLIC) is UNKNOWN
    assert verdict(BAD, PROGRAMME, TRICYCLIC, complete(AS_OF)) is NOT_MET


def test_in_chronic_primary_pain_a_failed_gabapentinoid_means_nothing():
    assert verdict(BAD, PROGRAMME, TRICYCLIC, GABAPENTINOID) is MET
    assert verdict(BAD, PROGRAMME, TRICYCLIC, GABAPENTINOID, complete(AS_OF), diagnosed=PRIMARY) is NOT_MET


# a programme completed


def test_a_programme_that_was_only_recommended_is_none():
    recommended = operation("cbt", state=ProcedureState.RECOMMENDED)
    assert verdict(BAD, TRICYCLIC, SNRI, recommended) is UNKNOWN
    assert verdict(BAD, TRICYCLIC, SNRI, recommended, complete(AS_OF)) is NOT_MET


def test_a_programme_whose_end_is_not_on_record_is_open():
    assert verdict(BAD, TRICYCLIC, SNRI, operation("cbt", "2021-01-01")) is UNKNOWN
