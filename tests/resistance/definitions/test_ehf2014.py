"""Refractory chronic migraine: the consensus of the European Headache Federation, 2014."""

from __future__ import annotations

import pytest

from assuage.records.rows import Outcome, StatementKind, StopReason
from assuage.resistance.definitions.ehf2014 import EHF2014_REFRACTORY_CHRONIC
from assuage.resistance.model import VerdictWord
from assuage.testing.definition_tests import DefinitionTests
from assuage.testing.people import allergy, answer, complete, diagnosis, drug, person, says, score

MET, NOT_MET, UNKNOWN = VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN
AS_OF = "2023-01-15"
MIGRAINE = diagnosis("chronic_migraine")
FEW_INTAKE_DAYS = [score("acute_medication_days", 6, "2022-12-20")]


def failed(ingredient, year, dose, *, end=None, **facts):
    facts = {"outcome": Outcome.NO_EFFECT, **facts}
    return drug(ingredient, f"{year}-01-01", end or f"{year}-12-31", dose=dose, **facts)


BETA_BLOCKER = failed("propranolol", 2015, 160)
ANTICONVULSANT = failed("topiramate", 2016, 100)
TRICYCLIC = failed("amitriptyline", 2017, 75)
OTHER = failed("flunarizine", 2018, 10)
TOXIN = [
    drug("botulinum_toxin_a", start, dose=155, outcome=Outcome.NO_EFFECT)
    for start in ("2020-01-10", "2020-04-10")
]
ALL = [BETA_BLOCKER, ANTICONVULSANT, TRICYCLIC, OTHER, *TOXIN]


def verdict(*rows):
    return answer("ehf2014-refractory-chronic", person(MIGRAINE, *rows), AS_OF).verdict.verdict


class TestEhf2014(DefinitionTests):
    definition, thresholds_file = EHF2014_REFRACTORY_CHRONIC, "ehf2014"
    condition, as_of = "chronic_migraine", AS_OF
    met = person(MIGRAINE, *FEW_INTAKE_DAYS, *ALL)


# chronic migraine only


def test_it_speaks_of_chronic_migraine_and_of_no_other():
    assert EHF2014_REFRACTORY_CHRONIC.speaks_of("chronic_migraine")
    assert not EHF2014_REFRACTORY_CHRONIC.speaks_of("migraine_without_aura")


# no medication overuse


@pytest.mark.parametrize(("days", "word"), [(9, MET), (10, UNKNOWN), (14, UNKNOWN), (15, NOT_MET)])
def test_intake_days_decide_where_they_can(days, word):
    assert verdict(*ALL, score("acute_medication_days", days, "2022-12-20")) is word


def test_without_counted_days_overuse_is_unknown():
    assert verdict(*ALL) is UNKNOWN


def test_diagnosed_overuse_excludes():
    assert verdict(*ALL, *FEW_INTAKE_DAYS, diagnosis("medication_overuse_headache")) is NOT_MET


def test_counts_of_long_ago_say_nothing_of_now():
    assert verdict(*ALL, score("acute_medication_days", 3, "2022-06-01")) is UNKNOWN


# a drug of each class, at an adequate dose for at least three months


@pytest.mark.parametrize("left_out", [BETA_BLOCKER, ANTICONVULSANT, TRICYCLIC, OTHER])
def test_each_class_has_to_have_failed(left_out):
    rows = [row for row in ALL if row is not left_out]
    assert verdict(*FEW_INTAKE_DAYS, *rows) is UNKNOWN
    assert verdict(*FEW_INTAKE_DAYS, *rows, complete(AS_OF)) is NOT_MET


@pytest.mark.parametrize(("end", "word"), [("2016-03-29", UNKNOWN), ("2016-03-30", MET)])
def test_three_months_are_ninety_days(end, word):
    rows = [row for row in ALL if row is not ANTICONVULSANT]
    assert verdict(*FEW_INTAKE_DAYS, *rows, failed("topiramate", 2016, 100, end=end)) is word


# no effect, or contraindication; adverse events may end a trial early


@pytest.mark.parametrize(
    "instead",
    [
        allergy("amitriptyline"),
        failed("amitriptyline", 2017, 75, end="2017-01-20", stop_reason=StopReason.ADVERSE_EVENT),
    ],
)
def test_contraindication_and_intolerance_count(instead):
    rows = [row for row in ALL if row is not TRICYCLIC]
    assert verdict(*FEW_INTAKE_DAYS, *rows, instead) is MET


# comorbidity is treated by a team, where there is one


def test_the_team_is_shown_and_decides_nothing():
    history = person(
        MIGRAINE, *FEW_INTAKE_DAYS, *ALL, says(StatementKind.TEAM_ASSESSMENT, start="2022-01-01")
    )
    judged = answer("ehf2014-refractory-chronic", history, AS_OF)
    (team,) = [finding for finding in judged.findings if finding.criterion == "team"]
    assert (team.answer, team.decides, judged.verdict.verdict) == ("yes", False, MET)
