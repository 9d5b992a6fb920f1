"""Eligibility for spinal cord stimulation: NICE technology appraisal 159, chapter 1."""

from __future__ import annotations

from assuage.records.rows import StatementKind
from assuage.resistance.criteria.diagnosis import Diagnosed
from assuage.resistance.criteria.duration import PainDuration
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.criteria.helped import Helped
from assuage.resistance.criteria.severity import PainAtLeast
from assuage.resistance.criteria.stated import Stated
from assuage.resistance.definition import Definition
from assuage.resistance.definitions.shared import intensity
from assuage.resistance.thresholds import thresholds, treatment_classes
from assuage.resistance.trial_rules import TrialRules, target_doses

_t = thresholds("nice_ta159")

NICE_TA159 = Definition(
    id="nice-ta159",
    title="Spinal cord stimulation (NICE TA159)",
    kind="eligibility",
    provenance=_t["definition"].provenance,
    published=True,
    applies_to=("neuropathic_pain", "crps", "persistent_spinal_pain_syndrome"),
    not_for=(),
    rules=TrialRules(
        response_percent=_t["response_percent"].value,
        days=_t["trial_days"].value,
        target_doses=target_doses("neuropathic"),
    ),
    criteria=(
        Diagnosed(
            "diagnosis", "Chronic pain of neuropathic origin is diagnosed.", _t["diagnosis"].provenance
        ),
        PainAtLeast(
            "pain",
            "Pain is at least 50 of 100 mm.",
            _t["pain_mm"].provenance,
            thresholds=intensity(_t["pain_mm"].value / 10),
            window_days=_t["pain_window_days"].value,
        ),
        PainDuration(
            "six_months",
            "Pain has lasted at least six months.",
            _t["duration_days"].provenance,
            days=_t["duration_days"].value,
        ),
        FailedTreatments(
            "conventional_management",
            "Conventional management has not been enough.",
            _t["management"].provenance,
            classes=treatment_classes("neupsig2015"),
            needed=_t["management"].value,
            counts_contraindication=False,
            accepts_statements=True,
        ),
        Helped(
            "trial_of_stimulation",
            "A trial of stimulation was successful.",
            _t["trial_of_stimulation"].provenance,
            treatments=("spinal_cord_stimulation_trial",),
        ),
        Stated(
            "team",
            "A multidisciplinary team has assessed the person.",
            _t["team"].provenance,
            StatementKind.TEAM_ASSESSMENT,
        ),
    ),
    notes=("For chronic ischaemic pain the guidance allows stimulation in research only.",),
)
