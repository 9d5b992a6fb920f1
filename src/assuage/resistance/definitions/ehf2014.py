"""Refractory chronic migraine: European Headache Federation 2014 (Martelletti and others), table 2."""

from __future__ import annotations

from assuage.records.rows import StatementKind
from assuage.resistance.criteria.diagnosis import Diagnosed
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.criteria.overuse import NoOveruse
from assuage.resistance.criteria.stated import Stated
from assuage.resistance.definition import Definition
from assuage.resistance.thresholds import thresholds, treatment_classes
from assuage.resistance.trial_rules import TrialRules, target_doses

_t = thresholds("ehf2014")

NO_OVERUSE = NoOveruse(
    "no_overuse",
    "Medication is not overused.",
    _t["no_overuse"].provenance,
    lowest_days=_t["overuse_lowest_days"].value,
    highest_days=_t["overuse_highest_days"].value,
    window_days=_t["overuse_window_days"].value,
)

EHF2014_REFRACTORY_CHRONIC = Definition(
    id="ehf2014-refractory-chronic",
    title="Refractory chronic migraine (EHF 2014)",
    kind="resistance",
    provenance=_t["definition"].provenance,
    published=True,
    applies_to=("chronic_migraine",),
    not_for=(),
    rules=TrialRules(
        response_percent=_t["response_percent"].value,
        days=_t["trial_days"].value,
        target_doses=target_doses("migraine"),
        sessions_of={"botulinum_toxin_a": _t["botulinum_sessions"].value},
    ),
    criteria=(
        Diagnosed("diagnosis", "Chronic migraine is diagnosed.", _t["diagnosis"].provenance),
        NO_OVERUSE,
        FailedTreatments(
            "preventives",
            "Preventives of each of five classes had no effect at an adequate dose for three months, or are "
            "contraindicated.",
            _t["classes"].provenance,
            classes=treatment_classes("ehf2014"),
            needed=None,
            counts_contraindication=True,
        ),
        Stated(
            "team",
            "Comorbidity is treated by a multidisciplinary team, where there is one.",
            _t["team"].provenance,
            StatementKind.TEAM_ASSESSMENT,
            decides=False,
        ),
    ),
    uses_market=True,
)
