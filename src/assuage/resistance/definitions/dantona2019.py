"""Refractory chronic migraine: D'Antona and Matharu, J Headache Pain 2019, doi 10.1186/s10194-019-1040-x."""

from __future__ import annotations

from dataclasses import replace

from assuage.resistance.criteria.diagnosis import Diagnosed
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.criteria.standing import TreatmentClass
from assuage.resistance.definition import Definition
from assuage.resistance.definitions.ehf2014 import NO_OVERUSE
from assuage.resistance.thresholds import single, thresholds, treatment_classes
from assuage.resistance.trial_rules import TrialRules, target_doses

_t = thresholds("dantona2019")
_ANTIBODIES = TreatmentClass("cgrp_antibodies", ("erenumab", "galcanezumab", "fremanezumab", "eptinezumab"))

DANTONA2019 = Definition(
    id="dantona2019",
    title="Refractory chronic migraine (D'Antona and Matharu 2019)",
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
        replace(NO_OVERUSE, provenance=_t["no_overuse"].provenance),
        FailedTreatments(
            "five_classes",
            "Five classes of preventives failed, were not tolerated or are contraindicated.",
            _t["classes"].provenance,
            classes=treatment_classes("ehf2020"),
            needed=_t["classes"].value,
            counts_contraindication=True,
        ),
        FailedTreatments(
            "established",
            "Among them two of topiramate, botulinum toxin A and a CGRP antibody.",
            _t["established"].provenance,
            classes=(*single(("topiramate", "botulinum_toxin_a")), _ANTIBODIES),
            needed=_t["established"].value,
            counts_contraindication=True,
        ),
    ),
    uses_market=True,
    notes=("Which drugs make which class has not been read in the full text: drawn as by the EHF in 2020.",),
)
