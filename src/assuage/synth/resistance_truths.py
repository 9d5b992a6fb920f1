"""The truth under definitions of resistance: a second reading of each paper, counted over the plan."""

from __future__ import annotations

from assuage.answers import Answer
from assuage.codes.conditions import belongs_to
from assuage.synth.counting import NOT_SPOKEN_OF, TrialReading, Truth, failed_classes, failed_drugs
from assuage.synth.knowledge import readings
from assuage.synth.plan import Plan


def _neuropathic(plan: Plan) -> bool:
    return plan.condition is not None and belongs_to(plan.condition, "neuropathic_pain")


def smith2012(plan: Plan) -> Truth:
    """Four drugs of known effectiveness, pain of 5 or more, and quality of life affected."""
    if not _neuropathic(plan):
        return NOT_SPOKEN_OF
    known = readings()
    reading = TrialReading(known["smith_relief"], known["smith_days"])
    failed = failed_drugs(plan, reading, counting_contraindication=False)
    met = len(failed) >= known["smith_drugs"] and plan.pain_now >= known["smith_pain"] and plan.life_affected
    return Truth(True, Answer.of(met), tuple(sorted(failed)))


def sin2019(plan: Plan) -> Truth:
    """All classes of the guideline that are meant for this pain."""
    if not _neuropathic(plan):
        return NOT_SPOKEN_OF
    known = readings()
    reading = TrialReading(known["sin_relief"], known["sin_days"], highest_dose=True)
    classes = known["neupsig_classes"]
    central = belongs_to(plan.condition or "", "central_neuropathic_pain")
    asked = set(classes) - (set(known["neupsig_peripheral"]) if central else set())
    failed = failed_classes(plan, reading, classes, counting_contraindication=False)
    return Truth(True, Answer.of(asked <= failed), tuple(sorted(failed)))


def _trigeminal_reading() -> TrialReading:
    known = readings()
    return TrialReading(known["tn_relief"], known["tn_days"], {"lamotrigine": known["tn_lamotrigine_days"]})


def tn_ean2019(plan: Plan) -> Truth:
    """One of the two drugs of first choice failed, and pain is not controlled now."""
    return _trigeminal(plan, first=1, both=1)


def tn_convention_strict(plan: Plan) -> Truth:
    """One drug of first choice, and so many together with the second line."""
    return _trigeminal(plan, first=1, both=readings()["tn_strict_drugs"])


def _trigeminal(plan: Plan, *, first: int, both: int) -> Truth:
    if plan.condition != "trigeminal_neuralgia":
        return NOT_SPOKEN_OF
    known, reading = readings(), _trigeminal_reading()
    failed = failed_drugs(plan, reading, counting_contraindication=True)
    of_first_choice = failed & set(known["tn_first_choice"])
    of_both = failed & {*known["tn_first_choice"], *known["tn_second_line"]}
    uncontrolled = plan.pain_now >= known["tn_pain"] and not any(map(reading.works, plan.courses))
    met = len(of_first_choice) >= first and len(of_both) >= both and uncontrolled
    return Truth(True, Answer.of(met), tuple(sorted(of_both)))


def ehf2020_resistant(plan: Plan) -> Truth:
    """Three classes."""
    return _ehf2020(plan, readings()["ehf_resistant_months"], readings()["ehf_resistant_classes"])


def ehf2020_refractory(plan: Plan) -> Truth:
    """All classes: in a country where every one is sold."""
    return _ehf2020(plan, readings()["ehf_refractory_months"], len(readings()["ehf_classes"]))


def _ehf2020(plan: Plan, months: int, needed: int) -> Truth:
    """Debilitating days month after month, classes of preventives, and two triptans."""
    if plan.condition is None or not belongs_to(plan.condition, "migraine"):
        return NOT_SPOKEN_OF
    known = readings()
    days_of = dict.fromkeys(known["ehf_antibodies"], known["ehf_antibody_days"])
    reading = TrialReading(known["ehf_relief"], known["ehf_days"], days_of, _toxin_sessions())
    classes = failed_classes(plan, reading, known["ehf_classes"], counting_contraindication=True)
    drugs = failed_drugs(plan, reading, counting_contraindication=True)
    triptans = drugs & set(known["ehf_triptan_names"])
    many_days = all(count >= known["ehf_days_a_month"] for count in plan.debilitating_days[-months:])
    met = many_days and len(classes) >= needed and len(triptans) >= known["ehf_triptans"]
    return Truth(True, Answer.of(met), tuple(sorted(classes | triptans)))


def _toxin_sessions() -> dict[str, int]:
    return {"botulinum_toxin_a": readings()["ehf_toxin_sessions"]}


def ehf2014(plan: Plan) -> Truth:
    """Chronic migraine without overuse; drugs of every class for three months, or ruled out."""
    if plan.condition != "chronic_migraine":
        return NOT_SPOKEN_OF
    known = readings()
    reading = TrialReading(known["ehf_relief"], known["ehf2014_days"], sessions_of=_toxin_sessions())
    classes = failed_classes(plan, reading, known["ehf2014_classes"], counting_contraindication=True)
    met = len(classes) == len(known["ehf2014_classes"]) and not plan.overuse
    return Truth(True, Answer.of(met), tuple(sorted(classes)))


def dantona2019(plan: Plan) -> Truth:
    """Chronic migraine without overuse; five classes, two of the three best studied among them."""
    if plan.condition != "chronic_migraine":
        return NOT_SPOKEN_OF
    known = readings()
    reading = TrialReading(known["ehf_relief"], known["dantona_days"], sessions_of=_toxin_sessions())
    classes = failed_classes(plan, reading, known["ehf_classes"], counting_contraindication=True)
    three = {name: [name] for name in ("topiramate", "botulinum_toxin_a")}
    three["antibodies"] = known["ehf_antibodies"]
    established = failed_classes(plan, reading, three, counting_contraindication=True)
    enough = len(classes) >= known["dantona_classes"] and len(established) >= known["dantona_established"]
    return Truth(True, Answer.of(enough and not plan.overuse), tuple(sorted(classes)))


def chronic_refractory_convention(plan: Plan) -> Truth:
    """Two classes and a programme, and pain that nothing at work keeps below 5 of 10.

    Pain of 5 or more under a drug that works is neither controlled nor out of control: unknown.
    """
    if plan.condition is None or not belongs_to(plan.condition, "chronic_pain"):
        return NOT_SPOKEN_OF
    known = readings()
    reading = TrialReading(known["chronic_relief"], known["chronic_trial_days"])
    primary = belongs_to(plan.condition, "chronic_primary_pain")
    names = known["chronic_primary_classes"] if primary else list(known["chronic_classes"])
    classes = {name: known["chronic_classes"][name] for name in names}
    failed = failed_classes(plan, reading, classes, counting_contraindication=False)
    programmes = [one for one in plan.operations if one.done and one.name in known["chronic_programmes"]]
    sure = (
        -plan.onset >= known["chronic_days"]
        and len(failed) >= known["chronic_drug_classes"]
        and any(one.end is not None for one in programmes)
    )
    mine = [one for one in plan.courses if one.condition == plan.condition]
    hurts = Answer.of(plan.pain_now >= known["chronic_pain_score"])
    at_work = Answer.UNKNOWN if any(map(reading.works, mine)) else Answer.YES
    return Truth(True, Answer.of(sure) & hurts & at_work, tuple(sorted(failed)))
