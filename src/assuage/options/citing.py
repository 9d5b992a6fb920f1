"""Reading cited data: each `from: name` in an entry becomes the provenance its file gives for the name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from assuage.errors import FaultyKnowledge
from assuage.sources import Provenance, provenance

Read = TypeVar("Read")


def read_cited(kind: type[Read], fields: Any, *, file: str, entry: str) -> Read:
    """An entry of `file` as a value of `kind`, its block `provenance` put in wherever it is named.

    Raises FaultyKnowledge, naming file and entry, for a source that is blank or unknown, for a name that
    the block does not give or that nothing uses, and for fields that `kind` does not have or lacks.
    """
    where = f"{file}, entry {entry}"
    if not isinstance(fields, Mapping) or not isinstance(fields.get("provenance"), Mapping):
        _refuse(where, "provenance is missing")
    origins = {
        str(name): provenance(each, file=file, entry=f"{entry}, provenance {name}")
        for name, each in fields["provenance"].items()
    }
    used: set[str] = set()
    content = _resolved(
        {key: value for key, value in fields.items() if key != "provenance"}, origins, used, where
    )
    unused = sorted(set(origins) - used)
    if unused:
        _refuse(where, f"provenance {unused[0]} is given and never used")
    try:
        return TypeAdapter(kind).validate_python(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        message = f"{where}: {place}: {first['msg']}"
        raise FaultyKnowledge(message) from error


def _resolved(value: Any, origins: Mapping[str, Provenance], used: set[str], where: str) -> Any:
    if isinstance(value, Mapping):
        content = {key: _resolved(each, origins, used, where) for key, each in value.items() if key != "from"}
        if "from" in value:
            name = value["from"]
            if name not in origins:
                _refuse(where, f"from: {name!r} is not in its provenance")
            used.add(name)
            content["provenance"] = origins[name]
        return content
    if isinstance(value, list):
        return tuple(_resolved(each, origins, used, where) for each in value)
    return value


def _refuse(where: str, found: str) -> NoReturn:
    message = f"{where}: {found}"
    raise FaultyKnowledge(message)
