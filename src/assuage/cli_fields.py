"""What is typed on the command line as a value: days and countries, checked before any work is done."""

from __future__ import annotations

from datetime import date, datetime

import typer

EARLIEST_YEAR, LATEST_YEAR = 1800, 2199


def day(text: str) -> date:
    """A day that records can have: those outside are never read, and rules count back and forth from it."""
    try:
        found = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        message = f"{text!r} is not a date of the form YYYY-MM-DD"
        raise typer.BadParameter(message) from error
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        message = f"{text!r} is not between {EARLIEST_YEAR} and {LATEST_YEAR}"
        raise typer.BadParameter(message)
    return found


def country(text: str) -> str:
    """A country by its code of two letters, in capitals."""
    if len(text) == 2 and text.isascii() and text.isalpha():
        return text.upper()
    message = f"{text!r} is not a country code of two letters, such as US or GB"
    raise typer.BadParameter(message)
