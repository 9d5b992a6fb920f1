"""Eligibility for the SENZA-PDN study of 10 kHz spinal cord stimulation."""

from __future__ import annotations

import pytest

from assuage.records.rows import Outcome, StatementKind
from assuage.resistance.definitions.senza_pdn import SENZA_PDN
from assuage.resistance.model import VerdictWord
from assuage.testing.definition_tests import DefinitionTests
from assuage.testing.people import (
    answer,
    complete,
    diagnosis,
    drug,
    measured,
    person,
    says,
    score,
    still_taken,
)

MET, NOT_MET, UNKNOWN = VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN
AS_OF = "2023-01-15"
PDN = diagnosis("painful_diabetic_neuropathy")


def failed(ingredient, year, dose):
    return drug(ingredient, f"{year}-01-01", f"{year}-06-30", dose=dose, outcome=Outcome.NO_EFFECT)


FACTS = {
    "gabapentinoid": failed("pregabalin", 2020, 300),
    "other_class": failed("duloxetine", 2021, 60),
    "pain": score("nrs", 5, "2023-01-10"),
    "stable": says(StatementKind.STABLE_REGIMEN, start="2023-01-10"),
    "bmi": measured("bmi", 45.0, "kg/m2", "2022-12-01"),
    "hba1c": measured("hba1c", 10.0, "%", "2022-12-01"),
    "opioids": complete(AS_OF),
}


def verdict(*rows, birth="1970-05-05", diagnosed=PDN, without=()):
    kept = [fact for name, fact in FACTS.items() if name not in without]
    return answer("senza-pdn", person(diagnosed, *kept, *rows, birth=birth), AS_OF).verdict.verdict


class TestSenzaPdn(DefinitionTests):
    definition, thresholds_file = SENZA_PDN, "senza_pdn"
    condition, as_of = "painful_diabetic_neuropathy", AS_OF
    met = person(PDN, *FACTS.values(), birth="1970-05-05")

    def test_without_its_treatments_the_example_is_unknown_and_with_a_complete_history_not_met(self):
        """Its limit of opioids asks for a complete history already, so that nothing is left unknown."""
        bare = person(
            PDN, *(fact for name, fact in FACTS.items() if "class" not in name and name != "gabapentinoid")
        )
        assert self.verdict(bare) is NOT_MET


# symptoms for 12 months


@pytest.mark.parametrize(("since", "word"), [("2022-01-15", MET), ("2022-01-16", NOT_MET)])
def test_twelve_months(since, word):
    assert verdict(diagnosed=diagnosis("painful_diabetic_neuropathy", since)) is word


# pregabalin or gabapentin, and at least one other class


@pytest.mark.parametrize("missing", ["gabapentinoid", "other_class"])
def test_both_have_to_have_been_tried(missing):
    assert verdict(without=[missing]) is NOT_MET
    assert verdict(without=[missing, "opioids"]) is UNKNOWN


# laboratory limits


@pytest.mark.parametrize(("name", "unit", "above"), [("bmi", "kg/m2", 45.1), ("hba1c", "%", 10.1)])
def test_a_value_above_its_limit_excludes_and_the_latest_day_decides(name, unit, above):
    assert verdict(measured(name, above, unit, "2022-12-20")) is NOT_MET
    assert verdict(measured(name, above, unit, "2022-11-20")) is MET
    assert verdict(measured(name, above, unit, "2022-12-01")) is UNKNOWN


def test_a_value_in_another_unit_is_not_read():
    assert verdict(measured("hba1c", 53, "mmol/mol", "2022-12-20")) is MET
    assert verdict(measured("hba1c", 53, "mmol/mol", "2022-12-20"), without=["hba1c"]) is UNKNOWN


# at most 120 mg of morphine equivalents a day


@pytest.mark.parametrize(
    ("ingredient", "dose", "word"),
    [("morphine", 121, NOT_MET), ("morphine", 60, UNKNOWN), ("oxycodone", 200, UNKNOWN)],
)
def test_opioids_that_run(ingredient, dose, word):
    assert verdict(still_taken(ingredient, "2022-01-01", AS_OF, dose=dose)) is word


# age 22 or more


@pytest.mark.parametrize(
    ("birth", "word"), [("2001-01-15", MET), ("2001-01-16", NOT_MET), ("2001", UNKNOWN), (None, UNKNOWN)]
)
def test_age(birth, word):
    assert verdict(birth=birth) is word


# a stable regimen


def test_a_regimen_that_nobody_calls_stable_is_unknown():
    assert verdict(without=["stable"]) is UNKNOWN
