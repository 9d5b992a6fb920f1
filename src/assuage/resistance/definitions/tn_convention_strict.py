"""Trigeminal neuralgia, strict: our convention, because no guideline prints a number of failed drugs."""

from __future__ import annotations

from assuage.resistance.criteria.diagnosis import Diagnosed
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.definition import Definition
from assuage.resistance.definitions.tn_ean2019 import RULES, UNCONTROLLED
from assuage.resistance.thresholds import single, thresholds

_t = thresholds("tn_convention_strict")
_FIRST_CHOICE = tuple(_t["first_choice"].value)
_SECOND_LINE = tuple(_t["second_line"].value)

TN_CONVENTION_STRICT = Definition(
    id="tn-convention-strict",
    title="Trigeminal neuralgia, strict project convention",
    kind="resistance",
    provenance=_t["definition"].provenance,
    published=False,
    applies_to=("trigeminal_neuralgia",),
    not_for=(),
    rules=RULES,
    criteria=(
        Diagnosed("diagnosis", "Trigeminal neuralgia is diagnosed.", _t["diagnosis"].provenance),
        FailedTreatments(
            "first_choice",
            "Carbamazepine or oxcarbazepine failed, was not tolerated, or is contraindicated.",
            _t["first_choice"].provenance,
            classes=single(_FIRST_CHOICE),
            needed=1,
            counts_contraindication=True,
        ),
        FailedTreatments(
            "two_drugs",
            "So did the other of the two, or a second-line drug.",
            _t["drugs"].provenance,
            classes=single(_FIRST_CHOICE + _SECOND_LINE),
            needed=_t["drugs"].value,
            counts_contraindication=True,
        ),
        UNCONTROLLED,
    ),
    notes=("Statements alone do not meet it: a count of drugs needs the drugs.",),
)
