"""Eligibility for the SENZA-PDN study: protocol, Trials 2019, doi 10.1186/s13063-019-4007-y, table 2."""

from __future__ import annotations

from assuage.records.rows import StatementKind
from assuage.resistance.criteria.age import AgeBetween
from assuage.resistance.criteria.diagnosis import Diagnosed
from assuage.resistance.criteria.duration import PainDuration
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.criteria.measured import MeasuredAtMost
from assuage.resistance.criteria.opioids import OpioidsAtMost
from assuage.resistance.criteria.severity import PainAtLeast
from assuage.resistance.criteria.stated import Stated
from assuage.resistance.definition import Definition
from assuage.resistance.definitions.shared import intensity
from assuage.resistance.thresholds import thresholds, treatment_classes
from assuage.resistance.trial_rules import TrialRules, target_doses

_t = thresholds("senza_pdn")
_CLASSES = {drawn.key: drawn for drawn in treatment_classes("neupsig2015")}

SENZA_PDN = Definition(
    id="senza-pdn",
    title="10 kHz spinal cord stimulation in painful diabetic neuropathy (SENZA-PDN)",
    kind="eligibility",
    provenance=_t["definition"].provenance,
    published=True,
    applies_to=("diabetic_neuropathy",),
    not_for=(),
    rules=TrialRules(
        response_percent=_t["response_percent"].value,
        days=_t["trial_days"].value,
        target_doses=target_doses("neuropathic"),
    ),
    criteria=(
        Diagnosed("diagnosis", "Painful diabetic neuropathy is diagnosed.", _t["diagnosis"].provenance),
        PainDuration(
            "one_year",
            "Symptoms have lasted 12 months.",
            _t["duration_days"].provenance,
            days=_t["duration_days"].value,
        ),
        FailedTreatments(
            "gabapentinoid",
            "Pregabalin or gabapentin was tried and was not enough.",
            _t["gabapentinoid"].provenance,
            classes=(_CLASSES["gabapentinoids"],),
            needed=1,
            counts_contraindication=False,
        ),
        FailedTreatments(
            "other_class",
            "So was another class of analgesic.",
            _t["other_class"].provenance,
            classes=tuple(drawn for key, drawn in _CLASSES.items() if key != "gabapentinoids"),
            needed=_t["other_class"].value,
            counts_contraindication=False,
        ),
        PainAtLeast(
            "pain",
            "Pain is 5 of 10 cm or more.",
            _t["pain_nrs"].provenance,
            thresholds=intensity(_t["pain_nrs"].value),
            window_days=_t["pain_window_days"].value,
        ),
        Stated(
            "stable",
            "Analgesics have been stable for 30 days.",
            _t["stable"].provenance,
            StatementKind.STABLE_REGIMEN,
        ),
        MeasuredAtMost(
            "bmi",
            "Body mass index is at most 45.",
            _t["bmi"].provenance,
            name="bmi",
            highest=_t["bmi"].value,
            unit="kg/m2",
        ),
        MeasuredAtMost(
            "hba1c",
            "HbA1c is at most 10 %.",
            _t["hba1c"].provenance,
            name="hba1c",
            highest=_t["hba1c"].value,
            unit="%",
        ),
        OpioidsAtMost(
            "opioids",
            "At most 120 mg of morphine equivalents a day.",
            _t["opioids_mg_day"].provenance,
            highest_mg_day=_t["opioids_mg_day"].value,
        ),
        AgeBetween("age", "Age is 22 or more.", _t["age_lowest"].provenance, lowest=_t["age_lowest"].value),
    ),
)
