"""Which score, lab value, gene, finding or specialty a record means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from assuage.codes.codelist import DATA, CodeIndex, Entry, phrases_of, read_codelist
from assuage.codes.phrases import PhraseIndex, asserted
from assuage.codes.systems import Coding
from assuage.errors import FaultyKnowledge

_FILE = "clinical.yaml"
_KINDS = frozenset({"lab", "gene", "examination", "imaging", "device"})


@dataclass(frozen=True)
class Instrument:
    """A score as clinicians count it: its range, and which way is worse."""

    key: str  # nrs, vas_mm, paindetect, bni_pain, hit6, monthly_headache_days, phq9 ...
    name: str
    lowest: float
    highest: float | None
    higher_is_worse: bool
    unit: str


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument we know, by key."""
    return {key: _instrument(entry) for key, entry in _section("instruments").items()}


def _instrument(entry: Entry) -> Instrument:
    fields = entry.fields
    if not fields.get("name") or not isinstance(fields.get("higher_is_worse"), bool):
        message = f"{_FILE}, entry {entry.key}: name, range and higher_is_worse are needed"
        raise FaultyKnowledge(message)
    lowest, highest = fields["range"]
    return Instrument(
        key=entry.key,
        name=fields["name"],
        lowest=float(lowest),
        highest=None if highest is None else float(highest),
        higher_is_worse=fields["higher_is_worse"],
        unit=fields["unit"],
    )


def find_instrument(codings: Sequence[Coding], text: str = "") -> str | None:
    """Key of the instrument that the codes, or else the printed name, mean."""
    return _find("instruments", codings, text)


def find_observation(codings: Sequence[Coding], text: str = "") -> tuple[str, str] | None:
    """Kind and name of a lab value, gene or finding: ("lab", "sodium"), ("gene", "hla_b_1502").

    What the text says of it (present, absent, doubtful) is for the caller to read: "no sensory loss"
    is about sensory loss too.
    """
    key = _find("observations", codings, text)
    return None if key is None else (_section("observations")[key].fields["kind"], key)


def find_specialty(codings: Sequence[Coding], text: str = "") -> str | None:
    """Key of the specialty an encounter was with: neurology, neurosurgery, pain_medicine ..."""
    return _find("specialties", codings, text)


@cache
def _section(section: str) -> Mapping[str, Entry]:
    allowed = frozenset({"name", "range", "higher_is_worse", "unit", "kind", "terms"})
    entries = read_codelist(DATA / _FILE, section, allowed)
    if section == "observations":
        for key, entry in entries.items():
            if entry.fields.get("kind") not in _KINDS:
                message = f"{_FILE}, entry {key}: kind has to be one of {', '.join(sorted(_KINDS))}"
                raise FaultyKnowledge(message)
    return entries


def _find(section: str, codings: Sequence[Coding], text: str) -> str | None:
    for coding in codings:
        match = _codes(section).find(coding.system, coding.code)
        if match is not None:
            return match.key
    for words in (text, *(coding.display for coding in codings)):
        found = _terms(section).find(words)
        if section == "specialties":
            found = asserted(words, found)
        if found:
            return found[0].key
    return None


@cache
def _codes(section: str) -> CodeIndex:
    return CodeIndex(_FILE, _section(section).values())


@cache
def _terms(section: str) -> PhraseIndex:
    return PhraseIndex(phrases_of(_FILE, _section(section).values(), "terms"))
