"""The second reading of each definition, clause by clause, on hand-made plans."""

from __future__ import annotations

import pytest

from assuage.answers import Answer
from assuage.synth.plan import Course, Plan, Result
from assuage.synth.truth import TRUTHS
from synth.planned import course, plan

TN, MIGRAINE, ZOSTER, STROKE = (
    "trigeminal_neuralgia",
    "chronic_migraine",
    "postherpetic_neuralgia",
    "central_post_stroke_pain",
)


def met(definition: str, made: Plan) -> bool:
    return TRUTHS[definition](made).met is Answer.YES


def carbamazepine(dose: float = 600, days: int = 60, **facts: object) -> Course:
    return course(TN, "carbamazepine", dose, days, **facts)


class TestTrigeminalNeuralgia:
    def test_is_met_by_an_adequate_trial_of_a_first_choice_without_relief(self):
        assert met("tn-ean2019", plan(TN, carbamazepine()))

    @pytest.mark.parametrize(
        "trial",
        [
            carbamazepine(dose=200),
            carbamazepine(days=27),
            carbamazepine(relief=50),
            carbamazepine(result=Result.NONADHERENCE, relief=None),
            carbamazepine(result=Result.STOPPED_OTHER, relief=None),
        ],
    )
    def test_is_not_met_by_too_little_too_short_or_a_trial_that_worked_or_was_not_taken(self, trial: Course):
        assert not met("tn-ean2019", plan(TN, trial))

    def test_counts_intolerance_at_any_dose_and_length(self):
        trial = carbamazepine(dose=200, days=5, result=Result.INTOLERANCE, relief=None)
        assert met("tn-ean2019", plan(TN, trial))

    def test_counts_the_highest_dose_that_was_borne(self):
        assert met("tn-ean2019", plan(TN, carbamazepine(dose=200, highest_tolerated=True)))

    def test_counts_contraindication(self):
        assert met("tn-ean2019", plan(TN, contraindicated=frozenset({"carbamazepine"})))

    def test_asks_for_pain_now(self):
        assert not met("tn-ean2019", plan(TN, carbamazepine(), pain_now=4))

    def test_the_strict_convention_asks_for_a_second_drug(self):
        gabapentin = course(TN, "gabapentin", 1800, 60)
        assert not met("tn-convention-strict", plan(TN, carbamazepine()))
        assert met("tn-convention-strict", plan(TN, carbamazepine(), gabapentin))
        assert not met("tn-convention-strict", plan(TN, gabapentin, course(TN, "baclofen", 60, 60)))

    def test_lamotrigine_needs_eight_weeks(self):
        short, long = (course(TN, "lamotrigine", 200, days) for days in (55, 56))
        assert not met("tn-convention-strict", plan(TN, carbamazepine(), short))
        assert met("tn-convention-strict", plan(TN, carbamazepine(), long))


FOUR = ("duloxetine", 120), ("pregabalin", 600), ("amitriptyline", 150), ("tramadol", 400)


class TestNeuropathicPain:
    @pytest.mark.parametrize(("days", "relief", "is_met"), [(90, 20, True), (89, 20, False), (90, 30, False)])
    def test_smith_asks_for_four_drugs_for_three_months_with_less_than_30_percent(
        self, days: int, relief: int, is_met: bool
    ):
        trials = [course(ZOSTER, drug, dose, days, relief=relief) for drug, dose in FOUR]
        assert met("smith2012", plan(ZOSTER, *trials)) is is_met
        assert not met("smith2012", plan(ZOSTER, *trials[:3]))

    def test_smith_asks_for_pain_of_five_and_for_a_life_affected(self):
        trials = [course(ZOSTER, drug, dose, 100) for drug, dose in FOUR]
        assert not met("smith2012", plan(ZOSTER, *trials, pain_now=4))
        assert not met("smith2012", plan(ZOSTER, *trials, life_affected=False))

    def test_sin_asks_for_every_class_that_is_meant_for_the_pain(self):
        opioid = course(STROKE, "morphine", 60, 40, highest_tolerated=True)
        four = [course(STROKE, drug, dose, 40, relief=40) for drug, dose in FOUR]
        assert met("sin2019", plan(STROKE, *four, opioid))
        assert not met("sin2019", plan(STROKE, *four))

    def test_sin_asks_for_the_patches_and_the_toxin_in_peripheral_pain(self):
        drugs = [
            *FOUR,
            ("morphine", 60),
            ("capsaicin", None),
            ("lidocaine", None),
            ("botulinum_toxin_a", 200),
        ]
        trials = [course(ZOSTER, drug, dose, 40, highest_tolerated=True) for drug, dose in drugs]
        assert met("sin2019", plan(ZOSTER, *trials))
        assert not met("sin2019", plan(ZOSTER, *trials[:5]))

    def test_sin_asks_for_a_month_at_the_highest_dose(self):
        opioid = course(STROKE, "morphine", 60, 40, highest_tolerated=True)
        three = [course(STROKE, drug, dose, 40) for drug, dose in FOUR[1:]]
        low = course(STROKE, "duloxetine", 60, 40)
        borne = course(STROKE, "duloxetine", 60, 40, highest_tolerated=True)
        assert not met("sin2019", plan(STROKE, *three, opioid, low))
        assert met("sin2019", plan(STROKE, *three, opioid, borne))

    def test_contraindication_does_not_count(self):
        trials = [course(STROKE, drug, dose, 40, highest_tolerated=True) for drug, dose in FOUR]
        ruled_out = frozenset({"morphine", "oxycodone", "fentanyl"})
        assert not met("sin2019", plan(STROKE, *trials, contraindicated=ruled_out))


