"""Safety concerns in words: what speaks against a treatment, what has to be known, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assuage.answers import Answer
from assuage.report.citations import Citation, Sources
from assuage.report.wording import Words, capitalized
from assuage.safety import Concern, Severity


@dataclass(frozen=True)
class ConcernRow:
    """One rule about one treatment, or about several of which it says the same.

    `style` is `stop`, `ask` or `care`; `also` names the other treatments.
    """

    style: str
    weight: str
    treatment: str
    also: str
    reason: str
    missing: tuple[str, ...]
    action: str
    evidence: tuple[str, ...]
    citation: Citation


def concern_rows(concerns: Iterable[Concern], sources: Sources, words: Words) -> tuple[ConcernRow, ...]:
    """The concerns in their order, heaviest first; one row where a rule says the same of several."""
    groups: dict[tuple[object, ...], list[Concern]] = {}
    for concern in concerns:
        groups.setdefault(_what_it_says(concern), []).append(concern)
    return tuple(_row(group, sources, words) for group in groups.values())


def _what_it_says(concern: Concern) -> tuple[object, ...]:
    """All of a concern but the treatment it is about."""
    values = tuple(value for value in concern.reason_values if value[0] != "treatment")
    return concern.rule, concern.severity, concern.answer, values, concern.missing, concern.evidence


def _row(group: list[Concern], sources: Sources, words: Words) -> ConcernRow:
    first, *others = group
    return ConcernRow(
        style=style_of(first),
        weight=words.label("concern_weight", f"{first.severity}_{first.answer}"),
        treatment=capitalized(words.treatment(first.treatment)),
        also=", ".join(
            dict.fromkeys(
                words.treatment(one.treatment) for one in others if one.treatment != first.treatment
            )
        ),
        reason=capitalized(words.reason(first.reason_code, first.reason_values)),
        missing=words.missing_facts(first.missing),
        action=words.label("safety_lead", first.answer) + words.label("safety_action", first.action_code),
        evidence=first.evidence,
        citation=sources.cite(first.provenance),
    )


def style_of(concern: Concern) -> str:
    """How a concern is drawn: a stop, a question that could become one, or a matter of care."""
    if concern.severity is Severity.WARNING:
        return "care"
    return "stop" if concern.answer is Answer.YES else "ask"
