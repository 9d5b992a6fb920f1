"""The use of one treatment by one person that is being weighed: to be begun, or going on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from assuage.answers import Answer
from assuage.codes.drugs import formulary
from assuage.codes.procedures import procedures
from assuage.safety.drug_use import DrugUse
from assuage.safety.model import Concern, ReasonValues
from assuage.safety.rules import Weight
from assuage.safety.subject import Subject


@dataclass(frozen=True)
class Use:
    """A treatment and the person it is for; `begun` is no where it is only thought of.

    Raises ValueError for a treatment that is neither in the formulary nor among the procedures: a name
    that no rule can know must not read as safe.
    """

    treatment: str
    subject: Subject
    begun: Answer = Answer.NO

    def __post_init__(self) -> None:
        if self.treatment not in formulary() and self.treatment not in procedures():
            message = (
                f"no drug and no procedure is called {self.treatment!r}: "
                "expected a key of the formulary or of the procedures"
            )
            raise ValueError(message)

    @property
    def names(self) -> frozenset[str]:
        """What rules may call the treatment: its own key and its class."""
        return _names(self.treatment)

    @property
    def record(self) -> DrugUse | None:
        """The person's own records of this drug, taken now or before."""
        return self.subject.drugs.get(self.treatment)

    def is_one_of(self, treatments: Iterable[str]) -> bool:
        """Whether the treatment, or its class, is one of these."""
        return not self.names.isdisjoint(treatments)

    def concern(
        self,
        weight: Weight,
        answer: Answer,
        *,
        values: ReasonValues = (),
        evidence: Iterable[str] = (),
        missing: Iterable[str] = (),
        reason: str | None = None,
    ) -> Concern:
        """A concern about this treatment; the reason is called like the rule unless another is given.

        Where the drug is not surely taken now, a warning about taking it is a question too.
        """
        own = self.record.evidence if self.record and self.begun is not Answer.NO else ()
        facts = list(missing)
        if self.begun is Answer.UNKNOWN:
            answer &= Answer.UNKNOWN
            facts.append(f"still_taken:{self.treatment}")
        return Concern(
            rule=weight.rule,
            treatment=self.treatment,
            severity=weight.severity,
            answer=answer,
            reason_code=reason or weight.rule,
            reason_values=(("treatment", self.treatment), *values),
            evidence=tuple(dict.fromkeys((*evidence, *own))),
            missing=tuple(dict.fromkeys(facts)),
            action_code=weight.action,
            provenance=weight.provenance,
        )


@cache
def _names(treatment: str) -> frozenset[str]:
    entry = formulary().get(treatment) or procedures()[treatment]
    return frozenset({treatment, entry.treatment_class})
