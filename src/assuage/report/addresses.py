"""Where a person's page lies. A person's id never stands in a file name, a URL or a title."""

from __future__ import annotations

import hashlib


def person_file_name(person_id: str) -> str:
    """File name of a person's page: the first 16 hex digits of the SHA-256 of the id."""
    return f"{_digest(person_id)[:16]}.html"


def person_mark(person_id: str) -> str:
    """Short mark that stands for the person in headings: the first 8 of the same digits."""
    return _digest(person_id)[:8]


def _digest(person_id: str) -> str:
    return hashlib.sha256(person_id.encode("utf-8", "surrogatepass")).hexdigest()
