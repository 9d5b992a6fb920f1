"""Checked access to FHIR's JSON: a wrong type is treated as absent, and nothing here raises."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from assuage.codes.systems import Coding, from_uri

Json = dict[str, Any]

_LONGEST_NAME = 1_000  # characters; what is longer is no name of a drug or a diagnosis


def an_object(value: Any) -> Json:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Json]:
    """The objects of a list; one that stands alone where FHIR wants a list counts as a list of one."""
    if isinstance(value, dict):
        return [value]
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def string(value: Any) -> str:
    """The value if it is text, without the spaces around it, else empty."""
    return value.strip() if isinstance(value, str) else ""


def number(value: Any) -> float | None:
    """The value if it is a finite number; JSON's true and false are none.

    >>> number(2), number(True), number("2")
    (2.0, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
        return None
    return float(value) if math.isfinite(value) else None


def codings(concept: Any) -> tuple[Coding, ...]:
    """The codes of a CodeableConcept, in the order written."""
    return tuple(coding(part) for part in objects(an_object(concept).get("coding")))


def coding(part: Json) -> Coding:
    """One Coding."""
    return _coding(string(part.get("system")), string(part.get("code")), string(part.get("display")))


@lru_cache(20_000)  # a source repeats the same few thousand
def _coding(uri: str, code: str, display: str) -> Coding:
    return Coding(from_uri(uri), code, display)


def words(concept: Any) -> str:
    """The printed words of a CodeableConcept: its text, else the first display; 1,000 characters at most."""
    printed = string(an_object(concept).get("text"))[:_LONGEST_NAME]
    if printed:
        return printed
    return next((code.display for code in codings(concept) if code.display), "")


def codes(concept: Any) -> set[str]:
    """The bare codes of a CodeableConcept, for FHIR's own small code systems."""
    return {string(part.get("code")) for part in objects(an_object(concept).get("coding"))} - {""}


def choice(body: Json, stem: str) -> str | None:
    """Which form of a choice element such as `onset[x]` the resource uses; None for no form.

    >>> choice({"onsetAge": {}}, "onset")
    'onsetAge'
    """
    forms = sorted(key for key in body if key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper())
    return forms[0] if forms else None
