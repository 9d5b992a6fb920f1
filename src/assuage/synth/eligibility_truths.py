"""The truth under definitions of eligibility: a second reading of each source, counted over the plan."""

from __future__ import annotations

from assuage.answers import Answer, all_of
from assuage.codes.conditions import belongs_to
from assuage.synth.counting import NOT_SPOKEN_OF, TrialReading, Truth, failed_classes, failed_drugs
from assuage.synth.knowledge import readings
from assuage.synth.plan import OperationResult, Plan


def _reading() -> TrialReading:
    return TrialReading(readings()["eligible_relief"], readings()["eligible_trial_days"])


def _failed_classes(plan: Plan) -> set[str]:
    return failed_classes(plan, _reading(), readings()["neupsig_classes"], counting_contraindication=False)


def nice_ta159(plan: Plan) -> Truth:
    """Six months of pain in spite of treatment, a team's word, and a trial of stimulation that helped."""
    if plan.condition is None or not belongs_to(plan.condition, "neuropathic_pain"):
        return NOT_SPOKEN_OF
    known = readings()
    failed = _failed_classes(plan)
    trials = [one for one in plan.operations if one.name in known["stimulation_trial_names"]]
    met = (
        bool(failed)
        and plan.pain_now >= known["stimulation_pain"]
        and -plan.onset >= known["stimulation_days"]
        and plan.assessed_by_team
        and any(one.result is OperationResult.RELIEF for one in trials)
    )
    return Truth(True, Answer.of(met), tuple(sorted(failed)))


def senza_pdn(plan: Plan) -> Truth:
    """Diabetic neuropathy for a year, a gabapentinoid and another class tried, and the study's limits."""
    if plan.condition != "painful_diabetic_neuropathy":
        return NOT_SPOKEN_OF
    known = readings()
    failed = _failed_classes(plan)
    sure = (
        "gabapentinoids" in failed
        and len(failed) >= 2
        and plan.pain_now >= known["senza_pain"]
        and -plan.onset >= known["senza_days"]
        and plan.regimen_stable
        and plan.age_years >= known["senza_age_years"]
    )
    parts = (
        Answer.of(sure),
        _at_most(plan.bmi_kg_m2, known["senza_bmi_kg_m2"]),
        _at_most(plan.hba1c_percent, known["senza_hba1c_percent"]),
        _opioids_within_limit(plan),
    )
    return Truth(True, all_of(parts), tuple(sorted(failed)))


def _at_most(value: float | None, highest: float) -> Answer:
    return Answer.of(None if value is None else value <= highest)


def _opioids_within_limit(plan: Plan) -> Answer:
    """No, from morphine by itself; unknown with any other dose: the study prints no factors of conversion."""
    known = readings()
    opioids = known["chronic_classes"]["opioids"]
    running = [one for one in plan.courses if one.running and one.ingredient in opioids]
    morphine = [one.steps[-1].dose or 0.0 for one in running if one.ingredient == "morphine"]
    if sum(morphine) > known["senza_morphine_mg_day"]:
        return Answer.NO
    return Answer.UNKNOWN if running else Answer.YES


def nct03111277(plan: Plan) -> Truth:
    """Three drugs, an opioid among them, and an intervention failed; pain above 5; a stable regimen; age."""
    known = readings()
    if plan.condition not in known["fus_conditions"]:
        return NOT_SPOKEN_OF
    classes = known["neupsig_classes"]
    drugs = {name for members in classes.values() for name in members}
    opioids = {name for key in known["fus_opioid_classes"] for name in classes[key]}
    failed = failed_drugs(plan, _reading(), counting_contraindication=False) & drugs
    interventions = [one for one in plan.operations if one.name in known["fus_interventions"]]
    youngest, oldest = known["fus_ages_years"]
    met = (
        len(failed) >= known["fus_drugs"]
        and bool(failed & opioids)
        and any(one.result is OperationResult.NO_EFFECT for one in interventions)
        and plan.pain_now >= known["fus_pain"]
        and -plan.onset >= known["fus_days"]
        and plan.regimen_stable
        and youngest <= plan.age_years <= oldest
    )
    return Truth(True, Answer.of(met), tuple(sorted(failed)))
