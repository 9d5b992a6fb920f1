"""References between resources: one canonical form for every way in which FHIR writes them.

urn:uuid:0c1...                          a Bundle entry by its fullUrl, also after splitting into NDJSON
Patient/123, http://x/fhir/Patient/123   a resource by type and id; server and version do not matter
Patient?identifier=system|value          conditional: whichever resource carries that identifier
{"identifier": {...}, "type": "Patient"} logical: the same, written as an object
#med1                                    contained in the resource that refers to it
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from assuage.records.fhir.elements import Json, an_object, objects, string

_TYPE_AND_ID = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/([^/?#\s]+)(?:/_history/[^/]+)?$")
_CONDITIONAL = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)\?identifier=(.+)$")


def canonical(reference: Any, wanted: str = "") -> str:
    """The key of what a Reference points to: `Type/id`, `urn:...`, `Type?identifier=system|value` or "".

    `wanted` is the type a logical reference means when it does not say.

    >>> canonical({"reference": "https://x.example/fhir/Patient/7/_history/2"})
    'Patient/7'
    """
    body = an_object(reference)
    written = string(body.get("reference"))
    if written.startswith(("urn:", "#")):
        return written
    if conditional := _CONDITIONAL.search(written):
        return identifier_key(conditional[1], *_parts(unquote(conditional[2])))
    if plain := _TYPE_AND_ID.search(written):
        return f"{plain[1]}/{plain[2]}"
    identifier = an_object(body.get("identifier"))
    kind = string(body.get("type")) or wanted
    if kind and string(identifier.get("value")):
        return identifier_key(kind, string(identifier.get("system")), string(identifier["value"]))
    return ""


def _parts(token: str) -> tuple[str, str]:
    """A search token `system|value`, or a value alone."""
    system, bar, value = token.partition("|")
    return (system, value) if bar else ("", system)


def identifier_key(kind: str, system: str, value: str) -> str:
    """The key of a resource by one of its identifiers."""
    return f"{kind}?identifier={system}|{value}"


def names_of(kind: str, body: Json, full_url: str) -> list[str]:
    """Every other key by which a resource may be referred to: its fullUrl and its identifiers."""
    names = [full_url] if full_url.startswith("urn:") else []
    for identifier in objects(body.get("identifier")):
        value = string(identifier.get("value"))
        if value:
            names.append(identifier_key(kind, string(identifier.get("system")), value))
    return names


def contained(body: Json, key: str) -> Json | None:
    """The contained resource `#id` of a resource."""
    for part in objects(body.get("contained")):
        if key == "#" + string(part.get("id")).removeprefix("#"):
            return part
    return None
