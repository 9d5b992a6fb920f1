"""Dosage: the dose per day that a record states, in the unit in which the drug is judged.

    tablets, capsules   mg/d        amount x times per day
    depot drugs         mg/28d      amount x 28 / days between doses
    patches             ug/h        strength x patches worn at once, or the rate
    botulinum toxin     U/session   amount

An amount is a mass by its unit code, or a count of units whose strength is printed with the drug.
Nothing is guessed: a range, an unread unit, an unread timing or "as needed" gives no dose per day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assuage.codes.drugs import DrugMatch, formulary
from assuage.records.fhir.elements import Json, an_object, codes, number, objects, string
from assuage.records.fhir.reasons import Note
from assuage.records.fhir.resource import Resource
from assuage.records.rows import DoseRule

_MG_PER = {"g": 1000.0, "mg": 1.0, "ug": 0.001, "mcg": 0.001, "µg": 0.001}
_BIOLOGICAL_UNITS = {"U", "[U]", "[IU]", "[iU]", "IU", "unit", "units"}
_RATES = {"ug/h", "mcg/h", "µg/h", "ug/hr", "mcg/hr"}
_COUNTS = {
    *(
        "1",
        "{tbl}",
        "{tablet}",
        "{tab}",
        "{capsule}",
        "{cap}",
        "{patch}",
        "{dose}",
        "{unit}",
        "{each}",
        "each",
    ),
    *("tablet", "tablets", "tablet(s)", "tab", "tabs", "capsule", "capsules", "capsule(s)", "cap", "caps"),
    *("patch", "patches", "syringe", "syringes", "vial", "vials", "TAB", "CAP", "TBL"),
}
"""Unit codes (UCUM annotations, HL7 orderableDrugForm) and words that count units of the drug."""

_HOURS = {"s": 1 / 3600, "min": 1 / 60, "h": 1.0, "d": 24.0, "wk": 168.0}
_SHORTEST_HOURS, _LONGEST_HOURS = 0.01, 24 * 366 * 100.0
_HOURS_PER_MONTH = 24 * 365.25 / 12
_HOURS_PER_DEPOT_MONTH = 24 * 28.0  # our convention: a monthly injection is one every 28 days
_HOURS_BETWEEN: dict[str, float | None] = {
    **dict.fromkeys(("QD", "AM", "PM", "BED", "Q24H"), 24.0),
    **dict.fromkeys(("BID", "Q12H"), 12.0),
    **dict.fromkeys(("TID", "Q8H"), 8.0),
    **dict.fromkeys(("QID", "Q6H"), 6.0),
    **{f"Q{hours}H": float(hours) for hours in (1, 2, 3, 4)},
    "QOD": 48.0,
    "WK": 168.0,
    "MO": None,
}
"""Hours between doses for HL7's GTSAbbreviation codes; a month's depend on the drug."""


@dataclass(frozen=True)
class Dose:
    """A dose with its unit, and how it was found."""

    value: float | None = None
    unit: str | None = None
    rule: DoseRule = DoseRule.UNKNOWN


UNKNOWN_DOSE = Dose()


@dataclass(frozen=True)
class Drug:
    """One ingredient of what was given, with the words printed for it. `shared` marks a combination."""

    match: DrugMatch
    text: str
    shared: bool

    @property
    def depot(self) -> bool:
        """Whether one administration lasts for weeks."""
        ingredient = formulary().get(self.match.ingredient)
        return ingredient is not None and ingredient.depot_interval_days is not None


@dataclass(frozen=True)
class Amount:
    """How much is given at once, in mg, ug/h or U."""

    value: float
    unit: str


def as_needed(dosages: list[Json]) -> bool | None:
    """Whether the drug is taken when needed; None where no dosage says."""
    said = [
        True if one.get("asNeededCodeableConcept") else one.get("asNeededBoolean")
        for one in dosages
        if one.get("asNeededCodeableConcept") or isinstance(one.get("asNeededBoolean"), bool)
    ]
    return any(said) if said else None


def structured_dose(resource: Resource, dosages: list[Json], drug: Drug) -> Dose:
    """The dose of the dosages together; several with different sequence numbers are steps, not a sum."""
    if not dosages or as_needed(dosages):
        return UNKNOWN_DOSE
    if len({str(one.get("sequence")) for one in dosages}) > 1:
        resource.note("dosage", Note.SEVERAL_STEPS)
        return UNKNOWN_DOSE
    doses = [_dose_of(resource, one, drug) for one in dosages]
    units = {dose.unit for dose in doses}
    if len(units) > 1 or any(dose.value is None for dose in doses):
        return UNKNOWN_DOSE
    return Dose(_rounded(sum(dose.value or 0.0 for dose in doses)), units.pop(), DoseRule.STRUCTURED)


def _dose_of(resource: Resource, dosage: Json, drug: Drug) -> Dose:
    amount = _amount_of(resource, dosage, drug)
    if amount is None:
        return UNKNOWN_DOSE
    if amount.unit == "ug/h":
        return Dose(amount.value, "ug/h")
    if amount.unit == "U":
        return Dose(amount.value, "U/session")
    hours = hours_between(an_object(dosage.get("timing")), depot=drug.depot)
    if hours is None:
        resource.note("dosage", Note.TIMING_NOT_READ)
        return UNKNOWN_DOSE
    if drug.depot:
        return Dose(amount.value * _HOURS_PER_DEPOT_MONTH / hours, "mg/28d")
    return Dose(amount.value * 24 / hours, "mg/d")


def _amount_of(resource: Resource, dosage: Json, drug: Drug) -> Amount | None:
    """The one amount of a dosage; none stated is nothing to note."""
    rates = objects(dosage.get("doseAndRate"))
    if any("doseRange" in one or "rateRange" in one for one in rates):
        resource.note("dosage", Note.DOSE_IS_A_RANGE)
        return None
    quantities = [
        an_object(one[name]) for one in rates for name in ("rateQuantity", "doseQuantity") if name in one
    ]
    amounts = {amount(resource, quantity, drug) for quantity in quantities}
    if len(amounts) > 1:
        resource.note("dosage", Note.SEVERAL_AMOUNTS)
        return None
    return amounts.pop() if amounts else None


def amount(resource: Resource, quantity: Json, drug: Drug) -> Amount | None:
    """A Quantity of a drug in mg, ug/h or U; None with a note where it can't be told."""
    value = number(quantity.get("value"))
    if value is None:
        return None
    if value <= 0:
        resource.note("dosage", Note.NOT_POSITIVE)
        return None
    code, printed = string(quantity.get("code")), string(quantity.get("unit"))
    unit = code or printed
    if code in _MG_PER and printed in _MG_PER and _MG_PER[code] != _MG_PER[printed]:
        resource.note("dosage", Note.UNITS_DISAGREE)
        return None
    if unit in _RATES:
        return Amount(value, "ug/h")
    if unit in _BIOLOGICAL_UNITS and drug.match.strength_unit in (None, "U"):
        return Amount(value, "U")
    if unit in _MG_PER:
        return _unshared(resource, Amount(_rounded(value * _MG_PER[unit]), "mg"), drug)
    if not unit or unit in _COUNTS or printed.lower() in _COUNTS:
        return _counted(resource, value, drug.match)
    resource.note("dosage", Note.UNIT_NOT_READ)
    return None


