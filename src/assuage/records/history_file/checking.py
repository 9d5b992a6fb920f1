"""A document against the schema: what is right, and what is wrong in words, each with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from assuage.errors import UnreadableInput
from assuage.records.history_file import schema
from assuage.records.history_file.lines import Document, KeyPath
from assuage.records.history_file.to_rows import SECTIONS


@dataclass(frozen=True)
class Problem:
    """A wrong entry: its section, its line, and what is wrong with it."""

    section: str
    number: int
    line: int | None
    reason: str


@dataclass(frozen=True)
class Checked:
    """The right part of a file: `numbers` gives, by section, the place in the file of each entry kept."""

    file: schema.HistoryFile
    numbers: Mapping[str, tuple[int, ...]]
    problems: tuple[Problem, ...]


def check(document: Document) -> Checked:
    """Keep every right entry, and say what is wrong with the others.

    Raises UnreadableInput where the mistake is not inside one entry of a list: a wrong key or date at
    the head of the file may change what all the rest means.
    """
    problems = dict(_problems(document))
    data = dict(document.data)
    numbers: dict[str, tuple[int, ...]] = {}
    for section in SECTIONS:
        entries = data.get(section)
        if isinstance(entries, list):
            kept = [number for number in range(1, len(entries) + 1) if (section, number) not in problems]
            numbers[section] = tuple(kept)
            data[section] = [entries[number - 1] for number in kept]
    return Checked(schema.HistoryFile.model_validate(data), numbers, tuple(problems.values()))


def _problems(document: Document) -> Iterator[tuple[tuple[str, int], Problem]]:
    """The first mistake of each wrong entry."""
    seen: set[tuple[str, int]] = set()
    for error in _errors(document.data):
        match error["loc"]:
            case (str() as section, int() as index, *_) if section in SECTIONS:
                if (section, index + 1) not in seen:
                    seen.add((section, index + 1))
                    line = document.line_of(error["loc"])
                    yield (section, index + 1), Problem(section, index + 1, line, _in_words(error))
            case place:
                raise UnreadableInput(
                    _in_words(error),
                    path=document.path,
                    line=document.line_of(place),
                    record_type=_key_path(place[:-1] if error["type"] == "extra_forbidden" else place),
                    remedy="mend this line: what stands at the head of the file bears on all the rest",
                )


def _errors(data: Mapping[str, Any]) -> list[ErrorDetails]:
    try:
        schema.HistoryFile.model_validate(data)
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False)
    return []


def _in_words(error: ErrorDetails) -> str:
    """What is wrong, without the value that is."""
    place = error["loc"]
    if error["type"] == "extra_forbidden":
        return _unknown_key(place)
    if error["type"] == "union_tag_not_found":
        return "expected an entry that begins with `drug:`, `procedure:` or `therapy:`"
    inner = _key_path(place[2:] if len(place) > 1 and isinstance(place[1], int) else place)
    if error["type"] == "missing":
        return f"`{inner}` is missing"
    words = _EXPECTED.get(error["type"])
    if words is None and error["type"] == "value_error":
        words = str(error["ctx"]["error"])
    if words is None:
        words = (
            f"expected {error['ctx']['expected']}"
            if "expected" in error.get("ctx", {})
            else "not expected here"
        )
    return f"`{inner}`: {words}" if inner else words


_EXPECTED = {
    "string_type": "expected text",
    "string_too_short": "expected some text",
    "string_too_long": "expected a shorter text; put the rest in `note`",
    "list_type": "expected a list, each entry with a dash",
    "model_type": "expected keys and values",
    "model_attributes_type": "expected keys and values",
    "dict_type": "expected keys and values",
    "int_parsing": "expected a whole number",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_parsing": "expected a number",
    "float_type": "expected a number",
    "finite_number": "expected a number",
    "greater_than_equal": "expected a larger number",
    "less_than_equal": "expected a smaller number",
}


def _key_path(place: KeyPath) -> str:
    """`dose_steps[2].dose`: keys as typed, entries counted from 1."""
    words = ""
    for part in place:
        if isinstance(part, int):
            words += f"[{part + 1}]"
        elif part not in _KIND_TAGS:
            words += f".{part}" if words else part
    return words


_KIND_TAGS = frozenset(f"a {kind}" for kind in schema.TREATMENT_KINDS)

_MODELS: dict[str | int, type[BaseModel]] = {
    "person": schema.PersonPart,
    "diagnoses": schema.Diagnosis,
    "a drug": schema.DrugTreatment,
    "a procedure": schema.ProcedureTreatment,
    "a therapy": schema.TherapyTreatment,
    "dose_steps": schema.DoseStep,
    "scores": schema.ScorePart,
    "examination": schema.Finding,
    "imaging": schema.Finding,
    "labs": schema.Lab,
    "genes": schema.Finding,
    "allergies": schema.Allergy,
    "visits": schema.Visit,
    "contraindicated": schema.Contraindication,
    "statements": schema.StatementPart,
}

# what people type for a key that has another name here
_MEANT = {
    "begin": "from", "start": "from", "started": "from", "since": "from",
    "end": "to", "stop": "to", "stopped": "to", "until": "to",
    "duration": "lasted", "length": "lasted", "how_long": "lasted",
    "indication": "for", "condition": "for", "diagnosis": "for",
    "on": "date", "when": "date",
    "reason": "stopped_because", "stop_reason": "stopped_because",
    "result": "outcome", "response": "outcome", "effect": "outcome",
    "side_effect": "adverse_event", "side_effects": "adverse_event",
    "relief": "relief_percent", "medications": "treatments", "drugs": "treatments",
    "gender": "sex", "born": "birth", "comment": "note", "notes": "note",
}  # fmt: skip


def _unknown_key(place: KeyPath) -> str:
    """Name the key that was meant; never the one that was typed, which may be anything."""
    model = next((_MODELS[part] for part in reversed(place[:-1]) if part in _MODELS), schema.HistoryFile)
    keys = [field.alias or name for name, field in model.model_fields.items()]
    typed = "_".join(str(place[-1]).lower().replace("-", " ").split())
    meant = [_MEANT[typed]] if _MEANT.get(typed) in keys else get_close_matches(typed, keys, n=1)
    if meant:
        return f"a key that does not exist here: perhaps `{meant[0]}` is meant"
    return f"a key that does not exist here; there are {', '.join(keys)}"
