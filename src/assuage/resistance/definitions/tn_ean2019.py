"""Trigeminal neuralgia not controlled by drugs: a reading of EAN 2019, doi 10.1111/ene.13950."""

from __future__ import annotations

from assuage.resistance.criteria.diagnosis import Diagnosed
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.criteria.uncontrolled import Uncontrolled
from assuage.resistance.definition import Definition
from assuage.resistance.definitions.shared import intensity
from assuage.resistance.thresholds import single, thresholds
from assuage.resistance.trial_rules import TrialRules, target_doses

_t = thresholds("tn_ean2019")

RULES = TrialRules(
    response_percent=_t["response_percent"].value,
    days=_t["trial_days"].value,
    target_doses=target_doses("trigeminal"),
    days_of={"lamotrigine": _t["lamotrigine_days"].value},
)

UNCONTROLLED = Uncontrolled(
    "uncontrolled",
    "Pain is not sufficiently controlled now: a score, BNI IV-V or a statement within four weeks, and no "
    "adequate trial still running.",
    _t["uncontrolled_window_days"].provenance,
    thresholds={**intensity(_t["uncontrolled_nrs"].value), "bni_pain": _t["uncontrolled_bni"].value},
    window_days=_t["uncontrolled_window_days"].value,
)

TN_EAN2019 = Definition(
    id="tn-ean2019",
    title="Trigeminal neuralgia not controlled by drugs (reading of EAN 2019)",
    kind="resistance",
    provenance=_t["definition"].provenance,
    published=True,
    applies_to=("trigeminal_neuralgia",),
    not_for=(),
    rules=RULES,
    criteria=(
        Diagnosed("diagnosis", "Trigeminal neuralgia is diagnosed.", _t["diagnosis"].provenance),
        FailedTreatments(
            "first_choice",
            "Carbamazepine or oxcarbazepine failed at an adequate dose, was not tolerated, or is "
            "contraindicated.",
            _t["drugs"].provenance,
            classes=single(tuple(_t["first_choice"].value)),
            needed=_t["drugs"].value,
            counts_contraindication=True,
            accepts_statements=True,
        ),
        UNCONTROLLED,
    ),
    notes=(
        "The guideline prints no number of drugs, dose or length: the count, the length and what is called "
        "uncontrolled are our reading.",
        "True non-response to carbamazepine and oxcarbazepine is rare (2 and 6 of 100, Di Stefano 2014) and "
        "asks for the diagnosis to be checked again.",
    ),
)
