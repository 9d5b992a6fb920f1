"""QuestionnaireResponse: the totals and score items of instruments that we know."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assuage.codes.clinical import find_instrument
from assuage.codes.systems import Coding, System
from assuage.records.fhir.elements import Json, coding, objects, string
from assuage.records.fhir.reasons import Note, Reason
from assuage.records.fhir.resource import Resource, Skip
from assuage.records.fhir.scores import score_value
from assuage.records.rows import Row, Score

_LOINC_CODE = re.compile(r"(?:^|/)(\d{1,7}-\d)$")


def read_questionnaire_response(resource: Resource) -> list[Row]:
    """One score for each numeric answer whose item is, by its code, an instrument."""
    if resource.status() not in ("completed", "amended"):
        raise Skip(Reason.NOT_FINISHED)
    day = resource.date(resource.body.get("authored"), "authored")
    rows: list[Row] = []
    failures: list[Reason] = []
    for item in _items(resource.body):
        instrument = find_instrument(_item_codes(item))
        answers = objects(item.get("answer")) if instrument else []
        for answer in answers:
            try:
                low, high = score_value(instrument or "", answer)
                rows.append(Score(resource.person_id, resource.record_id, instrument or "", low, high, day))
            except Skip as skip:
                failures.append(skip.reason)
    if not rows:
        raise Skip(failures[0] if failures else Reason.OUTSIDE_INSTRUMENTS)
    for _ in failures:
        resource.note("item", Note.VALUE_NOT_READ)
    return list(dict.fromkeys(rows))


def _items(body: Json) -> Iterator[Json]:
    """All items, also those nested in items and in answers, in the order written."""
    waiting = objects(body.get("item"))[::-1]
    while waiting:
        item = waiting.pop()
        yield item
        nested = [*objects(item.get("item"))]
        nested += [one for answer in objects(item.get("answer")) for one in objects(answer.get("item"))]
        waiting += nested[::-1]


def _item_codes(item: Json) -> list[Coding]:
    """The codes of an item: its own, and the LOINC code that is its linkId or ends its definition."""
    found = [coding(part) for part in objects(item.get("code"))]
    for name in ("linkId", "definition"):
        if match := _LOINC_CODE.search(string(item.get(name))):
            found.append(Coding(System.LOINC, match[1]))
    return found
