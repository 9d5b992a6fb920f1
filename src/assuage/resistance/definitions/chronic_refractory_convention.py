"""Refractory chronic pain: a convention of this project, for pains that no published definition speaks of."""

from __future__ import annotations

from assuage.resistance.criteria.diagnosis import Diagnosed
from assuage.resistance.criteria.duration import PainDuration
from assuage.resistance.criteria.either import Either
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.criteria.helped import Completed
from assuage.resistance.criteria.interference import Interferes
from assuage.resistance.criteria.severity import PainAtLeast
from assuage.resistance.criteria.uncontrolled import Uncontrolled
from assuage.resistance.definition import Definition
from assuage.resistance.definitions.shared import intensity
from assuage.resistance.thresholds import thresholds, treatment_classes
from assuage.resistance.trial_rules import TrialRules, target_doses

_t = thresholds("chronic_refractory_convention")
_PROGRAMMES = ("cbt", "act", "graded_exercise", "pain_management_programme", "physiotherapy", "mindfulness")

CHRONIC_REFRACTORY_CONVENTION = Definition(
    id="chronic-refractory-convention",
    title="Refractory chronic pain, project convention",
    kind="resistance",
    provenance=_t["definition"].provenance,
    published=False,
    applies_to=("chronic_pain", "facial_pain", "headache"),
    not_for=("migraine", "medication_overuse_headache"),
    rules=TrialRules(
        response_percent=_t["response_percent"].value,
        days=_t["trial_days"].value,
        target_doses=target_doses("neuropathic"),
    ),
    criteria=(
        Diagnosed("diagnosis", "A chronic pain condition is diagnosed.", _t["diagnosis"].provenance),
        PainDuration(
            "three_months",
            "Pain has lasted more than three months.",
            _t["duration_days"].provenance,
            days=_t["duration_days"].value,
        ),
        Either(
            "severity",
            "Pain is 5 of 10 or more, or clearly interferes with daily life.",
            _t["severity"].provenance,
            parts=(
                PainAtLeast(
                    "pain",
                    "Pain is 5 of 10 or more.",
                    _t["pain_nrs"].provenance,
                    thresholds=intensity(_t["pain_nrs"].value),
                    window_days=_t["pain_window_days"].value,
                ),
                Interferes("interference", "Pain clearly interferes.", _t["severity"].provenance),
            ),
        ),
        Uncontrolled(
            "uncontrolled",
            "Pain is not controlled now, and no adequate trial is still running.",
            _t["severity"].provenance,
            thresholds=intensity(_t["pain_nrs"].value),
            window_days=_t["pain_window_days"].value,
        ),
        FailedTreatments(
            "two_classes",
            "Drugs of two classes with a place in the condition failed at an adequate dose.",
            _t["classes"].provenance,
            classes=treatment_classes("chronic_pain"),
            needed=_t["classes"].value,
            counts_contraindication=False,
        ),
        Completed(
            "programme",
            "An active rehabilitation or psychological programme was completed.",
            _t["programme"].provenance,
            treatments=_PROGRAMMES,
        ),
    ),
    notes=(
        "No consensus definition of refractory chronic pain is known: this is a fallback, and says so.",
        "In chronic primary pain failed NSAIDs, opioids and gabapentinoids mean nothing: NICE NG193 advises "
        "against starting them.",
    ),
)
