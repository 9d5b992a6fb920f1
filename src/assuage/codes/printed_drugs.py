"""Reading a drug's printed name: "Acetaminophen 325 MG / oxyCODONE Hydrochloride 5 MG Oral Tablet"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assuage.codes.phrases import Found, PhraseIndex, fold, tokens

# ingredients of a combination stand in parts of their own; the stroke of "MG/ML" has no spaces
_PART_END = re.compile(r"\s[/+]\s|\+|\b(?:with|and|plus)\b")

_STRENGTH = re.compile(
    r"(?<![\w.,/-])(\d+(?:[.,]\d+)*)\s*-?\s*"
    r"(mg|mcg|ug|µg|μg|micrograms?|milligrams?|grams?|g|units?|unt|iu|u)"
    r"(?:\s*(?:/|per)\s*(\d*\.?\d*\s*[a-z]+))?(?![\w])"
)
_VOLUME = re.compile(r"(?:^|\s)(\d+(?:\.\d+)?)\s*ml\s+(?=[a-z])")
_SCHEDULE = re.compile(
    r"\b(daily|a day|per day|once|twice|two times|three times|four times|bid|bd|tid|tds|qid|qds|od|nocte"
    r"|at night|bedtime|hs|morning|evening|every \d+ h\w*|q\d+h|x \d+|\d+ x|\d+-\d+-\d+)\b"
)
_MG_PER = {
    "mg": 1.0,
    "milligram": 1.0,
    "g": 1000.0,
    "gram": 1000.0,
    "mcg": 0.001,
    "ug": 0.001,
    "microgram": 0.001,
}
_HOUR = {"h", "hr", "hour"}
_FORMS = (
    ("ophthalmic", r"ophthalmic|eye drops?|intraocular"),
    ("nasal", r"nasal|intranasal"),
    ("rectal", r"rectal|suppositor\w+"),
    ("implant", r"implant"),
    ("patch", r"patch|patches|plasters?|transdermal|medicated tape"),
    ("topical", r"topical|cream|ointment|gel|lotion|cutaneous"),
    (
        "injection",
        r"inject\w*|prefilled|syringes?|auto-?injector|pen|vial|infusion|intravenous|iv|i\.v\."
        r"|subcutaneous|s\.c\.|intramuscular|intrathecal",
    ),
    ("sublingual", r"sublingual|buccal"),
    ("oral", r"oral|tablets?|capsules?|caplets?|lozenges?|chewable|syrup"),
)
_FORM_PATTERNS = tuple((form, re.compile(rf"\b(?:{words})\b")) for form, words in _FORMS)


@dataclass(frozen=True)
class PrintedDrug:
    """What a printed name says of one ingredient; strength is that of one tablet, patch, syringe or vial."""

    strength: float | None
    strength_unit: str | None  # "mg", "ug/h" or "U"
    form: str | None


def is_full_drug_name(text: str) -> bool:
    """Whether the text names a drug in full: substance, strength and dose form, as RxNorm does."""
    return dose_form(text) is not None and _STRENGTH.search(fold(text)) is not None


def read_printed_drug(
    text: str, names: tuple[PhraseIndex, Mapping[str, tuple[str, ...]]]
) -> dict[str, PrintedDrug]:
    """The ingredients that a printed name holds, each with its own strength where that is certain.

    `names` is the index of names and the ingredients behind each. A strength is certain only if the
    ingredient stands alone in its part of the name beside a single strength, and the text gives no
    schedule, which would make "300 mg twice daily" ambiguous.
    """
    index, ingredients_of = names
    found = index.find(text)
    form = dose_form(text)
    drugs: dict[str, PrintedDrug] = {}
    for one in found:
        for ingredient in ingredients_of[one.key]:
            strength, unit = (
                _strength_of(one, found, text) if len(ingredients_of[one.key]) == 1 else (None, None)
            )
            if drugs.get(ingredient) is None or drugs[ingredient].strength is None:
                drugs[ingredient] = PrintedDrug(strength, unit, form)
    return drugs


def _strength_of(one: Found, found: list[Found], text: str) -> tuple[float | None, str | None]:
    """The single strength in the part of the text where the name stands; brands in brackets do not count."""
    words = tokens(text)
    start, end = _part(text, words[one.first].start)
    bracket = text.find("[")
    others = {
        other.key
        for other in found
        if start <= words[other.first].start < end and not 0 <= bracket < words[other.first].start
    }
    if others - {one.key} or _SCHEDULE.search(fold(text)):
        return None, None
    strengths = {_in_our_units(match, text) for match in _STRENGTH.finditer(fold(text[start:end]))}
    return strengths.pop() if len(strengths) == 1 else (None, None)


def _part(text: str, place: int) -> tuple[int, int]:
    """Beginning and end of the part of a combination's name that holds `place`."""
    ends = [match.span() for match in _PART_END.finditer(text)]
    start = max((end for _, end in ends if end <= place), default=0)
    return start, min((begin for begin, _ in ends if begin >= place), default=len(text))


def _in_our_units(match: re.Match[str], text: str) -> tuple[float | None, str | None]:
    """One printed strength in mg, ug/h or U; None for a concentration without its volume."""
    amount = _number(match.group(1))
    unit = match.group(2).replace("µ", "u").replace("μ", "u").removesuffix("s")
    per = (match.group(3) or "").strip().removesuffix("s")
    if amount is None:
        return None, None
    if unit in {"unit", "unt", "iu", "u"}:
        return (
            (amount * _volume_ml(text), "U") if per == "ml" and _volume_ml(text) else _plain(amount, "U", per)
        )
    amount_mg = amount * _MG_PER[unit]
    if per in _HOUR:
        return round(amount_mg * 1000, 6), "ug/h"
    if per == "ml" and _volume_ml(text):
        return round(amount_mg * _volume_ml(text), 6), "mg"
    return _plain(round(amount_mg, 6), "mg", per)


def _plain(amount: float, unit: str, per: str) -> tuple[float | None, str | None]:
    """A strength counts as it stands only if it is "per" nothing, or per one unit that is dispensed."""
    return (amount, unit) if per in {"", "tablet", "capsule", "patch", "vial", "dose"} else (None, None)


def _volume_ml(text: str) -> float:
    """The volume of one syringe or vial, printed in front of the name; 0 where it is not."""
    volumes = {float(match.group(1)) for match in _VOLUME.finditer(fold(text))}
    return volumes.pop() if len(volumes) == 1 else 0.0


def _number(printed: str) -> float | None:
    """A printed number: 1,000 is a thousand, 2,5 two and a half; 1.000 may be one or a thousand: None."""
    if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+", printed):
        return None
    if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", printed):
        return float(printed.replace(",", ""))
    plain = printed.replace(",", ".")
    return float(plain) if plain.count(".") <= 1 else None


def dose_form(text: str) -> str | None:
    """The dose form that a printed name gives, None where it gives none."""
    folded = fold(text)
    return next((form for form, pattern in _FORM_PATTERNS if pattern.search(folded)), None)
