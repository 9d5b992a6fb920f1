"""A published definition of resistance or eligibility, as a value made of criteria."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assuage.codes.conditions import belongs_to
from assuage.resistance.criteria.base import Criterion
from assuage.resistance.trial_rules import TrialRules
from assuage.sources import Provenance


@dataclass(frozen=True)
class Definition:
    """One definition: whom it speaks of, how it judges a trial, and what must be true.

    It is met when every criterion that decides is answered yes, not met when one is answered no, and
    unknown otherwise. `variants` differ in a point that the source leaves open: each is answered and
    shown beside the verdict, and never decides it.
    """

    id: str
    title: str
    kind: Literal["resistance", "eligibility"]
    provenance: Provenance
    published: bool  # False: a convention of this project, or our reading where the source gives no numbers
    applies_to: tuple[str, ...]  # condition keys, their kinds included
    not_for: tuple[str, ...]  # kinds that the source leaves out
    rules: TrialRules
    criteria: tuple[Criterion, ...]
    notes: tuple[str, ...] = ()
    uses_market: bool = False
    variants: tuple[Definition, ...] = ()

    def speaks_of(self, condition: str) -> bool:
        """Whether the definition applies to this condition."""
        return any(belongs_to(condition, wider) for wider in self.applies_to) and not any(
            belongs_to(condition, left_out) for left_out in self.not_for
        )
