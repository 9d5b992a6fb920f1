"""Refractory neuropathic pain: Smith and others, BMC Neurology 2012;12:29, doi 10.1186/1471-2377-12-29."""

from __future__ import annotations

from dataclasses import replace

from assuage.resistance.criteria.diagnosis import Diagnosed
from assuage.resistance.criteria.duration import PainDuration
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.criteria.interference import Interferes
from assuage.resistance.criteria.severity import PainAtLeast
from assuage.resistance.definition import Definition
from assuage.resistance.definitions.shared import NOT_NEUPSIG, intensity
from assuage.resistance.thresholds import single, thresholds, treatment_classes
from assuage.resistance.trial_rules import TrialRules, target_doses

_t = thresholds("smith2012")

RULES = TrialRules(
    response_percent=_t["response_percent"].value,
    days=_t["trial_days"].value,
    target_doses=target_doses("neuropathic"),
    counts_intolerance=_t["counts_intolerance"].value,
)

SMITH2012 = Definition(
    id="smith2012",
    title="Refractory neuropathic pain (Smith 2012)",
    kind="resistance",
    provenance=_t["definition"].provenance,
    published=True,
    applies_to=("neuropathic_pain",),
    not_for=NOT_NEUPSIG,
    rules=RULES,
    criteria=(
        Diagnosed("diagnosis", "Neuropathic pain is diagnosed.", _t["diagnosis"].provenance),
        FailedTreatments(
            "four_drugs",
            "Four drugs of known effectiveness failed, each taken for three months or up to the highest "
            "tolerated dose.",
            _t["drugs"].provenance,
            classes=single(tuple(m for drawn in treatment_classes("neupsig2015") for m in drawn.members)),
            needed=_t["drugs"].value,
            counts_contraindication=False,
        ),
        PainAtLeast(
            "pain",
            "Pain is 5 of 10 or more.",
            _t["pain_nrs"].provenance,
            thresholds=intensity(_t["pain_nrs"].value),
            window_days=_t["pain_window_days"].value,
        ),
        Interferes(
            "quality_of_life", "Quality of life is significantly affected.", _t["interference"].provenance
        ),
    ),
    notes=(
        "Contraindication is not mentioned by the source and does not count.",
        "Table 1 reached no consensus on three drugs (66.7 %), on non-drug treatment (63.2 %) or on pain "
        "of more than a year (52.6 %).",
    ),
)

_ONE_YEAR = PainDuration(
    "one_year",
    "Pain has lasted a year or more.",
    _t["duration_days"].provenance,
    days=_t["duration_days"].value,
)

SMITH2012 = replace(
    SMITH2012,
    variants=(
        replace(
            SMITH2012,
            id="smith2012+one-year",
            title="with pain of a year or more, as the abstract says",
            provenance=_t["duration_days"].provenance,
            criteria=(*SMITH2012.criteria, _ONE_YEAR),
        ),
    ),
)
