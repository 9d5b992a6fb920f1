"""What is written for one person on demand: the meeting's sheet, their own page, and a FHIR Bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from assuage.errors import UsageError
from assuage.report import PersonReport, assets, person_file_name
from assuage.report.meeting import meeting_page
from assuage.report.plain_language import plain_page
from assuage.report.review_fhir import review_bundle
from assuage.resistance.definition import Definition
from assuage.resistance.definitions import DEFINITIONS


def write_person_pages(
    report: PersonReport,
    out: Path,
    *,
    definitions: Mapping[str, Definition] = DEFINITIONS,
    recorded: datetime | None = None,
) -> tuple[Path, ...]:
    """Write `people/<mark>.meeting.html`, `.plain.html` and `.fhir.json` beside `assets`; gives their paths.

    `recorded` is when the Bundle says that it was made, now where none is given. Raises UsageError where
    `out` can't be written.
    """
    stem = person_file_name(report.review.person_id).removesuffix(".html")
    bundle = review_bundle(report, recorded=recorded or datetime.now(UTC))
    pages = {
        f"people/{stem}.meeting.html": meeting_page(report, definitions),
        f"people/{stem}.plain.html": plain_page(report),
        f"people/{stem}.fhir.json": json.dumps(bundle, indent=1, ensure_ascii=False),
    }
    for name, text in {**pages, **{f"assets/{name}": text for name, text in assets().items()}}.items():
        _write(out / name, text)
    return tuple(out / name for name in pages)


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"The folder for the pages can't be written: {error.strerror}. Name another with --out."
        raise UsageError(message) from error
