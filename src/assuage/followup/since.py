"""What outcomes are counted from, and which readings lie before it and which after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.followup.model import Reading, Since, SinceKind
from assuage.followup.rules import rules
from assuage.records.history import History
from assuage.records.rows import Exposure, ProcedureState, Purpose


def choose_since(history: History, asked: date | None) -> Since | None:
    """The day that was asked for; else the last dated procedure; else the last drug that was begun."""
    if asked is not None:
        return Since(SinceKind.ASKED, "", PartialDate(asked))
    procedures = [
        Since(SinceKind.PROCEDURE, row.procedure, row.start, (row.record_id,))
        for row in history.procedure
        if row.state is ProcedureState.DONE and row.start is not None
    ]
    return _last(procedures) or _last(_begun(history.exposure))


def _begun(exposures: Iterable[Exposure]) -> list[Since]:
    """The first dated use of every drug that is taken day by day."""
    first: dict[str, Since] = {}
    for row in exposures:
        acute = row.as_needed or row.purpose in (Purpose.ACUTE, Purpose.TEST)
        if row.start is None or acute or row.taken is Answer.NO:
            continue
        found = Since(SinceKind.DRUG, row.ingredient, row.start, (row.record_id,))
        if row.ingredient not in first or found.when < first[row.ingredient].when:
            first[row.ingredient] = found
    return list(first.values())


def _last(found: Sequence[Since]) -> Since | None:
    return max(found, key=lambda since: (since.when.first, since.when.last, since.treatment), default=None)


def before(readings: Iterable[Reading], since: Since | None) -> list[Reading]:
    """Readings that are certainly older than the treatment, oldest first."""
    if since is None:
        return []
    found = [each for each in readings if each.when is not None and _end(each) < since.when.first]
    return sorted(found, key=_end)


def after(readings: Iterable[Reading], since: Since | None) -> list[Reading]:
    """Readings that are certainly younger than the treatment, oldest first; without one, all with a date.

    A reading of the same day may be from before it; a diary's month that begins on that day is the first
    after.
    """
    found = [each for each in readings if each.when is not None]
    if since is not None:
        found = [each for each in found if _start(each) > since.when.last or _is_first_month(each, since)]
    return sorted(found, key=_start)


def baseline(readings: Iterable[Reading], since: Since | None) -> Reading | None:
    """The last reading before the treatment, if it is not too old."""
    last = next(reversed(before(readings, since)), None)
    if last is None or since is None or (since.when.first - _end(last)).days > rules()["baseline_days"]:
        return None
    return last


def _is_first_month(reading: Reading, since: Since) -> bool:
    return reading.until is not None and reading.when == PartialDate(since.when.first)


def _start(reading: Reading) -> date:
    assert reading.when is not None  # noqa: S101 -- only dated readings are placed
    return reading.when.first


def _end(reading: Reading) -> date:
    assert reading.when is not None  # noqa: S101 -- only dated readings are placed
    return reading.until or reading.when.last
