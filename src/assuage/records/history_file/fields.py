"""How single values of a history file are typed: each type reads one, and describes itself to editors."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.records.history_file.doses import parse_dose
from assuage.records.history_file.quantities import (
    After,
    Before,
    Dose,
    Length,
    Reading,
    parse_day,
    parse_length,
    parse_moment,
    parse_reading,
    parse_recurrence,
)
from assuage.records.rows import Sex

UNKNOWN_WORDS = frozenset({"unknown", "not known", "?"})


def is_unknown(value: object) -> bool:
    """Whether a value says no more than a key that is left out."""
    return value is None or (isinstance(value, str) and value.strip().lower() in UNKNOWN_WORDS)


def _as_key(value: object) -> object:
    """Words of a fixed list may be typed with spaces, dashes or capitals."""
    return "_".join(value.lower().replace("-", " ").split()) if isinstance(value, str) else value


def _as_sex(value: object) -> object:
    key = _as_key(value)
    return {"f": "female", "m": "male"}.get(key, key) if isinstance(key, str) else key


_YES_NO = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


def _as_answer(value: object) -> Answer:
    if is_unknown(value):
        return Answer.UNKNOWN
    truth = value if isinstance(value, bool) else _YES_NO.get(str(value).strip().lower())
    if truth is None:
        message = "expected yes, no or unknown"
        raise ValueError(message)
    return Answer.of(truth)


def _as_bool(value: object) -> bool:
    answer = _as_answer(value)
    if answer is Answer.UNKNOWN:
        message = "expected yes or no"
        raise ValueError(message)
    return answer is Answer.YES


def _as_resolution(value: object) -> bool | PartialDate | Before:
    if isinstance(value, bool) or str(value).strip().lower() in _YES_NO:
        return _as_bool(value)
    return parse_moment(value)


def _as_percent(value: object) -> float:
    try:
        percent = float(str(value).strip().removesuffix("%"))
    except ValueError:
        percent = float("nan")
    if not -100 <= percent <= 100:  # nan too
        message = "expected a percentage from -100 to 100; positive means less pain"
        raise ValueError(message)
    return percent


_TYPED = {"type": ["string", "number", "boolean", "null"]}


def _text_like(description: str, examples: list[Any]) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "number"], "description": description, "examples": examples})


_DATE = "2021, 2021-03, 2021-03-15, or counted back from written_on"
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Day = Annotated[date, PlainValidator(parse_day), WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[
    PartialDate | Before, PlainValidator(parse_moment), _text_like(_DATE, ["2021-03", "15 months before"])
]
StatementMoment = Annotated[
    PartialDate | Before | Literal["unknown"],
    PlainValidator(lambda value: "unknown" if is_unknown(value) else parse_moment(value)),
    _text_like(f"{_DATE}; left out: written_on; or unknown", ["2021-03", "unknown"]),
]
Recurrence = Annotated[
    PartialDate | Before | After,
    PlainValidator(parse_recurrence),
    _text_like(f"{_DATE}, or counted from the treatment", ["2022-05", "after 14 months"]),
]
Resolution = Annotated[
    bool | PartialDate | Before,
    PlainValidator(_as_resolution),
    WithJsonSchema({**_TYPED, "description": f"yes, no, or when: {_DATE}"}),
]
Span = Annotated[
    Length, PlainValidator(parse_length), _text_like("a length with its unit", ["10 days", "3 months"])
]
DoseText = Annotated[
    Dose,
    PlainValidator(parse_dose),
    _text_like(
        "an amount with its unit and its period", ["600 mg/d", "140 mg/28d", "25 ug/h", "155 U/session"]
    ),
]
ReadingText = Annotated[
    Reading, PlainValidator(parse_reading), _text_like("a number, or a range", [7, "8-9"])
]
Percent = Annotated[
    float, PlainValidator(_as_percent), _text_like("relief; positive means less pain", [30, "50%"])
]
YesNo = Annotated[bool, PlainValidator(_as_bool), WithJsonSchema({"enum": [True, False, "yes", "no"]})]
ThreeValued = Annotated[
    Answer, PlainValidator(_as_answer), WithJsonSchema({"enum": [True, False, "yes", "no", "unknown", None]})
]
T = TypeVar("T")
Word = Annotated[T, BeforeValidator(_as_key)]
SexWord = Annotated[Sex, BeforeValidator(_as_sex)]
