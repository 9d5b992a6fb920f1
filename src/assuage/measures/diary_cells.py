"""The fields of a diary entry as text and back: one grammar, used by the CSV form and by the FHIR form.

Lists stand in one cell with `;` between them; `none` is the empty list, an empty cell says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from assuage.answers import Answer
from assuage.measures.diary import DiaryEntry, Division, PainScale, RescueIntake, Side

NONE = "none"
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2199
_TIME = re.compile(
    r"^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:\d{2})?)?$"
)
_NUMBER = re.compile(r"^\d{1,9}(?:\.\d{1,20})?$")
_RESCUE = re.compile(
    r"^(?P<drug>[^\W\d].*?)(?:\s+(?P<dose>\d{1,9}(?:\.\d{1,20})?)\s*(?P<unit>[A-Za-zµ]{1,12}))?"
    r"(?:\s+x\s*(?P<times>\d{1,3}))?$"
)
_LONGEST_WORDS = 200
_MOST_ATTACKS, _MOST_SECONDS, _MOST_TIMES = 10_000, 7 * 86_400, 100


class WrongCell(Exception):
    """A cell that holds no value of its field: what was found, in words of ours, and what was expected."""

    def __init__(self, found: str, expected: str) -> None:
        self.found, self.expected = found, expected
        super().__init__(found)


@dataclass(frozen=True)
class Field:
    """One field of an entry as a cell: how it is read, and how it is written."""

    name: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]


def read_time(text: str) -> tuple[date, time | None, int | None]:
    """Day, clock time and offset from UTC in minutes of an ISO date or date-time, as written."""
    expected = "a date such as 2026-05-01, or a date-time such as 2026-05-01T21:30 or 2026-05-01T21:30+02:00"
    match = _TIME.match(text)
    if match is None:
        raise WrongCell(found="not a date or date-time", expected=expected)
    day_text, clock_text, offset_text = match.groups()
    try:
        day = date.fromisoformat(day_text)
        clock = time.fromisoformat(clock_text) if clock_text else None
    except ValueError as error:
        raise WrongCell(found="no day of the calendar, or no time of the day", expected=expected) from error
    if not _EARLIEST_YEAR <= day.year <= _LATEST_YEAR:
        raise WrongCell(
            found="a year that no diary has", expected=f"a year from {_EARLIEST_YEAR} to {_LATEST_YEAR}"
        )
    return day, clock, _offset(offset_text, expected)


def _offset(text: str | None, expected: str) -> int | None:
    if not text:
        return None
    if text == "Z":
        return 0
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 14 or minutes > 59:
        raise WrongCell(found="no time zone", expected=expected)
    return (60 * hours + minutes) * (-1 if text[0] == "-" else 1)


def write_time(entry: DiaryEntry) -> str:
    """The ISO date or date-time of an entry, with its offset where it has one."""
    if entry.clock is None:
        return entry.day.isoformat()
    written = f"{entry.day.isoformat()}T{entry.clock.isoformat()}"
    if entry.utc_offset_minutes is None:
        return written
    sign, minutes = "-" if entry.utc_offset_minutes < 0 else "+", abs(entry.utc_offset_minutes)
    return f"{written}{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def _amount(lowest: float, highest: float, *, whole: bool = False) -> Callable[[str], float]:
    kind = "a whole number" if whole else "a number"
    expected = f"{kind} from {lowest:g} to {highest:g}"

    def read(text: str) -> float:
        if not _NUMBER.match(text):
            raise WrongCell(found="not a plain number", expected=f"{expected}, with a point for decimals")
        value = float(text)
        if not lowest <= value <= highest or (whole and value != int(value)):
            raise WrongCell(found="a number that this field can't have", expected=expected)
        return int(value) if whole else value

    return read


def write_number(value: float) -> str:
    """A number so that it reads back as the same one, without exponents and empty decimals."""
    written = f"{Decimal(repr(value)):f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _read_answer(text: str) -> Answer:
    found = {"yes": Answer.YES, "no": Answer.NO}.get(text.lower())
    if found is None:
        raise WrongCell(found="neither yes nor no", expected="yes, no, or an empty cell")
    return found


Word = TypeVar("Word", bound=StrEnum)


def _word(words: type[Word]) -> Callable[[str], Word]:
    known = {word.value.lower(): word for word in words}

    def read(text: str) -> Word:
        if text.lower() not in known:
            raise WrongCell(found="a word that is not of the list", expected="one of " + ", ".join(words))
        return known[text.lower()]

    return read


def _read_words(text: str) -> str:
    if len(text) > _LONGEST_WORDS:
        raise WrongCell(found="too many characters", expected=f"at most {_LONGEST_WORDS}")
    return text


def _list_of(read_one: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    def read(text: str) -> tuple[Any, ...]:
        if text.lower() == NONE:
            return ()
        return tuple(read_one(part.strip()) for part in text.split(";") if part.strip())

    return read


def _write_list(write_one: Callable[[Any], str]) -> Callable[[tuple[Any, ...]], str]:
    return lambda values: "; ".join(map(write_one, values)) if values else NONE


def _read_rescue(text: str) -> RescueIntake:
    match = _RESCUE.match(_read_words(text))
    if match is None:
        raise WrongCell(
            found="not a drug", expected="a drug such as 'tramadol 50 mg x2; paracetamol 1000 mg', or none"
        )
    times = int(match["times"] or 1)
    if not 1 <= times <= _MOST_TIMES:
        raise WrongCell(
            found="a number of times that this field can't have", expected=f"x1 to x{_MOST_TIMES}"
        )
    dose = float(match["dose"]) if match["dose"] else None
    return RescueIntake(match["drug"].strip(), dose, match["unit"], times)


def _write_rescue(intake: RescueIntake) -> str:
    dose = "" if intake.dose is None else f" {write_number(intake.dose)} {intake.dose_unit}"
    return f"{intake.drug}{dose}" + (f" x{intake.times}" if intake.times != 1 else "")


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("pain", _amount(0, 100), write_number),
        Field("pain_scale", _word(PainScale), str),
        Field("headache", _read_answer, str),
        Field("migraine", _read_answer, str),
        Field("attacks", _amount(0, _MOST_ATTACKS, whole=True), write_number),
        Field("attack_seconds", _amount(0, _MOST_SECONDS), write_number),
        Field("triggers", _list_of(_read_words), _write_list(str)),
        Field("side", _word(Side), str),
        Field("divisions", _list_of(_word(Division)), _write_list(str)),
        Field("body_site", _read_words, str),
        Field("rescue", _list_of(_read_rescue), _write_list(_write_rescue)),
        Field("sleep_hours", _amount(0, 24), write_number),
        Field("side_effects", _list_of(_read_words), _write_list(str)),
        Field("work_days_lost", _amount(0, 1), write_number),
    )
}
"""Every field but person and time, in the order of the columns."""


@dataclass(frozen=True)
class Wrong:
    """A cell that could not be read: its field, what was found and what was expected."""

    field: str
    found: str
    expected: str


def read_fields(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Wrong]]:
    """The values of an entry's cells, by field, and the cells that hold none; empty cells say nothing."""
    values: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for name, field in FIELDS.items():
        text = (cells.get(name) or "").strip()
        if not text:
            continue
        try:
            values[name] = field.read(text)
        except WrongCell as error:
            wrong.append(Wrong(name, error.found, error.expected))
    _check_pain(values, wrong)
    return values, wrong


def _check_pain(values: dict[str, Any], wrong: list[Wrong]) -> None:
    """Pain needs its scale, and fits on it; a scale alone says nothing."""
    pain: float | None = values.get("pain")
    scale: PainScale | None = values.get("pain_scale")
    if pain is not None and scale is None:
        del values["pain"]
        wrong.append(Wrong("pain", "pain without its scale", f"pain_scale, one of {', '.join(PainScale)}"))
    elif pain is not None and scale is not None and pain > scale.highest:
        del values["pain"]
        wrong.append(Wrong("pain", "more than its scale has", f"a number from 0 to {scale.highest:g}"))
    if "pain" not in values:
        values.pop("pain_scale", None)


def write_fields(entry: DiaryEntry) -> dict[str, str]:
    """Every field of an entry as its cell; what the entry does not say is not in it."""
    said = ((name, getattr(entry, name)) for name in FIELDS)
    return {
        name: FIELDS[name].write(value)
        for name, value in said
        if value is not None and value != Answer.UNKNOWN
    }
