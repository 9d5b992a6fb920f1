"""No string from a record comes out live."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.options import PersonOptions, Reason
from assuage.records.history import History
from assuage.report import PersonReport, index_page, people_page
from assuage.report.clinic import ClinicSummary
from assuage.report.meeting import meeting_page
from assuage.report.plain_language import plain_page
from assuage.report.record_text import neutralised
from assuage.report.review_fhir import review_bundle
from assuage.resistance.model import Review
from assuage.safety import Concern
from report import worked_review as example
from report.html_page import Page
from report.worked_history import HISTORY
from report.worked_options import CONCERNS, CONDITION, OPTIONS

ACTED_ON = [
    "\u202e",
    "\u2066",
    "\u200f",
    "\u061c",
    "\u200b",
    "\ufeff",
    "\x00",
    "\x1b",
    "\x85",
    "\u2028",
    "\ud800",
]
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title></textarea></style><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    '=HYPERLINK("http://x")',
    "javascript:alert(1)",
    "&#x202e;&lt;b&gt;",
    "]]><!--",
    *(f"a{character}b" for character in ACTED_ON),
]


def poisoned(value: Any, payload: str) -> Any:
    """The same value with the payload in every plain string within it; enumerated words stay."""
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{part.name: poisoned(getattr(value, part.name), payload) for part in fields(value)}
        )
    if isinstance(value, tuple):
        return tuple(poisoned(part, payload) for part in value)
    return payload if type(value) is str else value


def poisoned_page(payload: str) -> str:
    """A person's page with the payload in every text that comes from a record."""
    return people_page(poisoned_report(payload), example.DEFINITIONS, example.SOURCES)


def poisoned_report(payload: str) -> PersonReport:
    trials = tuple(
        replace(poisoned(trial, payload), treatment=f"{payload}{place}")
        for place, trial in enumerate(example.TRIALS)
    )
    renamed = {old.trial_id: new.trial_id for old, new in zip(example.TRIALS, trials, strict=True)}
    review = Review(
        person_id=payload,
        as_of=example.REVIEW.as_of,
        market=payload,
        conditions=(payload,),
        first_pain_record=date(2019, 2, 25),
        first_specialist_contact=None,
        completeness=0.5,
        trials=trials,
        judgements=tuple(
            replace(line, trial_id=renamed[line.trial_id], reason_values=(("event", payload),))
            for line in example.REVIEW.judgements
        ),
        findings=tuple(
            replace(poisoned(line, payload), definition=line.definition, condition=line.condition)
            for line in example.REVIEW.findings
        ),
        verdicts=tuple(
            replace(line, missing=(payload, f"dose_unknown:{payload}"), held_back_by=(payload,))
            for line in example.REVIEW.verdicts
        ),
        flags=tuple(
            replace(
                flag,
                condition=payload,
                evidence=(payload,),
                reason_values=(("treatments", payload), ("value", payload), ("needed", payload)),
            )
            for flag in example.FLAGS
        ),
    )
    return replace(
        example.report(example.REVIEW),
        review=review,
        history=poisoned(HISTORY, payload),
        options=poisoned_options(payload),
        concerns=tuple(poisoned_concern(concern, payload) for concern in CONCERNS),
    )


def poisoned_options(payload: str) -> PersonOptions:
    """The options with the payload wherever something from a record can stand."""
    values = (("treatment", payload), ("event", payload), ("procedure", payload))
    options = tuple(
        replace(
            option,
            reason_code="not_tolerated",
            reason_values=values,
            evidence=(payload,),
            because=(Reason("not_tolerated", values, (payload,), (payload,)),),
            needs=tuple(replace(need, entries=poisoned(need.entries, payload)) for need in option.needs),
            concerns=tuple(poisoned_concern(concern, payload) for concern in option.concerns),
        )
        for option in CONDITION.options
    )
    sequence = tuple(replace(warning, reason_values=values) for warning in CONDITION.sequence)
    condition = replace(
        CONDITION, condition=payload, options=options, sequence=sequence, works_now=(payload,)
    )
    return replace(OPTIONS, person_id=payload, conditions=(condition,))


