"""Safety: what speaks against a drug or procedure for this person, and what has to be known first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from assuage.answers import Answer
from assuage.safety import (
    allergy,
    aromatic,
    hla,
    implants,
    kidney,
    lamotrigine,
    liver,
    pharmacogenes,
    pregnancy,
    sodium,
    suicidality,
    tables,
    withdrawal,
)
from assuage.safety.model import Concern, ReasonValues, Severity
from assuage.safety.subject import Subject
from assuage.safety.use import Use

__all__ = [
    "FAMILIES",
    "Concern",
    "ReasonValues",
    "Severity",
    "Subject",
    "concerns_of_current",
    "concerns_of_starting",
]

FAMILIES: Mapping[str, Callable[[Use], Iterable[Concern]]] = {
    "allergy": allergy.concerns,
    "hla": hla.concerns,
    "aromatic": aromatic.concerns,
    "sodium": sodium.concerns,
    "kidney": kidney.concerns,
    "liver": liver.concerns,
    "pregnancy": pregnancy.concerns,
    "suicidality": suicidality.concerns,
    "implants": implants.concerns,
    "lamotrigine": lamotrigine.concerns,
    "pharmacogenes": pharmacogenes.concerns,
    "withdrawal": withdrawal.concerns,
    "tables": tables.concerns,
}
"""Every family of safety rules by name: the one list of them. `tables` holds those that need no code."""

_SEVERITIES = tuple(Severity)
_ANSWERS = (Answer.YES, Answer.UNKNOWN)


def concerns_of_starting(treatment: str, subject: Subject) -> tuple[Concern, ...]:
    """Concerns about beginning a drug or procedure, the heaviest and best borne out first.

    `treatment` is a key of the formulary or of the procedures; raises ValueError for any other.

    >>> from datetime import date
    >>> from assuage.records.history import History
    >>> from assuage.records.rows import Person
    >>> subject = Subject(History(Person("p", "person/1")), date(2026, 1, 1))
    >>> [(concern.rule, str(concern.answer)) for concern in concerns_of_starting("baclofen", subject)]
    [('baclofen_kidney', 'unknown')]
    """
    return _sorted(_concerns(Use(treatment, subject)))


def concerns_of_current(subject: Subject) -> tuple[Concern, ...]:
    """Concerns about every drug that is, or may be, taken on the subject's day; a pair is said once.

    Creams, gels and eye drops are left out: what the rules say holds for drugs that reach the blood.
    """
    found = [
        concern
        for use, answer in subject.drugs_now
        if use.systemic
        for concern in _concerns(Use(use.ingredient, subject, answer))
    ]
    return _sorted({_about(concern): concern for concern in reversed(found)}.values())


def _concerns(use: Use) -> list[Concern]:
    return [concern for family in FAMILIES.values() for concern in family(use)]


def _about(concern: Concern) -> tuple[str, frozenset[str], frozenset[str]]:
    """What makes two concerns the same: the rule and the drugs, whichever of them was asked about."""
    drugs = {concern.treatment}
    other = dict(concern.reason_values).get("other")
    drugs |= {str(other)} if other else set()
    records = frozenset(concern.evidence) if other is None else frozenset()
    return concern.rule, frozenset(drugs), records


def _sorted(concerns: Iterable[Concern]) -> tuple[Concern, ...]:
    return tuple(
        sorted(
            concerns,
            key=lambda one: (
                _SEVERITIES.index(one.severity),
                _ANSWERS.index(one.answer),
                one.treatment,
                one.rule,
                repr(one.reason_values),
                one.evidence,
            ),
        )
    )
