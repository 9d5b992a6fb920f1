"""Eligibility for focused-ultrasound thalamotomy in the study NCT03111277."""

from __future__ import annotations

from assuage.records.rows import StatementKind
from assuage.resistance.criteria.age import AgeBetween
from assuage.resistance.criteria.diagnosis import Diagnosed
from assuage.resistance.criteria.duration import PainDuration
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.criteria.severity import PainAtLeast
from assuage.resistance.criteria.stated import Stated
from assuage.resistance.definition import Definition
from assuage.resistance.definitions.shared import intensity
from assuage.resistance.thresholds import single, thresholds, treatment_classes
from assuage.resistance.trial_rules import TrialRules, target_doses

_t = thresholds("nct03111277")
_CLASSES = {drawn.key: drawn for drawn in treatment_classes("neupsig2015")}
_OPIOIDS = (*_CLASSES["tramadol"].members, *_CLASSES["strong_opioids"].members)
_INTERVENTIONS = (
    "spinal_cord_stimulation",
    "spinal_cord_stimulation_trial",
    "dorsal_root_ganglion_stimulation",
    "peripheral_nerve_stimulation",
    "nerve_block",
    "sympathetic_block",
    "epidural_steroid",
    "rf_ablation",
    "pulsed_radiofrequency",
    "intrathecal_therapy",
    "spine_surgery",
)

NCT03111277 = Definition(
    id="nct03111277",
    title="Focused-ultrasound central thalamotomy (study NCT03111277)",
    kind="eligibility",
    provenance=_t["definition"].provenance,
    published=True,
    applies_to=("radiculopathy", "spinal_cord_injury_pain", "phantom_limb_pain"),
    not_for=(),
    rules=TrialRules(
        response_percent=_t["response_percent"].value,
        days=_t["trial_days"].value,
        target_doses=target_doses("neuropathic"),
    ),
    criteria=(
        Diagnosed(
            "diagnosis",
            "Neuropathic pain from radiculopathy, spinal cord injury or a phantom limb.",
            _t["diagnosis"].provenance,
        ),
        AgeBetween(
            "age",
            "Age is over 21 and under 75.",
            _t["age_lowest"].provenance,
            lowest=_t["age_lowest"].value,
            highest=_t["age_highest"].value,
        ),
        PainDuration(
            "six_months",
            "Pain has lasted more than six months.",
            _t["duration_days"].provenance,
            days=_t["duration_days"].value,
        ),
        FailedTreatments(
            "three_drugs",
            "Three pain drugs failed.",
            _t["drugs"].provenance,
            classes=single(tuple(member for drawn in _CLASSES.values() for member in drawn.members)),
            needed=_t["drugs"].value,
            counts_contraindication=False,
        ),
        FailedTreatments(
            "opioid",
            "Among them an opioid.",
            _t["opioid"].provenance,
            classes=single(_OPIOIDS),
            needed=_t["opioid"].value,
            counts_contraindication=False,
        ),
        FailedTreatments(
            "intervention",
            "An intervention failed.",
            _t["intervention"].provenance,
            classes=single(_INTERVENTIONS),
            needed=_t["intervention"].value,
            counts_contraindication=False,
        ),
        PainAtLeast(
            "pain",
            "Pain is more than 5 of 10.",
            _t["pain_nrs"].provenance,
            thresholds=intensity(_t["pain_nrs"].value),
            window_days=_t["pain_window_days"].value,
        ),
        Stated(
            "stable",
            "Analgesics have been stable for four weeks.",
            _t["stable"].provenance,
            StatementKind.STABLE_REGIMEN,
        ),
    ),
    notes=("Whom a study admits is not who benefits: see the evidence for and against the procedure.",),
)