def poisoned_concern(concern: Concern, payload: str) -> Concern:
    values = (("years", payload), ("treatment", payload))
    return replace(
        concern, treatment=payload, reason_values=values, evidence=(payload,), missing=(f"birth:{payload}",)
    )


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_hostile_text_in_every_field_of_a_person_stays_text(payload: str) -> None:
    page = Page(poisoned_page(payload))
    assert {element.tag for element in page.elements} <= KNOWN_TAGS
    assert not [name for element in page.elements for name in element.attributes if name.startswith("on")]
    assert " ".join(neutralised(payload).split()) in page.text
    links = [element.attributes.get("href", "") for element in page.elements]
    assert not [link for link in links if link.lower().startswith("javascript")]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_hostile_text_stays_text_on_the_pages_for_one_person(payload: str) -> None:
    report = poisoned_report(payload)
    for html in (meeting_page(report, example.DEFINITIONS), plain_page(report)):
        page = Page(html)
        assert not page.all("script")
        assert not page.all("img")
        assert not [name for element in page.elements for name in element.attributes if name.startswith("on")]
        assert html == neutralised(html)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_hostile_text_stays_text_in_fhir(payload: str) -> None:
    bundle = review_bundle(poisoned_report(payload), recorded=datetime(2026, 11, 22, tzinfo=UTC))
    assert json.dumps(bundle, ensure_ascii=False).encode()
    for entry in bundle["entry"]:
        if "text" in entry["resource"]:
            narrative = ElementTree.fromstring(entry["resource"]["text"]["div"])  # noqa: S314 -- our own
            assert {element.tag.rpartition("}")[2] for element in narrative.iter()} == {"div", "p"}


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_hostile_id_stays_text_on_the_index(payload: str) -> None:
    clinic = ClinicSummary("fhir", None, example.DEFINITIONS, market=payload)
    trials = tuple(
        replace(trial, condition=payload, treatment=payload, treatment_class=payload)
        for trial in example.TRIALS
    )
    review = replace(example.FLAGGED, person_id=payload, conditions=(payload,), trials=trials)
    clinic.tally.add(review, HISTORY.person)
    page = Page(index_page(clinic))
    assert {element.tag for element in page.elements} <= KNOWN_TAGS
    assert " ".join(neutralised(payload).split()) in page.text


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40))
def test_what_is_neutralised_can_be_written_and_obeys_nothing(text: str) -> None:
    shown = neutralised(text)
    shown.encode("utf-8")
    assert len(shown) == len(text)
    assert not set(shown) & set(ACTED_ON)
    assert neutralised(shown) == shown


@pytest.mark.parametrize(
    "text", ["Schmerz, links", "می‌خواهم", "dolor de cabeza: año 2", "疼痛", "line\nbreak\t."]
)
def test_ordinary_text_of_any_script_is_left_alone(text: str) -> None:
    assert neutralised(text) == text


def test_a_source_without_a_web_address_is_no_link() -> None:
    page = Page(people_page(example.report(example.REVIEW), example.DEFINITIONS, example.SOURCES))
    links = [link.attributes["href"] for link in page.all("a")]
    assert "https://doi.org/10.1111/ene.13950" in links
    assert not [link for link in links if "alert" in link or "docs/conventions.md" in link]
    assert "docs/conventions.md" in page.text


def test_history_rows_survive_poisoning() -> None:
    """The payload reaches the rows: else the tests above would prove nothing."""
    history = poisoned(HISTORY, "x")
    assert isinstance(history, History)
    assert {row.text for row in history.condition} == {"x"}


KNOWN_TAGS = {element.tag for element in Page(poisoned_page("plain")).elements} | {
    element.tag for element in Page(index_page(example.clinic())).elements
}
