"""No string from a record comes out live."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.records.history import History
from assuage.report import index_page, people_page
from assuage.report.clinic import ClinicSummary
from assuage.report.record_text import neutralised
from assuage.resistance.model import Review
from report import worked_review as example
from report.html_page import Page
from report.worked_history import HISTORY

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
    history = poisoned(HISTORY, payload)
    return people_page(review, history, example.DEFINITIONS, example.SOURCES)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_hostile_text_in_every_field_of_a_person_stays_text(payload: str) -> None:
    page = Page(poisoned_page(payload))
    assert {element.tag for element in page.elements} <= KNOWN_TAGS
    assert not [name for element in page.elements for name in element.attributes if name.startswith("on")]
    assert " ".join(neutralised(payload).split()) in page.text
    links = [element.attributes.get("href", "") for element in page.elements]
    assert not [link for link in links if link.lower().startswith("javascript")]


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
    page = Page(people_page(example.REVIEW, HISTORY, example.DEFINITIONS, example.SOURCES))
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
