"""The second reading of definitions that ask for more than drugs, clause by clause, on hand-made plans."""

from __future__ import annotations

import pytest

from assuage.answers import Answer
from assuage.synth import waits_for
from assuage.synth.plan import Operation, OperationResult, Plan, Result
from assuage.synth.truth import TRUTHS
from synth.planned import course, plan

BACK, FIBROMYALGIA, ZOSTER = "chronic_low_back_pain", "fibromyalgia", "postherpetic_neuralgia"
DIABETIC, PHANTOM = "painful_diabetic_neuropathy", "phantom_limb_pain"
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def met(definition: str, made: Plan) -> Answer:
    return TRUTHS[definition](made).met


def therapy(condition: str, name: str = "pain management programme", **facts: object) -> Operation:
    return Operation(name, "therapy", condition, -300, -200)._replace(**facts)


def procedure(condition: str, name: str, result: OperationResult) -> Operation:
    return Operation(name, "procedure", condition, -60, result=result)


class TestRefractoryChronicPain:
    convention = "chronic-refractory-convention"
    duloxetine = course(BACK, "duloxetine", 60, 60)
    amitriptyline = course(BACK, "amitriptyline", 75, 60)

    def chronic(self, *trials: object, **facts: object) -> Answer:
        whole = {"operations": (therapy(BACK),), "onset": -1000, **facts}
        return met(self.convention, plan(BACK, *(trials or (self.duloxetine, self.amitriptyline)), **whole))

    def test_is_met_by_two_classes_and_a_programme(self):
        assert self.chronic() is YES

    @pytest.mark.parametrize(
        "facts",
        [
            {"onset": -90},
            {"pain_now": 4},
            {"operations": ()},
            {"operations": (therapy(BACK, "acupuncture"),)},
            {"operations": (therapy(BACK, end=None, done=False),)},
        ],
    )
    def test_asks_for_three_months_pain_now_and_an_active_programme_carried_through(self, facts: dict):
        assert self.chronic(**facts) is NO

    def test_a_class_counts_once_and_after_28_days_with_less_than_30_percent(self):
        assert self.chronic(self.duloxetine) is NO
        assert self.chronic(self.duloxetine, course(BACK, "venlafaxine", 225, 60)) is NO
        assert self.chronic(self.duloxetine, course(BACK, "amitriptyline", 75, 27)) is NO
        assert self.chronic(self.duloxetine, course(BACK, "amitriptyline", 75, 60, relief=30)) is NO

    def test_gabapentinoids_and_opioids_count_except_in_chronic_primary_pain(self):
        drugs = ("pregabalin", 600), ("tramadol", 400)
        assert self.chronic(*(course(BACK, drug, dose, 60) for drug, dose in drugs)) is YES
        trials = [course(FIBROMYALGIA, drug, dose, 60) for drug, dose in drugs]
        made = plan(FIBROMYALGIA, *trials, operations=(therapy(FIBROMYALGIA),), onset=-1000)
        assert met(self.convention, made) is NO

    def test_pain_of_five_under_a_drug_that_works_leaves_it_open(self):
        works = course(BACK, "pregabalin", 600, 60, relief=40, result=Result.PARTIAL, running=True)
        assert self.chronic(self.duloxetine, self.amitriptyline, works, pain_now=5) is UNKNOWN
        assert self.chronic(self.duloxetine, self.amitriptyline, works, pain_now=4) is NO


class TestSpinalCordStimulation:
    helped = procedure(ZOSTER, "spinal cord stimulation trial", OperationResult.RELIEF)
    in_vain = procedure(ZOSTER, "spinal cord stimulation trial", OperationResult.NO_EFFECT)

    def eligible(self, **facts: object) -> Answer:
        whole = {"operations": (self.helped,), "onset": -183, "assessed_by_team": True, **facts}
        return met("nice-ta159", plan(ZOSTER, course(ZOSTER, "duloxetine", 120, 60), **whole))

    def test_is_met_after_six_months_of_pain_one_drug_a_trial_that_helped_and_a_team(self):
        assert self.eligible() is YES

    @pytest.mark.parametrize(
        "facts",
        [
            {"onset": -182},
            {"pain_now": 4},
            {"courses": ()},
            {"operations": ()},
            {"operations": (in_vain,)},
            {"assessed_by_team": False},
        ],
    )
    def test_is_not_met_where_one_of_these_is_missing(self, facts: dict):
        assert self.eligible(**facts) is NO


