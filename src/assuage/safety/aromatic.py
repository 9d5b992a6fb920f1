"""A reaction to one aromatic anticonvulsant speaks against the others."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer
from assuage.safety.model import Concern
from assuage.safety.reactions import Reaction
from assuage.safety.rules import Weight, treatment_rules
from assuage.safety.use import Use


def concerns(use: Use) -> Iterator[Concern]:
    """A severe reaction stops, a rash or an allergy warns; a severe one without a named drug is a question.

    Said once for each drug reacted to. A reaction to the same drug is for the family of allergies.
    """
    rules = treatment_rules("aromatic")
    severe, mild = rules["aromatic_severe_reaction"], rules["aromatic_reaction"]
    if not use.is_one_of(severe.treatments):
        return
    unnamed = [one for one in use.subject.reactions_to(None) if one.severe]
    if unnamed:
        evidence = tuple(record for one in unnamed for record in one.evidence)
        yield use.concern(severe.weight, Answer.UNKNOWN, evidence=evidence, missing=("drug_behind_reaction",))
    for drug in sorted(severe.treatments - {use.treatment}):
        found = use.subject.reactions_to(drug)
        heavy = [one for one in found if one.severe]
        light = [one for one in found if one.rash or one.allergy]
        if heavy or light:
            yield _against(use, drug, heavy or light, (severe if heavy else mild).weight)


def _against(use: Use, drug: str, found: list[Reaction], weight: Weight) -> Concern:
    certain = any(reaction.answer is Answer.YES for reaction in found)
    return use.concern(
        weight,
        Answer.of(True if certain else None),
        values=(("other", drug),),
        evidence=tuple(record for reaction in found for record in reaction.evidence),
        missing=() if certain else (f"confirmed:{drug}",),
    )
