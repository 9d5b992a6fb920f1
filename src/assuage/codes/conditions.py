"""Which condition a diagnosis means: codes and names to our condition keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from assuage.codes.codelist import DATA, CodeIndex, Entry, phrases_of, read_codelist
from assuage.codes.phrases import PhraseIndex, asserted
from assuage.codes.systems import Coding
from assuage.errors import FaultyKnowledge

_FILE = "conditions.yaml"
_NOTHING = "nothing"  # what phrases lead to that only look like a condition


@dataclass(frozen=True)
class ConditionConcept:
    """One entry of the condition codelists.

    `parents` are the wider concepts it belongs to (`chronic_migraine` is a `migraine` is a `headache`);
    `is_pain` marks what can be reviewed, everything else is there as a cause, a competing indication or
    a contraindication.
    """

    key: str
    name: str
    is_pain: bool
    parents: tuple[str, ...]  # all ancestors, nearest first


@dataclass(frozen=True)
class ConditionMatch:
    """A condition found in a diagnosis. `intractable_code` marks a coder's word: weak evidence only."""

    condition: str
    mapped_by: str  # the coding system, or "printed_name"
    intractable_code: bool = False


@cache
def concepts() -> Mapping[str, ConditionConcept]:
    """Every condition we know, by key."""
    return {
        key: ConditionConcept(key, entry.fields["name"], entry.fields["pain"], _ancestors(key))
        for key, entry in _entries().items()
    }


@cache
def _entries() -> Mapping[str, Entry]:
    allowed = frozenset({"name", "pain", "parents", "terms", "not_terms"})
    entries = read_codelist(DATA / _FILE, "conditions", allowed)
    for key, entry in entries.items():
        if not entry.fields.get("name") or not isinstance(entry.fields.get("pain"), bool):
            message = f"{_FILE}, entry {key}: a name, and pain true or false, are needed"
            raise FaultyKnowledge(message)
        for parent in entry.words("parents"):
            if parent not in entries:
                message = f"{_FILE}, entry {key}: parent {parent} is not an entry"
                raise FaultyKnowledge(message)
    return entries


def _ancestors(key: str) -> tuple[str, ...]:
    """All wider concepts, nearest first."""
    found: list[str] = []
    nearest = _entries()[key].words("parents")
    while nearest:
        found += [parent for parent in nearest if parent not in found]
        nearest = tuple(wider for parent in nearest for wider in _entries()[parent].words("parents"))
        if key in nearest:
            message = f"{_FILE}, entry {key}: is its own parent"
            raise FaultyKnowledge(message)
    return tuple(found)


@cache
def pain_conditions() -> frozenset[str]:
    """Keys of the conditions that can be reviewed."""
    return frozenset(key for key, concept in concepts().items() if concept.is_pain)


def belongs_to(condition: str, wider: str) -> bool:
    """Whether `condition` is `wider` or one of its kinds."""
    concept = concepts().get(condition)
    return condition == wider or (concept is not None and wider in concept.parents)


def find_condition(codings: Sequence[Coding], text: str = "") -> ConditionMatch | None:
    """The most specific condition that the codes, or else the printed name, mean.

    The first code that we know decides, unless a later one means a kind of the same condition. Words
    are read only where no code is known; a denied or doubted diagnosis, and the cause behind "due
    to", are not taken for the diagnosis.
    """
    return _find(tuple(codings), text)


@lru_cache(maxsize=16384)  # records repeat a few hundred diagnoses
def _find(codings: tuple[Coding, ...], text: str) -> ConditionMatch | None:
    by_code = [match for coding in codings for match in _by_code(coding)]
    if by_code:
        chosen = _most_specific(match.condition for match in by_code)
        by = next(match.mapped_by for match in by_code if match.condition == chosen)
        # a coder's "intractable" said of the wider condition still speaks of this one
        intractable = any(match.intractable_code for match in by_code if belongs_to(chosen, match.condition))
        return ConditionMatch(chosen, by, intractable)
    for words in (text, *(coding.display for coding in codings)):
        keys = [found.key for found in asserted(words, _terms().find(words)) if found.key != _NOTHING]
        if keys:
            return ConditionMatch(_most_specific(keys), "printed_name")
    return None


def _by_code(coding: Coding) -> Iterable[ConditionMatch]:
    match = _codes().find(coding.system, coding.code)
    if match is not None:
        yield ConditionMatch(match.key, coding.system.value, match.listed.intractable)


def _most_specific(keys: Iterable[str]) -> str:
    """The first key, or the kind of it that the later ones name."""
    first, *others = keys
    for other in others:
        if belongs_to(other, first):
            first = other
    return first


@cache
def _codes() -> CodeIndex:
    return CodeIndex(_FILE, _entries().values())


@cache
def _terms() -> PhraseIndex:
    phrases = phrases_of(_FILE, _entries().values(), "terms")
    for entry in _entries().values():
        phrases |= dict.fromkeys(entry.words("not_terms"), _NOTHING)
    return PhraseIndex(phrases)
