"""A folder of results of the sound: pages with their style sheets, tables, JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assuage.errors import UsageError
from assuage.sound_pages.style_sheets import style_sheets

NOTICE = "Research; not for driving a device."


def output_folder(out: Path) -> Path:
    """The folder, made where it is missing; raises UsageError where it can't be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"The output folder can't be written: {error.strerror}. Name another with --out."
        raise UsageError(message) from error
    return out


def write_text(out: Path, name: str, text: str) -> Path:
    """Write a file in the folder, as a whole or not at all."""
    output_folder((out / name).parent)
    part = out / f"{name}.part"
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(out / name)
    except OSError as error:
        message = f"{name} can't be written: {error.strerror}. Make room, or name another folder with --out."
        raise UsageError(message) from error
    return out / name


def write_page(out: Path, name: str, html: str) -> Path:
    """Write a page, and the style sheets that it links."""
    for sheet, text in style_sheets().items():
        write_text(out, f"assets/{sheet}", text)
    return write_text(out, name, html)


def write_json(out: Path, name: str, content: Any) -> Path:
    """Write JSON that people can read too."""
    return write_text(out, name, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def write_csv(out: Path, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write a table."""
    output_folder(out)
    try:
        with (out / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)
    except OSError as error:
        message = f"{name} can't be written: {error.strerror}. Make room, or name another folder with --out."
        raise UsageError(message) from error
    return out / name
