"""How fast the person breaks a drug down, where a test has said so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assuage.answers import Answer
from assuage.records.rows import Observation
from assuage.safety.model import Concern
from assuage.safety.rules import treatment_rules
from assuage.safety.use import Use

_METABOLISER = re.compile(r"\b(poor|intermediate|ultra-?\s?rapid)\s+metaboli[sz]er", re.IGNORECASE)

_RULES = {
    "cyp2c9_poor": ("cyp2c9", "poor"),
    "cyp2c9_intermediate": ("cyp2c9", "intermediate"),
    "cyp2d6_ultrarapid": ("cyp2d6", "ultrarapid"),
    "cyp2d6_poor": ("cyp2d6", "poor"),
    "cyp2d6_tricyclic_poor": ("cyp2d6", "poor"),
    "cyp2d6_tricyclic_ultrarapid": ("cyp2d6", "ultrarapid"),
}
"""Each rule with the gene and the kind of metaboliser that it speaks of."""


def concerns(use: Use) -> Iterator[Concern]:
    """The sources say what to do with a result; they do not ask for a test, so none is no question."""
    for name, rule in treatment_rules("pharmacogenes").items():
        if not use.is_one_of(rule.treatments):
            continue
        gene, kind = _RULES[name]
        rows = [row for row in use.subject.observed((gene,)) if metaboliser(row) == kind]
        if rows:
            evidence = tuple(row.record_id for row in rows)
            yield use.concern(rule.weight, Answer.YES, values=(("gene", gene),), evidence=evidence)


def metaboliser(row: Observation) -> str | None:
    """`poor`, `intermediate` or `ultrarapid` as the result prints it, None where it says no such thing."""
    match = _METABOLISER.search(row.text)
    if match is None or row.present is Answer.NO:
        return None
    return match[1].lower().replace("-", "").replace(" ", "")
