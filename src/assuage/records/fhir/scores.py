"""A number, or two ends of a range, from a FHIR value; and whether an instrument can have it."""

from __future__ import annotations

import re

from assuage.codes.clinical import Instrument, instruments
from assuage.records.fhir.elements import Json, an_object, number, objects, string
from assuage.records.fhir.reasons import Reason
from assuage.records.fhir.resource import Skip

_PRINTED = re.compile(r"^(\d{1,6}(?:\.\d{1,6})?)(?:\s*[-–]\s*(\d{1,6}(?:\.\d{1,6})?))?$")
_MM_PER = {"mm": 1.0, "cm": 10.0}
_ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
_LOINC_POINTS = {"LA6568-5": 0.0, "LA6569-3": 1.0, "LA6570-1": 2.0, "LA6571-9": 3.0}
"""Points of the answers "not at all" to "nearly every day", as the ordinal values of HL7's US Core 9.0.0
PHQ-9 questionnaire give them."""

Reading = tuple[float, float]
"""Low and high end; equal for a single value."""


def score_value(key: str, value: Json) -> Reading:
    """The reading in the instrument's own unit. Raises Skip for no number, or one it can't have."""
    instrument = instruments()[key]
    reading = _reading(instrument, value)
    if reading is None:
        raise Skip(Reason.NO_NUMBER)
    low, high = reading
    if (
        low > high
        or low < instrument.lowest
        or (instrument.highest is not None and high > instrument.highest)
    ):
        raise Skip(Reason.OUT_OF_RANGE)
    return reading


def _reading(instrument: Instrument, value: Json) -> Reading | None:
    if "valueQuantity" in value:
        return _from_quantity(instrument, an_object(value["valueQuantity"]))
    if "valueRange" in value:
        body = an_object(value["valueRange"])
        low, high = (number(an_object(body.get(end)).get("value")) for end in ("low", "high"))
        return (low, high) if low is not None and high is not None else None
    if "valueCoding" in value:
        points = _points(an_object(value["valueCoding"]))
        return (points, points) if points is not None else None
    for name in ("valueInteger", "valueDecimal"):
        if (single := number(value.get(name))) is not None:
            return single, single
    if match := _PRINTED.match(string(value.get("valueString"))):
        return float(match[1]), float(match[2] or match[1])
    return None


def _points(answer: Json) -> float | None:
    """The points of a coded answer: written beside it, else of the LOINC answers that we know."""
    for extension in objects(answer.get("extension")):
        if extension.get("url") == _ORDINAL:
            return number(extension.get("valueDecimal"))
    return _LOINC_POINTS.get(string(answer.get("code")))


def _from_quantity(instrument: Instrument, quantity: Json) -> Reading | None:
    """A quantity; "less than" and "more than" reach to the instrument's end."""
    value = number(quantity.get("value"))
    if value is None:
        return None
    unit = string(quantity.get("code")) or string(quantity.get("unit"))
    of_scale = "cm" if instrument.key == "vas" else instrument.unit  # 0 to 10 on the 10 cm line
    if unit in _MM_PER and of_scale in _MM_PER:
        value = round(value * _MM_PER[unit] / _MM_PER[of_scale], 6)
    comparator = string(quantity.get("comparator"))
    if comparator.startswith("<"):
        return instrument.lowest, value
    if comparator.startswith(">"):
        return (value, instrument.highest) if instrument.highest is not None else None
    return value, value
