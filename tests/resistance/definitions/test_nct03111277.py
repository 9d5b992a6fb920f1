"""Eligibility for the study NCT03111277 of focused-ultrasound thalamotomy."""

from __future__ import annotations

import pytest

from assuage.records.rows import Outcome, ProcedureOutcome, StatementKind
from assuage.resistance.definitions.nct03111277 import NCT03111277
from assuage.resistance.model import VerdictWord
from assuage.testing.definition_tests import DefinitionTests
from assuage.testing.people import answer, complete, diagnosis, drug, operation, person, says, score

MET, NOT_MET, UNKNOWN = VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN
AS_OF = "2023-01-15"
PHANTOM = diagnosis("phantom_limb_pain")


def failed(ingredient, year, dose, **facts):
    facts = {"outcome": Outcome.NO_EFFECT, **facts}
    return drug(ingredient, f"{year}-01-01", f"{year}-06-30", dose=dose, **facts)


OPIOID = failed("tramadol", 2019, 400)
DRUGS = [failed("pregabalin", 2020, 300), failed("amitriptyline", 2021, 75)]
BLOCK = operation("nerve_block", "2020-01-01", ProcedureOutcome.NO_EFFECT)
PAIN, STABLE = score("nrs", 6, "2023-01-10"), says(StatementKind.STABLE_REGIMEN, start="2023-01-10")
ALL = [OPIOID, *DRUGS, BLOCK, PAIN, STABLE]


def verdict(*rows, birth="1970", diagnosed=PHANTOM):
    return answer("nct03111277", person(diagnosed, *rows, birth=birth), AS_OF).verdict.verdict


class TestNct03111277(DefinitionTests):
    definition, thresholds_file = NCT03111277, "nct03111277"
    condition, as_of = "phantom_limb_pain", AS_OF
    met = person(PHANTOM, *ALL, birth="1970")


# older than 21 and younger than 75


@pytest.mark.parametrize(
    ("birth", "word"),
    [("2001-01-15", MET), ("2001-01-16", NOT_MET), ("1948-01-16", MET), ("1948-01-15", NOT_MET)],
)
def test_age(birth, word):
    assert verdict(*ALL, birth=birth) is word


# radiculopathy, spinal cord injury, phantom limb


@pytest.mark.parametrize("condition", ["trigeminal_neuralgia", "postherpetic_neuralgia", "crps"])
def test_it_speaks_of_three_causes_only(condition):
    assert not NCT03111277.speaks_of(condition)


# three pain drugs failed, among them an opioid


def test_three_drugs_without_an_opioid_do_not_meet_it():
    rows = [*DRUGS, failed("duloxetine", 2018, 60), BLOCK, PAIN, STABLE]
    assert verdict(*rows) is UNKNOWN
    assert verdict(*rows, complete(AS_OF)) is NOT_MET


# at least one failed intervention


def test_an_intervention_that_helped_and_recurred_did_not_fail():
    helped = operation("nerve_block", "2020-01-01", ProcedureOutcome.RECURRENCE)
    rows = [OPIOID, *DRUGS, helped, PAIN, STABLE]
    assert verdict(*rows, complete(AS_OF)) is NOT_MET


# pain of more than 5


@pytest.mark.parametrize(("value", "word"), [(5, NOT_MET), (6, MET)])
def test_pain_above_five(value, word):
    assert verdict(OPIOID, *DRUGS, BLOCK, STABLE, score("nrs", value, "2023-01-10")) is word