CLASSES = (
    ("venlafaxine", 150),
    ("topiramate", 100),
    ("propranolol", 160),
    ("flunarizine", 10),
    ("erenumab", 140),
    ("candesartan", 32),
    ("botulinum_toxin_a", 195),
)
TRIPTANS = [course(MIGRAINE, name, None, 30) for name in ("sumatriptan", "zolmitriptan")]
PREVENTIVES = [course(MIGRAINE, drug, dose, 200, relief=40) for drug, dose in CLASSES]


class TestMigraine:
    def test_resistant_asks_for_three_classes_and_two_triptans(self):
        assert met("ehf2020-resistant", plan(MIGRAINE, *PREVENTIVES[:3], *TRIPTANS))
        assert not met("ehf2020-resistant", plan(MIGRAINE, *PREVENTIVES[:2], *TRIPTANS))
        assert not met("ehf2020-resistant", plan(MIGRAINE, *PREVENTIVES[:3], *TRIPTANS[:1]))

    def test_refractory_asks_for_every_class(self):
        assert met("ehf2020-refractory", plan(MIGRAINE, *PREVENTIVES, *TRIPTANS))
        assert not met("ehf2020-refractory", plan(MIGRAINE, *PREVENTIVES[1:], *TRIPTANS))

    def test_a_contraindicated_class_counts_only_as_a_whole(self):
        others = [one for one in PREVENTIVES if one.ingredient != "propranolol"]
        blockers = frozenset({"propranolol", "metoprolol", "atenolol", "timolol"})
        assert met("ehf2020-refractory", plan(MIGRAINE, *others, *TRIPTANS, contraindicated=blockers))
        assert not met(
            "ehf2020-refractory", plan(MIGRAINE, *others, *TRIPTANS, contraindicated=blockers - {"timolol"})
        )

    def test_eight_days_in_each_month_are_asked_for(self):
        enough, one_month_short = (8,) * 7, (8, 8, 8, 7, 8, 8, 8)
        for months, resistant, refractory in ((enough, True, True), (one_month_short, True, False)):
            made = plan(MIGRAINE, *PREVENTIVES, *TRIPTANS, debilitating_days=months)
            assert met("ehf2020-resistant", made) is resistant
            assert met("ehf2020-refractory", made) is refractory

    @pytest.mark.parametrize(
        ("drug", "dose", "days", "is_met"),
        [
            ("topiramate", 100, 55, False),
            ("topiramate", 100, 56, True),
            ("erenumab", 140, 56, False),
            ("erenumab", 140, 84, True),
            ("botulinum_toxin_a", 195, 84, False),
            ("botulinum_toxin_a", 195, 168, True),
        ],
    )
    def test_eight_weeks_three_months_of_an_antibody_two_sessions_of_toxin(
        self, drug: str, dose: float, days: int, is_met: bool
    ):
        two = [one for one in PREVENTIVES if one.ingredient in ("venlafaxine", "propranolol")]
        third = course(MIGRAINE, drug, dose, days)
        assert met("ehf2020-resistant", plan(MIGRAINE, *two, third, *TRIPTANS)) is is_met

    def test_a_class_of_which_one_drug_works_now_has_not_failed(self):
        works = course(MIGRAINE, "amitriptyline", 50, 100, relief=60, result=Result.RESPONSE, running=True)
        assert not met("ehf2020-refractory", plan(MIGRAINE, *PREVENTIVES, works, *TRIPTANS))


def test_three_months_without_overuse_make_chronic_migraine_refractory_by_ehf_2014():
    drugs = ("propranolol", 160), ("topiramate", 100), ("amitriptyline", 50), ("flunarizine", 10)
    four = [course(MIGRAINE, drug, dose, 90) for drug, dose in drugs]
    toxin = course(MIGRAINE, "botulinum_toxin_a", 195, 168)
    assert met("ehf2014-refractory-chronic", plan(MIGRAINE, *four, toxin))
    assert not met("ehf2014-refractory-chronic", plan(MIGRAINE, *four))
    assert not met("ehf2014-refractory-chronic", plan(MIGRAINE, *four, toxin, overuse=True))
    shorter = course(MIGRAINE, "propranolol", 160, 89)
    assert not met("ehf2014-refractory-chronic", plan(MIGRAINE, *four[1:], shorter, toxin))


def test_dantona_asks_for_five_classes_and_two_of_the_three_best_studied():
    with_two = [one for one in PREVENTIVES if one.ingredient not in ("venlafaxine", "candesartan")]
    with_one = [one for one in PREVENTIVES if one.ingredient not in ("topiramate", "botulinum_toxin_a")]
    assert met("dantona2019", plan(MIGRAINE, *with_two))
    assert not met("dantona2019", plan(MIGRAINE, *with_two[1:]))
    assert not met("dantona2019", plan(MIGRAINE, *with_one))
    assert not met("dantona2019", plan(MIGRAINE, *with_two, overuse=True))


def test_a_drug_taken_for_another_illness_is_no_trial():
    for_depression = course(ZOSTER, "duloxetine", 120, 100)
    trials = [course(ZOSTER, drug, dose, 100) for drug, dose in FOUR[1:]]
    assert met("smith2012", plan(ZOSTER, *trials, for_depression))
    elsewhere = Course(
        for_depression.medicine, "depression", for_depression.supplies, Result.NO_RESPONSE, 10, 10
    )
    assert not met("smith2012", plan(ZOSTER, *trials, elsewhere))


@pytest.mark.parametrize("definition", TRUTHS)
def test_a_definition_that_does_not_speak_of_the_pain_is_not_met(definition: str):
    truth = TRUTHS[definition](Plan("no_pain", None))
    assert (truth.applies, truth.met) == (False, Answer.NO)
