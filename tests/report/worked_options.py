"""What is left for the person of `worked_history`, by hand: every standing, weight and kind of evidence."""

from __future__ import annotations

from dataclasses import replace

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.options import (
    ConditionOptions,
    Holding,
    OptionStanding,
    PersonOptions,
    Reason,
    SequenceWarning,
    TreatmentOption,
)
from assuage.options.evidence import Claim
from assuage.options.model import NOT_GRADED, Entry
from assuage.safety import Concern, Severity
from assuage.sources import Provenance
from report.worked_history import AS_OF, ID, TN, told

GUIDE = told("bendtsen2019", "abstract, drugs")
UNREAD = told("finnerup2016", "table 2", verified=False)
OURS = told("assuage", "options, ladders", verified=False, published=False)


def claim(says: str, text: str, provenance: Provenance = GUIDE, **numbers: float) -> Claim:
    return Claim("guideline", says, text, provenance, numbers or None, "EAN 2019")  # type: ignore[arg-type]


def concern(severity: Severity, answer: Answer, rule: str, *missing: str, treatment: str) -> Concern:
    return Concern(
        rule=rule,
        treatment=treatment,
        severity=severity,
        answer=answer,
        reason_code="gabapentinoid_age" if severity is Severity.WARNING else "hla_b_1502",
        reason_values=(("years", 65), ("treatment", treatment)),
        evidence=() if missing else ("Observation/1",),
        missing=missing,
        action_code="choose_another",
        provenance=UNREAD,
    )


STOP = concern(Severity.HARD_STOP, Answer.YES, "hla_b_1502", treatment="carbamazepine")
ASK = concern(
    Severity.HARD_STOP, Answer.UNKNOWN, "hla_b_1502", "hla_b_1502_result", treatment="oxcarbazepine"
)
CARE = concern(Severity.WARNING, Answer.YES, "gabapentinoid_age", treatment="gabapentin")
OPEN_CARE = concern(Severity.WARNING, Answer.UNKNOWN, "gabapentinoid_age", "birth", treatment="pregabalin")

GABAPENTIN = TreatmentOption(
    person_id=ID,
    option="gabapentin",
    name="Gabapentin",
    kind="drug",
    condition=TN,
    step="alone_or_added",
    standing=OptionStanding.CAUTION,
    reason_code="tried_dose_too_low",
    reason_values=(("treatment", "gabapentin"), ("dose", 300.0), ("unit", "mg/d"), ("target", 1800.0)),
    evidence=("MedicationRequest/77",),
    missing=(),
    evidence_grade="EAN 2019: weak",
    provenance=GUIDE,
    because=(
        Reason("tried_too_short", (("treatment", "gabapentin"), ("days", 9), ("needed_days", 28))),
        Reason("safety_warning", (("treatment", "gabapentin"),), provenance=UNREAD),
    ),
    needs=(
        Holding("egfr", (), UNREAD),
        Holding(
            "mri_brain",
            (Entry("Observation/9", PartialDate.parse("2024-03"), Answer.YES, 2.0, "mm"),),
            GUIDE,
        ),
    ),
    claims=(
        claim("for", "One in {nnt} is helped.", nnt=6.3),
        claim("against", "Not shown better than placebo in {trials} trials.", UNREAD, trials=2),
        claim("neither", "Nobody has compared it with carbamazepine.", OURS),
    ),
    concerns=(CARE, OPEN_CARE),
)


def option(name: str, standing: OptionStanding, reason: str, *concerns: Concern) -> TreatmentOption:
    """Another option, with a reason that takes a treatment."""
    return replace(
        GABAPENTIN,
        option=name,
        name=name.replace("_", " ").capitalize(),
        standing=standing,
        reason_code=reason,
        reason_values=(("treatment", name),),
        evidence_grade=NOT_GRADED,
        because=(),
        needs=(),
        claims=(claim("against", "Advised against in {guides} guides.", guides=2),),
        concerns=concerns,
    )


CONDITION = ConditionOptions(
    TN,
    "trigeminal",
    (
        option("carbamazepine", OptionStanding.CONTRAINDICATED, "safety_hard_stop", STOP),
        option("oxcarbazepine", OptionStanding.OPEN, "never_tried", ASK),
        GABAPENTIN,
        option("baclofen", OptionStanding.TRIED, "failed_adequate_trial"),
        replace(
            option("mrgfus_thalamotomy", OptionStanding.NOT_INDICATED, "recommended_against"),
            kind="procedure",
            irreversible=True,
        ),
    ),
    (
        SequenceWarning(
            TN,
            "lamotrigine",
            "mvd",
            "first_step_after_irreversible",
            (("treatment", "lamotrigine"), ("procedure", "mvd")),
            ("Procedure/1",),
            OURS,
        ),
    ),
    ("low_sodium",),
    ("lamotrigine",),
)
OPTIONS = PersonOptions(ID, AS_OF, None, (CONDITION, ConditionOptions("low_back_pain", None)))
NO_OPTIONS = PersonOptions(ID, AS_OF, None, ())
CONCERNS = (STOP, ASK, CARE)
