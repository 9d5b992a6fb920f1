"""The form of our code files: entries with codes, each code with where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NoReturn

from assuage.codes.phrases import plain
from assuage.codes.systems import System
from assuage.errors import FaultyKnowledge
from assuage.sources import Provenance, provenance, read_knowledge

DATA = files("assuage.codes") / "data"
"""Where the code files of the package lie."""

# an ICD entry means the code and everything below it
_BY_PREFIX = frozenset({System.ICD10CM, System.ICD10, System.ICD9CM, System.ICD11})
_SYSTEM_NAMES = frozenset(system.value for system in System)


@dataclass(frozen=True)
class ListedCode:
    """One code of an entry; `intractable` marks a coder's word for resistant."""

    system: System
    code: str
    provenance: Provenance
    intractable: bool = False


@dataclass(frozen=True)
class Entry:
    """One entry of a code file: its own provenance, its codes, and its other fields."""

    key: str
    provenance: Provenance
    codes: tuple[ListedCode, ...]
    fields: Mapping[str, Any]

    def words(self, field: str) -> tuple[str, ...]:
        """A field that lists printed names; empty where the entry has none."""
        return tuple(str(word) for word in self.fields.get(field) or ())

    def codes_of(self, system: System) -> tuple[str, ...]:
        """The entry's codes in one coding system."""
        return tuple(listed.code for listed in self.codes if listed.system is system)


def read_codelist(file: Traversable, section: str, allowed: frozenset[str]) -> dict[str, Entry]:
    """Read one section of a code file.

    `allowed` names the fields beside provenance and codes. Raises FaultyKnowledge, naming file and
    entry, for an unknown field, an unknown provenance name and a code that is not text.
    """
    content, file_name = read_knowledge(file), file.name
    named = {
        name: provenance(fields, file=file_name, entry=f"provenance {name}")
        for name, fields in (content.get("provenance") or {}).items()
    }
    return {
        key: _entry(file_name, key, fields, named, allowed)
        for key, fields in (content.get(section) or {}).items()
    }


def _entry(
    file_name: str, key: str, fields: Any, named: Mapping[str, Provenance], allowed: frozenset[str]
) -> Entry:
    where = f"{file_name}, entry {key}"
    if not isinstance(fields, dict):
        _refuse(where, "expected a mapping of fields")
    unknown = set(fields) - allowed - _SYSTEM_NAMES - {"from", "intractable"}
    if unknown:
        _refuse(where, f"unknown field {sorted(unknown)[0]!r}")
    if fields.get("from") not in named:
        _refuse(where, "field 'from' has to name an entry of the file's provenance section")
    codes = [*_codes(where, fields, named, intractable=False)]
    codes += _codes(where, fields.get("intractable") or {}, named, intractable=True)
    return Entry(key, named[fields["from"]], tuple(codes), fields)


def _codes(
    where: str, fields: Mapping[str, Any], named: Mapping[str, Provenance], *, intractable: bool
) -> Iterable[ListedCode]:
    """Codes as the file gives them: system, then the name of a provenance, then the codes."""
    for system in System:
        for name, codes in (fields.get(system.value) or {}).items():
            if name not in named:
                _refuse(where, f"provenance {name!r} is not in the file")
            for code in codes:
                if not isinstance(code, str):
                    _refuse(where, f"code {code!r} has to stand in quotes")
                yield ListedCode(system, code, named[name], intractable)


def _refuse(where: str, found: str) -> NoReturn:
    message = f"{where}: {found}"
    raise FaultyKnowledge(message)


@dataclass(frozen=True)
class CodeMatch:
    """The entry that a code belongs to."""

    key: str
    listed: ListedCode


class CodeIndex:
    """All codes of a file; ICD codes match by their longest listed beginning."""

    def __init__(self, file_name: str, entries: Iterable[Entry]) -> None:
        self._matches: dict[tuple[System, str], CodeMatch] = {}
        for entry in entries:
            for listed in entry.codes:
                place = (listed.system, normalized(listed.system, listed.code))
                if place in self._matches:
                    other = self._matches[place].key
                    _refuse(
                        f"{file_name}, entry {entry.key}", f"code {listed.code} is also claimed by {other}"
                    )
                self._matches[place] = CodeMatch(entry.key, listed)

    def find(self, system: System, code: str) -> CodeMatch | None:
        """The entry that claims the code, None if no entry does."""
        wanted = normalized(system, code)
        shortest = 1 if system in _BY_PREFIX else max(len(wanted), 1)
        for length in range(len(wanted), shortest - 1, -1):
            match = self._matches.get((system, wanted[:length]))
            if match is not None:
                return match
        return None


def normalized(system: System, code: str) -> str:
    """The code as we compare it: ICD codes without dot and trailing dash, capitals throughout."""
    code = code.strip().upper()
    return code.replace(".", "").rstrip("-") if system in _BY_PREFIX else code


def phrases_of(file_name: str, entries: Iterable[Entry], field: str) -> dict[str, str]:
    """Each printed name of the entries with the key it means; a name that two entries claim is an error."""
    keys: dict[str, str] = {}
    for entry in entries:
        for printed in entry.words(field):
            name = plain(printed)
            if keys.setdefault(name, entry.key) != entry.key:
                _refuse(f"{file_name}, entry {entry.key}", f"name {name!r} is also claimed by {keys[name]}")
    return keys
