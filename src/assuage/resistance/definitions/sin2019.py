"""Pharmacoresistant neuropathic pain: Italian Delphi 2019, doi 10.1007/s10072-019-03870-y."""

from __future__ import annotations

from assuage.resistance.criteria.diagnosis import Diagnosed
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.definition import Definition
from assuage.resistance.definitions.shared import NOT_NEUPSIG
from assuage.resistance.thresholds import thresholds, treatment_classes
from assuage.resistance.trial_rules import TrialRules, target_doses

_t = thresholds("sin2019")

SIN2019 = Definition(
    id="sin2019",
    title="Pharmacoresistant neuropathic pain (Italian Neurological Society 2019)",
    kind="resistance",
    provenance=_t["definition"].provenance,
    published=True,
    applies_to=("neuropathic_pain",),
    not_for=NOT_NEUPSIG,
    rules=TrialRules(
        response_percent=_t["response_percent"].value,
        days=_t["trial_days"].value,
        target_doses=target_doses("neuropathic"),
        highest_tolerable=_t["highest_tolerable"].value,
    ),
    criteria=(
        Diagnosed("diagnosis", "Neuropathic pain is diagnosed.", _t["diagnosis"].provenance),
        FailedTreatments(
            "all_classes",
            "Every class that guidelines list as first, second or third line failed, each for a month at the "
            "highest tolerable dose.",
            _t["classes"].provenance,
            classes=treatment_classes("neupsig2015"),
            needed=None,
            counts_contraindication=False,
        ),
    ),
    notes=(
        "The source joins 50 % relief and two points on the PGIC with “or”; read as neither reached.",
        "Contraindication is not mentioned by the source and does not count.",
        "Topical drugs and botulinum toxin are not asked of central neuropathic pain: NeuPSIG recommends "
        "them for peripheral pain.",
    ),
)
