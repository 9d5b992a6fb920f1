"""The truth about made-up people, from their plans: a second reading of each definition.

Written from the papers, apart from the rules of this package and without them: the planner knows of
every drug how much was taken for how long and what it did, so a plain count answers. A new definition
is one function here and one entry in `TRUTHS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from assuage.codes.conditions import belongs_to
from assuage.synth.knowledge import readings
from assuage.synth.plan import Course, Plan, Result


@dataclass(frozen=True)
class Truth:
    """What a definition makes of a plan. `failed` are the drugs, or classes, that it counts as failed.

    `applies` is no for people whose pain the definition does not speak of; it is then not met.
    """

    applies: bool
    met: bool = False
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrialReading:
    """When a definition calls a trial failed: less relief than this after so many days at the dose."""

    relief: float
    days: int
    days_of: Mapping[str, int]
    highest_dose: bool = False  # the highest the person bears, or the top of the range

    def failed(self, course: Course) -> bool:
        """Whether one course failed: not tolerated, or an adequate trial without enough relief."""
        match course.result:
            case Result.INTOLERANCE:
                return True
            case Result.NONADHERENCE | Result.STOPPED_OTHER:
                return False
        if course.relief_percent is None or course.relief_percent >= self.relief:
            return False
        if course.medicine.acute:
            return True
        return _days_at_dose(course, highest=self.highest_dose) >= self.days_of.get(
            course.ingredient, self.days
        )

    def works(self, course: Course) -> bool:
        """Whether a course works now, and is still taken."""
        relief = course.relief_percent
        return (
            course.running
            and relief is not None
            and relief >= self.relief
            and course.result is not Result.LOST
        )


def _days_at_dose(course: Course, *, highest: bool) -> int:
    """The longest stretch at an adequate dose, titration not counted; 0 where no dose was adequate."""
    doses = [step.dose for step in course.steps if step.dose is not None]
    if not doses:
        return course.end - course.day + 1 if course.highest_tolerated else 0
    peak, low, high = max(doses), course.medicine.low, course.medicine.high
    if highest and not course.highest_tolerated and (high is None or peak < high):
        return 0
    if course.highest_tolerated:
        enough = peak if highest or low is None else min(peak, low)
    elif low is None:
        return 0
    else:
        enough = peak if highest else low
    longest = running = 0
    for step in course.steps:
        running = running + step.end - step.day + 1 if (step.dose or 0) >= enough else 0
        longest = max(longest, running)
    return longest


def _failed_drugs(plan: Plan, reading: TrialReading, *, counting_contraindication: bool) -> set[str]:
    """Drugs for the pain itself that failed and are not at work now."""
    mine = [one for one in plan.courses if one.condition == plan.condition]
    working = {one.ingredient for one in mine if reading.works(one)}
    failed = {one.ingredient for one in mine if reading.failed(one)} - working
    return failed | (set(plan.contraindicated) if counting_contraindication else set())


def _failed_classes(
    plan: Plan,
    reading: TrialReading,
    classes: Mapping[str, Iterable[str]],
    *,
    counting_contraindication: bool,
) -> set[str]:
    """Classes of which a drug failed and none is at work; or, where that counts, that are all ruled out."""
    mine = [one for one in plan.courses if one.condition == plan.condition]
    working = {one.ingredient for one in mine if reading.works(one)}
    failed = _failed_drugs(plan, reading, counting_contraindication=False)
    ruled_out = plan.contraindicated if counting_contraindication else frozenset[str]()
    return {
        name
        for name, members in classes.items()
        if not working & set(members) and (failed & set(members) or set(members) <= ruled_out)
    }


def _neuropathic(plan: Plan) -> bool:
    return plan.condition is not None and belongs_to(plan.condition, "neuropathic_pain")


def _smith2012(plan: Plan) -> Truth:
    """Four drugs of known effectiveness, pain of 5 or more, and quality of life affected."""
    if not _neuropathic(plan):
        return Truth(applies=False)
    known = readings()
    reading = TrialReading(known["smith_relief"], known["smith_days"], {})
    failed = _failed_drugs(plan, reading, counting_contraindication=False)
    met = len(failed) >= known["smith_drugs"] and plan.pain_now >= known["smith_pain"] and plan.life_affected
    return Truth(True, met, tuple(sorted(failed)))


def _sin2019(plan: Plan) -> Truth:
    """All classes of the guideline that are meant for this pain."""
    if not _neuropathic(plan):
        return Truth(applies=False)
    known = readings()
    reading = TrialReading(known["sin_relief"], known["sin_days"], {}, highest_dose=True)
    classes = known["neupsig_classes"]
    central = belongs_to(plan.condition or "", "central_neuropathic_pain")
    asked = set(classes) - (set(known["neupsig_peripheral"]) if central else set())
    failed = _failed_classes(plan, reading, classes, counting_contraindication=False)
    return Truth(True, asked <= failed, tuple(sorted(failed)))


def _trigeminal_reading() -> TrialReading:
    known = readings()
    return TrialReading(known["tn_relief"], known["tn_days"], {"lamotrigine": known["tn_lamotrigine_days"]})


def _tn_ean2019(plan: Plan) -> Truth:
    """One of the two drugs of first choice failed, and pain is not controlled now."""
    return _trigeminal(plan, first=1, both=1)


def _tn_convention_strict(plan: Plan) -> Truth:
    """One drug of first choice, and so many together with the second line."""
    return _trigeminal(plan, first=1, both=readings()["tn_strict_drugs"])


def _trigeminal(plan: Plan, *, first: int, both: int) -> Truth:
    if plan.condition != "trigeminal_neuralgia":
        return Truth(applies=False)
    known, reading = readings(), _trigeminal_reading()
    failed = _failed_drugs(plan, reading, counting_contraindication=True)
    of_first_choice = failed & set(known["tn_first_choice"])
    of_both = failed & {*known["tn_first_choice"], *known["tn_second_line"]}
    uncontrolled = plan.pain_now >= known["tn_pain"] and not any(map(reading.works, plan.courses))
    met = len(of_first_choice) >= first and len(of_both) >= both and uncontrolled
    return Truth(True, met, tuple(sorted(of_both)))


def _ehf2020_resistant(plan: Plan) -> Truth:
    return _ehf2020(plan, readings()["ehf_resistant_months"], readings()["ehf_resistant_classes"])


def _ehf2020_refractory(plan: Plan) -> Truth:
    """All classes: in a country where every one is sold."""
    return _ehf2020(plan, readings()["ehf_refractory_months"], len(readings()["ehf_classes"]))


def _ehf2020(plan: Plan, months: int, needed: int) -> Truth:
    """Debilitating days month after month, classes of preventives, and two triptans."""
    if plan.condition is None or not belongs_to(plan.condition, "migraine"):
        return Truth(applies=False)
    known = readings()
    days_of = {**dict.fromkeys(known["ehf_antibodies"], known["ehf_antibody_days"]), **_toxin_days()}
    reading = TrialReading(known["ehf_relief"], known["ehf_days"], days_of)
    classes = _failed_classes(plan, reading, known["ehf_classes"], counting_contraindication=True)
    drugs = _failed_drugs(plan, reading, counting_contraindication=True)
    triptans = drugs & set(known["ehf_triptan_names"])
    many_days = all(count >= known["ehf_days_a_month"] for count in plan.debilitating_days[-months:])
    met = many_days and len(classes) >= needed and len(triptans) >= known["ehf_triptans"]
    return Truth(True, met, tuple(sorted(classes | triptans)))


def _toxin_days() -> dict[str, int]:
    """Sessions of botulinum toxin as days: each lasts twelve weeks."""
    return {"botulinum_toxin_a": readings()["ehf_toxin_sessions"] * 84}


def _ehf2014(plan: Plan) -> Truth:
    """Chronic migraine without overuse; drugs of every class for three months, or ruled out."""
    if plan.condition != "chronic_migraine":
        return Truth(applies=False)
    known = readings()
    reading = TrialReading(known["ehf_relief"], known["ehf2014_days"], _toxin_days())
    classes = _failed_classes(plan, reading, known["ehf2014_classes"], counting_contraindication=True)
    met = len(classes) == len(known["ehf2014_classes"]) and not plan.overuse
    return Truth(True, met, tuple(sorted(classes)))


def _dantona2019(plan: Plan) -> Truth:
    """Chronic migraine without overuse; five classes, two of the three best studied among them."""
    if plan.condition != "chronic_migraine":
        return Truth(applies=False)
    known = readings()
    reading = TrialReading(known["ehf_relief"], known["dantona_days"], _toxin_days())
    classes = _failed_classes(plan, reading, known["ehf_classes"], counting_contraindication=True)
    three = {name: [name] for name in ("topiramate", "botulinum_toxin_a")}
    three["antibodies"] = known["ehf_antibodies"]
    established = _failed_classes(plan, reading, three, counting_contraindication=True)
    enough = len(classes) >= known["dantona_classes"] and len(established) >= known["dantona_established"]
    return Truth(True, enough and not plan.overuse, tuple(sorted(classes)))


TRUTHS: Mapping[str, Callable[[Plan], Truth]] = {
    "tn-ean2019": _tn_ean2019,
    "tn-convention-strict": _tn_convention_strict,
    "smith2012": _smith2012,
    "sin2019": _sin2019,
    "ehf2020-resistant": _ehf2020_resistant,
    "ehf2020-refractory": _ehf2020_refractory,
    "ehf2014-refractory-chronic": _ehf2014,
    "dantona2019": _dantona2019,
}
"""Our second reading of definitions, by their id: the one list of them."""
