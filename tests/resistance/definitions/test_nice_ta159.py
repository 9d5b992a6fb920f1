"""Eligibility for spinal cord stimulation: NICE technology appraisal 159."""

from __future__ import annotations

import pytest

from assuage.answers import Answer
from assuage.records.rows import Outcome, ProcedureOutcome, StatementKind
from assuage.resistance.definitions.nice_ta159 import NICE_TA159
from assuage.resistance.model import VerdictWord
from assuage.testing.definition_tests import DefinitionTests
from assuage.testing.people import answer, complete, diagnosis, drug, operation, person, says, score

MET, NOT_MET, UNKNOWN = VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN
AS_OF = "2023-01-15"
CRPS = diagnosis("crps")
PAIN = score("vas_mm", 50, "2023-01-10")
TEAM = says(StatementKind.TEAM_ASSESSMENT, start="2022-12-01")
STIMULATION = operation("spinal_cord_stimulation_trial", "2022-11-01", ProcedureOutcome.RELIEF)
MANAGEMENT = says(StatementKind.FAILED, "conventional", start="2022-10-01")


def verdict(*rows, diagnosed=CRPS):
    return answer("nice-ta159", person(diagnosed, *rows), AS_OF).verdict.verdict


class TestNiceTa159(DefinitionTests):
    definition, thresholds_file = NICE_TA159, "nice_ta159"
    condition, as_of = "crps", AS_OF
    met = person(CRPS, PAIN, TEAM, STIMULATION, MANAGEMENT)


def test_it_is_about_eligibility_and_not_about_resistance():
    assert NICE_TA159.kind == "eligibility"


# at least 50 mm on a 0 to 100 mm scale


@pytest.mark.parametrize(("instrument", "value", "word"), [("vas_mm", 49, NOT_MET), ("nrs", 5, MET)])
def test_pain_of_fifty_millimetres(instrument, value, word):
    assert verdict(score(instrument, value, "2023-01-10"), TEAM, STIMULATION, MANAGEMENT) is word


# for at least six months


@pytest.mark.parametrize(("since", "word"), [("2022-07-16", MET), ("2022-07-17", NOT_MET)])
def test_six_months(since, word):
    assert verdict(PAIN, TEAM, STIMULATION, MANAGEMENT, diagnosed=diagnosis("crps", since)) is word


# despite conventional management


def test_a_failed_drug_answers_it_without_a_statement():
    failed = drug(
        "pregabalin", "2021-01-01", "2021-06-30", dose=300, outcome=Outcome.NO_EFFECT, indication="crps"
    )
    assert verdict(PAIN, TEAM, STIMULATION, failed) is MET


# a successful trial of stimulation


def test_a_trial_that_did_not_help_does_not_count():
    failed_trial = operation("spinal_cord_stimulation_trial", "2022-11-01", ProcedureOutcome.NO_EFFECT)
    assert verdict(PAIN, TEAM, failed_trial, MANAGEMENT) is UNKNOWN
    assert verdict(PAIN, TEAM, failed_trial, MANAGEMENT, complete(AS_OF)) is NOT_MET


def test_a_trial_without_coverage_is_not_a_trial_that_failed():
    no_coverage = operation("spinal_cord_stimulation_trial", "2022-11-01", ProcedureOutcome.NOT_ASSESSABLE)
    assert verdict(PAIN, TEAM, no_coverage, MANAGEMENT, complete(AS_OF)) is UNKNOWN


# assessment by a multidisciplinary team


def test_the_team_has_to_be_stated():
    denied = says(StatementKind.TEAM_ASSESSMENT, start="2022-12-01", answer=Answer.NO)
    assert verdict(PAIN, STIMULATION, MANAGEMENT) is UNKNOWN
    assert verdict(PAIN, STIMULATION, MANAGEMENT, denied) is NOT_MET
    assert verdict(PAIN, STIMULATION, MANAGEMENT, denied, TEAM) is UNKNOWN
