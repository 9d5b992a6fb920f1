"""Codes into words: one catalogue per language, read once. Only this module knows the catalogue's form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from assuage.codes.clinical import instruments
from assuage.codes.conditions import concepts
from assuage.codes.procedures import procedures
from assuage.errors import FaultyKnowledge
from assuage.sources import read_knowledge

Value = str | int | float
Values = Iterable[tuple[str, Value]]


@dataclass(frozen=True, eq=False)
class Words:
    """The catalogue of one language; one that is read is itself only, and can be a key of a cache.

    A code without an entry is shown plainly, with its values: a page must not fall over a reason that
    is newer than the catalogue. The tests collect every code and hold the catalogue complete.
    """

    reasons: Mapping[str, str | Sequence[str]]
    missing: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]

    def reason(self, code: str, values: Values = ()) -> str:
        """The sentence of a reason code with its values put in; an empty value counts as not given."""
        named = {name: value for name, value in values if value != ""}
        for template in self.templates(code):
            asked = placeholders(template)
            if not asked and "{" not in template:
                return template  # most sentences ask for nothing, and formatting takes ten times as long
            if asked <= named.keys():
                return _Forms(self).vformat(template, (), named)
        return _plainly(code, named)

    def templates(self, code: str) -> Sequence[str]:
        """The sentences for a reason code, the one with most values first; none where it has no entry."""
        entry = self.reasons.get(code, ())
        return (entry,) if isinstance(entry, str) else entry

    def missing_facts(self, codes: Iterable[str]) -> tuple[str, ...]:
        """What would settle an unknown, each kind of fact once.

        A code may name what it is about, as in `dose_unknown:carbamazepine` or `ever_tried:a,b`; codes
        of one kind share a sentence that lists them.
        """
        about: dict[str, list[str]] = {}
        for code in codes:
            kind, _, keys = code.partition(":")
            about.setdefault(kind, []).extend(self.treatment(key) for key in keys.split(",") if key)
        return tuple(self._missing_fact(kind, dict.fromkeys(names)) for kind, names in about.items())

    def _missing_fact(self, kind: str, names: Iterable[str]) -> str:
        sentence = self.missing.get(kind, _in_words(kind))
        listed = ", ".join(names)
        return f"{sentence}: {listed}" if listed else sentence

    def label(self, group: str, key: str) -> str:
        """The words for `key` in a group of the catalogue; an unknown key as plain words."""
        found = self.labels.get(group, {}).get(key)
        return _in_words(key) if found is None else found

    def treatment(self, key: str) -> str:
        """The name of a drug, a procedure, a therapy or a class of treatments."""
        procedure = procedures().get(key)
        return self._name(
            "treatment", key, procedure.name if procedure else self.label("treatment_class", key)
        )

    def condition(self, key: str) -> str:
        """A condition's name."""
        concept = concepts().get(key)
        return self._name("condition", key, concept.name if concept else None)

    def instrument(self, key: str) -> str:
        """A score's name."""
        instrument = instruments().get(key)
        return self._name("instrument", key, instrument.name if instrument else None)

    def _name(self, group: str, key: str, coded: str | None) -> str:
        return self.labels.get(group, {}).get(key) or coded or _in_words(key)


class _Forms(Formatter):
    """Puts values into a sentence by the form that it asks for; there is no other access to them."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:  # noqa: ARG002 -- the base class's
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        match format_spec:
            case "number":
                return number(value)
            case "days":
                return counted(value, "day")
            case "months":
                return counted(value, "month")
            case "sessions":
                return counted(value, "session")
            case "unit":
                return self._words.label("dose_unit", str(value))
            case "treatment":
                return self._words.treatment(str(value))
            case "treatments":
                return ", ".join(self._words.treatment(key.strip()) for key in str(value).split(","))
            case "condition":
                return self._words.condition(str(value))
            case "conditions":
                return ", ".join(self._words.condition(key.strip()) for key in str(value).split(","))
            case "definition":
                return self._words.label("definition", str(value))
            case _:
                return str(value)


@cache
def placeholders(template: str) -> frozenset[str]:
    """Names of the values that a sentence asks for."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def number(value: Value) -> str:
    """A number as a clinician writes it: no more than two decimals, none that say nothing.

    >>> number(1200.0), number(0.25), number(33.333)
    ('1200', '0.25', '33.33')
    """
    if isinstance(value, str):
        return value
    return f"{value:.2f}".rstrip("0").rstrip(".")


def counted(value: Value, unit: str) -> str:
    """A number with its unit, in the singular or plural.

    >>> counted(1, "day"), counted(90, "day")
    ('1 day', '90 days')
    """
    shown = number(value)
    return f"{shown} {unit}" if shown == "1" else f"{shown} {unit}s"


def capitalized(text: str) -> str:
    """The text with its first letter in upper case, and the others as they are: TENS stays TENS."""
    return text[:1].upper() + text[1:]


def _in_words(key: str) -> str:
    """A key as words: only ever a fallback."""
    return key.replace("_", " ")


def _plainly(code: str, values: Mapping[str, Value]) -> str:
    shown = ", ".join(f"{name} {number(value)}" for name, value in values.items())
    return f"{code} ({shown})" if shown else code


@cache
def words(language: str = "en") -> Words:
    """The catalogue of a language; FaultyKnowledge where the file breaks its own form."""
    file = files("assuage.report") / "words" / f"{language}.yaml"
    content = read_knowledge(file)
    if set(content) != {"reasons", "missing", "labels"}:
        message = f"words/{language}.yaml: expected the sections reasons, missing and labels"
        raise FaultyKnowledge(message)
    return Words(**content)