def _unshared(resource: Resource, mass: Amount, drug: Drug) -> Amount | None:
    """A mass belongs to one ingredient; of a combination nobody can tell to which."""
    if drug.shared:
        resource.note("dosage", Note.SHARED_DOSE)
        return None
    return mass


def _counted(resource: Resource, count: float, match: DrugMatch) -> Amount | None:
    if match.strength is None or match.strength_unit not in ("mg", "ug/h", "U"):
        resource.note("dosage", Note.STRENGTH_UNKNOWN)
        return None
    return Amount(_rounded(count * match.strength), match.strength_unit)


def hours_between(timing: Json, *, depot: bool) -> float | None:
    """Hours between two doses, from `repeat`, else from `code`; None for anything not regular.

    >>> hours_between({"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}, depot=False)
    12.0
    """
    repeat = an_object(timing.get("repeat"))
    if "period" in repeat or "frequency" in repeat:
        return _from_repeat(repeat, depot=depot)
    for day_part in ("timeOfDay", "when"):
        if isinstance(repeat.get(day_part), list) and repeat[day_part]:
            return 24 / len(repeat[day_part]) * _days_per_given_day(repeat)
    month = _HOURS_PER_DEPOT_MONTH if depot else _HOURS_PER_MONTH
    known = (codes(timing.get("code")) | {string(an_object(timing.get("code")).get("text"))}) & set(
        _HOURS_BETWEEN
    )
    return float(_HOURS_BETWEEN[known.pop()] or month) if len(known) == 1 else None


def _from_repeat(repeat: Json, *, depot: bool) -> float | None:
    """Period over frequency; a range in either is not one dose per day."""
    if any(name in repeat for name in ("frequencyMax", "periodMax", "count", "countMax")):
        return None
    frequency, period = number(repeat.get("frequency", 1)), number(repeat.get("period", 1))
    unit = string(repeat.get("periodUnit")) or ("d" if "period" not in repeat else "")
    month = _HOURS_PER_DEPOT_MONTH if depot else _HOURS_PER_MONTH
    unit_hours = {**_HOURS, "mo": month, "a": month * (13 if depot else 12)}.get(unit)
    if not frequency or not period or unit_hours is None or frequency < 0 or period < 0:
        return None
    given_days = _given_days(repeat)
    if given_days and unit != "d" and (unit, frequency) != ("wk", given_days):
        return None  # once a week, on two weekdays: which of the two?
    spread = _days_per_given_day(repeat) if unit == "d" else 1.0
    hours = period * unit_hours / frequency * spread
    return hours if _SHORTEST_HOURS <= hours <= _LONGEST_HOURS else None


def _given_days(repeat: Json) -> int:
    """How many weekdays the dose is for; 0 where it is not for certain weekdays only."""
    days = repeat.get("dayOfWeek")
    return len({day for day in days if isinstance(day, str)}) if isinstance(days, list) else 0


def _days_per_given_day(repeat: Json) -> float:
    given = _given_days(repeat)
    return 7 / given if given else 1.0


def supplied_dose(resource: Resource, quantity: Any, days: int | None, drug: Drug) -> Dose:
    """Strength x quantity / days of supply. A patch's rate and a session's units don't follow from it."""
    body = an_object(quantity)
    if not body or not days or (drug.match.strength_unit not in ("mg", None)):
        return UNKNOWN_DOSE
    supplied = amount(resource, body, drug)
    if supplied is None or supplied.unit != "mg":
        return UNKNOWN_DOSE
    span, unit = (28, "mg/28d") if drug.depot else (1, "mg/d")
    return Dose(_rounded(supplied.value * span / days), unit, DoseRule.STRENGTH_QUANTITY)


def _rounded(value: float) -> float:
    """Without the dust of floating point: 1000 x 0.001 mg is 1 mg."""
    return round(value, 6)
