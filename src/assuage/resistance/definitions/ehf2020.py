"""Resistant and refractory migraine: European Headache Federation 2020, doi 10.1186/s10194-020-01130-5."""

from __future__ import annotations

from dataclasses import replace

from assuage.resistance.criteria.base import Criterion
from assuage.resistance.criteria.days_a_month import DaysAMonth
from assuage.resistance.criteria.diagnosis import Diagnosed
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.definition import Definition
from assuage.resistance.thresholds import single, thresholds, treatment_classes
from assuage.resistance.trial_rules import TrialRules, target_doses

_t = thresholds("ehf2020")
_TRIPTANS = (
    "sumatriptan",
    "naratriptan",
    "zolmitriptan",
    "rizatriptan",
    "almotriptan",
    "eletriptan",
    "frovatriptan",
)
_ANTIBODIES = ("erenumab", "galcanezumab", "fremanezumab", "eptinezumab")

RULES = TrialRules(
    response_percent=_t["response_percent"].value,
    days=_t["trial_days"].value,
    target_doses=target_doses("migraine"),
    days_of=dict.fromkeys(_ANTIBODIES, _t["antibody_days"].value),
    sessions_of={"botulinum_toxin_a": _t["botulinum_sessions"].value},
    acute=frozenset(_TRIPTANS),
)


def _definition(name: str, title: str, months: int, needed: int | None, classes_title: str) -> Definition:
    classes_key = f"{name}_classes"
    criteria: tuple[Criterion, ...] = (
        Diagnosed(
            "diagnosis", "Migraine without aura, with aura or chronic migraine.", _t["diagnosis"].provenance
        ),
        DaysAMonth(
            "debilitating_days",
            f"At least eight debilitating headache days a month for {months} months in a row.",
            _t[f"{name}_months"].provenance,
            days=_t["days_a_month"].value,
            months=months,
        ),
        FailedTreatments(
            "preventives",
            classes_title,
            _t[classes_key].provenance,
            classes=treatment_classes("ehf2020"),
            needed=needed,
            counts_contraindication=True,
        ),
        FailedTreatments(
            "triptans",
            "At least two different triptans failed.",
            _t["triptans"].provenance,
            classes=single(_TRIPTANS),
            needed=_t["triptans"].value,
            counts_contraindication=True,
        ),
    )
    definition = Definition(
        id=f"ehf2020-{name}",
        title=title,
        kind="resistance",
        provenance=_t[name].provenance,
        published=True,
        applies_to=("migraine",),
        not_for=(),
        rules=RULES,
        criteria=criteria,
        uses_market=True,
        notes=(
            "The length of a trial for each class has not been read in the full text: eight weeks is our "
            "convention, and the variant of three months is shown beside it.",
            "Gabapentin, lamotrigine, oxcarbazepine and telmisartan are in no class of the definition.",
            "A class that was never tried and is available means not refractory.",
        ),
    )
    strict = replace(
        definition,
        id=f"{definition.id}+three-months",
        title="with trials of three months",
        provenance=_t["strict_trial_days"].provenance,
        rules=replace(RULES, days=_t["strict_trial_days"].value),
    )
    return replace(definition, variants=(strict,))


EHF2020_RESISTANT = _definition(
    "resistant",
    "Resistant migraine (EHF 2020)",
    _t["resistant_months"].value,
    _t["resistant_classes"].value,
    "At least three classes of preventives failed or are contraindicated.",
)
EHF2020_REFRACTORY = _definition(
    "refractory",
    "Refractory migraine (EHF 2020)",
    _t["refractory_months"].value,
    None,
    "All available classes of preventives failed or are contraindicated.",
)
