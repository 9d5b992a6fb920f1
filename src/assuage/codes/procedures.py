"""Which procedure or therapy a record means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from assuage.codes.codelist import DATA, CodeIndex, Entry, phrases_of, read_codelist
from assuage.codes.phrases import PhraseIndex, asserted, tokens
from assuage.codes.systems import Coding
from assuage.errors import FaultyKnowledge

_FILE = "procedures.yaml"


@dataclass(frozen=True)
class ProcedureConcept:
    """One entry of the procedure codelists; `kind` parts operations from courses of therapy."""

    key: str
    name: str
    kind: Literal["procedure", "therapy"]
    treatment_class: (
        str  # ablative, decompression, neuromodulation, block, injection, psychological, physical ...
    )
    judged_after_days: int  # no failure is coded before this many days (Gamma Knife: delayed effect)


@cache
def procedures() -> Mapping[str, ProcedureConcept]:
    """Every procedure and therapy we know, by key."""
    return {key: _concept(entry) for key, entry in _entries().items()}


@cache
def _entries() -> Mapping[str, Entry]:
    allowed = frozenset({"name", "kind", "class", "judged_after_days", "terms", "unless"})
    return read_codelist(DATA / _FILE, "procedures", allowed)


def _concept(entry: Entry) -> ProcedureConcept:
    name, kind, treatment_class = (entry.fields.get(field) for field in ("name", "kind", "class"))
    if not name or not treatment_class or kind not in {"procedure", "therapy"}:
        message = f"{_FILE}, entry {entry.key}: name, class, and kind (procedure or therapy) are needed"
        raise FaultyKnowledge(message)
    return ProcedureConcept(entry.key, name, kind, treatment_class, entry.fields.get("judged_after_days", 0))


def find_procedure(codings: Sequence[Coding], text: str = "") -> str | None:
    """Key of the procedure that the codes, or else the printed name, mean.

    Words that rule an entry out (`unless` in the file) are minded: a "microvascular decompression" of
    scalp nerves for migraine is not the operation on the trigeminal root.
    """
    return _find(tuple(codings), text)


@lru_cache(maxsize=16384)  # records repeat a few hundred procedures
def _find(codings: tuple[Coding, ...], text: str) -> str | None:
    for coding in codings:
        match = _codes().find(coding.system, coding.code)
        if match is not None:
            return match.key
    for words in (text, *(coding.display for coding in codings)):
        for found in asserted(words, _terms().find(words)):
            if not _ruled_out(found.key, words):
                return found.key
    return None


def _ruled_out(key: str, text: str) -> bool:
    return not {token.word for token in tokens(text)}.isdisjoint(_entries()[key].words("unless"))


@cache
def _codes() -> CodeIndex:
    return CodeIndex(_FILE, _entries().values())


@cache
def _terms() -> PhraseIndex:
    return PhraseIndex(phrases_of(_FILE, _entries().values(), "terms"))
