"""Doses the way people write them, brought to the four units of the tables."""

from __future__ import annotations

import re

from assuage.records.history_file.quantities import DEPOT_MONTH_DAYS, Dose

_DOSE = re.compile(
    r"(?:(?P<times>\d{1,3})\s*[x×*]\s*)?"
    r"(?P<amount>\d{1,6}(?:[.,]\d{1,6})?)\s*"
    r"(?P<unit>mg|g|grams?|ug|mcg|micrograms?|u|iu|units?)"
    r"\s*(?:/|\bper\b|\ba\b|\bevery\b|\beach\b|\s)\s*"
    r"(?P<count>\d{1,3})?\s*(?P<period>[a-z]+)"
)
_MILLIGRAMS = {"mg": 1.0, "g": 1000.0, "gram": 1000.0, "ug": 0.001, "mcg": 0.001, "microgram": 0.001}
_PERIOD_DAYS = {
    "d": 1, "day": 1, "daily": 1,
    "week": 7, "weekly": 7,
    "month": DEPOT_MONTH_DAYS, "monthly": DEPOT_MONTH_DAYS,
    "quarter": 3 * DEPOT_MONTH_DAYS, "quarterly": 3 * DEPOT_MONTH_DAYS,
}  # fmt: skip
_HOURS = frozenset({"h", "hour", "hourly"})
_SESSIONS = frozenset({"session", "treatment", "injection", "visit"})
_SHORTEST_DEPOT_DAYS = 7

EXPECTED = 'expected a dose such as "600 mg/d", "140 mg/28d", "25 ug/h" or "155 U/session"'


def parse_dose(value: object) -> Dose:
    """Read a dose.

    Grams become milligrams and "3 x 200 mg/d" its sum. An amount for a week or longer becomes
    mg/28d, a month counting as 28 days. A comma before three digits is refused, because it is a
    thousand to some and a decimal to others. Raises ValueError for anything else.
    """
    text = str(value).strip().lower().replace("µ", "u").replace("μ", "u")
    if text.startswith("-"):
        message = "a dose can't be negative"
        raise ValueError(message)
    match = _DOSE.fullmatch(text)
    if match is None:
        raise ValueError(EXPECTED)
    amount = _amount(match) * int(match["times"] or 1)
    if amount == 0:
        message = "a dose can't be zero: write `taken: no` for a drug that was not taken"
        raise ValueError(message)
    return _dose(amount, _singular(match["unit"]), int(match["count"] or 1), _singular(match["period"]))


def _amount(match: re.Match[str]) -> float:
    if re.search(r",\d{3}$", match["amount"]):
        message = "a comma before three digits can be read in two ways: write 1200 or 1.2"
        raise ValueError(message)
    return float(match["amount"].replace(",", "."))


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 1 else word


def _dose(amount: float, unit: str, count: int, period: str) -> Dose:
    if unit in ("u", "iu", "unit"):
        if period in _SESSIONS and count == 1:
            return Dose(amount, "U/session")
    elif period in _HOURS and count == 1:
        return Dose(round(amount * _MILLIGRAMS[unit] * 1000, 6), "ug/h")
    elif period in _PERIOD_DAYS and count > 0:
        days = count * _PERIOD_DAYS[period]
        milligrams = amount * _MILLIGRAMS[unit]
        if days >= _SHORTEST_DEPOT_DAYS:
            return Dose(round(milligrams * 28 / days, 6), "mg/28d")
        return Dose(round(milligrams / days, 6), "mg/d")
    raise ValueError(EXPECTED)
