"""What the person has reacted to before, and what someone says must not be given."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer
from assuage.codes.drugs import formulary
from assuage.records.rows import StatementKind
from assuage.safety.model import Concern
from assuage.safety.reactions import Reaction
from assuage.safety.rules import Weight, treatment_rules
from assuage.safety.use import Use


def concerns(use: Use) -> Iterator[Concern]:
    """A reaction to the drug itself, an allergy to another NSAID, and a stated contraindication."""
    yield from _to_the_drug(use)
    yield from _to_another_nsaid(use)
    yield from _stated(use)


def _to_the_drug(use: Use) -> Iterator[Concern]:
    """Each weight once, with all its records: an allergy or a severe reaction, or what was not tolerated."""
    rules = treatment_rules("allergy")
    own = use.subject.reactions_to(use.treatment)
    heavy = [reaction for reaction in own if reaction.allergy or reaction.severe]
    light = [reaction for reaction in own if not (reaction.allergy or reaction.severe)]
    for found, weight in (
        (heavy, rules["allergy_to_drug"].weight),
        (light, rules["not_tolerated_before"].weight),
    ):
        if found:
            yield _concern(use, found, weight, use.treatment)


def _to_another_nsaid(use: Use) -> Iterator[Concern]:
    rule = treatment_rules("allergy")["nsaid_allergy"]
    if not use.is_one_of(rule.treatments):
        return
    found = [
        reaction
        for reaction in use.subject.reactions
        if reaction.allergy and reaction.ingredient not in (None, use.treatment) and _is_nsaid(reaction)
    ]
    if found:
        yield _concern(use, found, rule.weight, found[0].ingredient or "")


def _is_nsaid(reaction: Reaction) -> bool:
    entry = formulary().get(reaction.ingredient or "")
    return entry is not None and entry.treatment_class == "nsaid"


def _concern(use: Use, found: list[Reaction], weight: Weight, other: str) -> Concern:
    """Certain where one of the records is; an unconfirmed allergy has to be asked about."""
    certain = any(reaction.answer is Answer.YES for reaction in found)
    return use.concern(
        weight,
        Answer.of(True if certain else None),
        values=(("other", other),),
        evidence=tuple(record for reaction in found for record in reaction.evidence),
        missing=() if certain else (f"confirmed:{other}",),
    )


def _stated(use: Use) -> Iterator[Concern]:
    """Someone says that the treatment, or its class, is contraindicated."""
    rows = [
        row
        for row in use.subject.history.statement
        if row.kind is StatementKind.CONTRAINDICATED
        and row.about in use.names
        and row.answer is not Answer.NO
    ]
    if rows:
        certain = any(row.answer is Answer.YES for row in rows)
        yield use.concern(
            treatment_rules("allergy")["stated_contraindication"].weight,
            Answer.of(True if certain else None),
            evidence=tuple(row.record_id for row in rows),
            missing=() if certain else (f"confirmed:{use.treatment}",),
        )