class TestDiabeticNeuropathyStudy:
    trials = course(DIABETIC, "pregabalin", 600, 60), course(DIABETIC, "duloxetine", 120, 60)

    def eligible(self, *beside: object, **facts: object) -> Answer:
        whole = {
            "onset": -365,
            "age_years": 22,
            "pain_now": 5,
            "regimen_stable": True,
            "bmi_kg_m2": 45.0,
            "hba1c_percent": 10.0,
            **facts,
        }
        return met("senza-pdn", plan(DIABETIC, *self.trials, *beside, **whole))

    def test_is_met_at_each_of_its_limits(self):
        assert self.eligible() is YES

    @pytest.mark.parametrize(
        "facts",
        [
            {"onset": -364},
            {"age_years": 21},
            {"pain_now": 4},
            {"regimen_stable": False},
            {"bmi_kg_m2": 45.1},
            {"hba1c_percent": 10.1},
            {"courses": trials[:1]},
            {"courses": trials[1:]},
        ],
    )
    def test_is_not_met_beyond_one_of_them(self, facts: dict):
        assert self.eligible(**facts) is NO

    def test_is_open_where_nobody_measured(self):
        assert self.eligible(bmi_kg_m2=None) is UNKNOWN
        assert self.eligible(hba1c_percent=None, bmi_kg_m2=45.1) is NO

    def test_an_opioid_that_is_taken_leaves_the_limit_in_morphine_open(self):
        runs, over = (course(DIABETIC, "oxycodone", 40, 60, running=now) for now in (True, False))
        assert self.eligible(runs) is UNKNOWN
        assert self.eligible(over) is YES
        assert self.eligible(course(DIABETIC, "morphine", 121, 60, running=True)) is NO


class TestFocusedUltrasoundStudy:
    trials = tuple(
        course(PHANTOM, drug, dose, 60)
        for drug, dose in (("pregabalin", 600), ("duloxetine", 120), ("tramadol", 400))
    )
    block = procedure(PHANTOM, "nerve block", OperationResult.NO_EFFECT)

    def eligible(self, **facts: object) -> Answer:
        whole = {
            "operations": (self.block,),
            "onset": -184,
            "age_years": 74,
            "pain_now": 6,
            "regimen_stable": True,
            **facts,
        }
        return met("nct03111277", plan(PHANTOM, *self.trials, **whole))

    def test_is_met_at_each_of_its_limits(self):
        assert self.eligible() is YES
        assert self.eligible(age_years=22) is YES

    @pytest.mark.parametrize(
        "facts",
        [
            {"onset": -183},
            {"age_years": 75},
            {"age_years": 21},
            {"pain_now": 5},
            {"regimen_stable": False},
            {"operations": ()},
            {"operations": (procedure(PHANTOM, "nerve block", OperationResult.RECURRENCE),)},
            {"courses": trials[:2]},
            {"courses": (*trials[:2], course(PHANTOM, "amitriptyline", 150, 60))},
        ],
    )
    def test_is_not_met_beyond_one_of_them_without_an_opioid_or_without_an_intervention(self, facts: dict):
        assert self.eligible(**facts) is NO

    def test_speaks_of_three_pains_only(self):
        assert not TRUTHS["nct03111277"](plan(ZOSTER)).applies


@pytest.mark.parametrize(
    ("sign", "facts", "waits"),
    [
        ("papilloedema", {}, True),
        ("progressive headache", {}, False),
        ("jaw claudication", {"age_years": 50}, True),
        ("jaw claudication", {"age_years": 49}, False),
        ("bladder dysfunction", {}, False),
        ("bladder dysfunction", {"other_pains": (BACK,)}, True),
        ("trigeminal sensory loss", {}, True),
        (
            "trigeminal sensory loss",
            {"operations": (procedure(ZOSTER, "percutaneous glycerol rhizolysis", OperationResult.RELIEF),)},
            False,
        ),
    ],
)
def test_urgent_signs_are_waited_for_where_they_speak_of_the_pain(sign: str, facts: dict, waits: bool):
    assert waits_for(plan(ZOSTER, red_flags=(sign,), **facts)) == ((sign,) if waits else ())


def test_low_sodium_is_waited_for_while_its_drug_is_taken_and_overuse_always():
    taken, over = (course("trigeminal_neuralgia", "carbamazepine", 600, 60, running=now) for now in (1, 0))
    assert waits_for(plan("trigeminal_neuralgia", taken, red_flags=("low sodium",))) == ("low sodium",)
    assert waits_for(plan("trigeminal_neuralgia", over, red_flags=("low sodium",))) == ()
    assert waits_for(plan("chronic_migraine", overuse=True)) == ("overuse",)
