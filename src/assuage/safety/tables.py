"""Rules that are tables: a treatment against a diagnosis, another drug or an age."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from assuage.answers import Answer
from assuage.records.rows import Condition, ConditionState
from assuage.safety.model import Concern
from assuage.safety.rules import (
    AgeRule,
    DiagnosisRule,
    PairRule,
    age_rules,
    diagnosis_rules,
    pair_rules,
)
from assuage.safety.use import Use

TABLES = (
    "bleeding",
    "blood",
    "breathing",
    "duplicates",
    "enzymes",
    "eyes_and_bladder",
    "headache",
    "heart",
    "implants",
    "kidney",
    "lamotrigine",
    "liver",
    "misuse",
    "neuromuscular",
    "older_and_younger",
    "pregnancy",
    "seizures",
    "serotonin",
    "sodium",
    "suicidality",
    "vessels",
)
"""Every rule file with a table of diagnoses, pairs or ages: the one list of them."""


@dataclass(frozen=True)
class _Rules:
    diagnoses: tuple[DiagnosisRule, ...]
    pairs: tuple[PairRule, ...]
    ages: tuple[AgeRule, ...]


def concerns(use: Use) -> Iterator[Concern]:
    """What every table says of one use."""
    rules = _rules_for(use.names)
    for rule in rules.diagnoses:
        yield from _by_diagnosis(use, rule)
    for pair in rules.pairs:
        yield from _by_pair(use, pair)
    for age in rules.ages:
        yield from _by_age(use, age)


@cache
def _rules_for(names: frozenset[str]) -> _Rules:
    """The rules that speak of a treatment: some hundred rules, of which a few concern any one drug."""
    return _Rules(
        tuple(rule for family in TABLES for rule in diagnosis_rules(family) if names & rule.treatments),
        tuple(
            rule
            for family in TABLES
            for rule in pair_rules(family)
            if names & (rule.treatments | rule.others)
        ),
        tuple(rule for family in TABLES for rule in age_rules(family) if names & rule.treatments),
    )


# --- diagnoses


def _by_diagnosis(use: Use, rule: DiagnosisRule) -> Iterator[Concern]:
    """Diagnoses that hold for certain, else those that may; silent where none is on record."""
    rows = use.subject.diagnoses(rule.conditions)
    if not rows:
        return
    certain = [row for row in rows if _holds(row, lasting=rule.lasting) is Answer.YES]
    chosen = certain or list(rows)
    values = (("condition", chosen[0].condition),)
    evidence = tuple(row.record_id for row in chosen)
    missing = _open_facts(chosen if not certain else [], rule)
    answer = Answer.UNKNOWN if missing else Answer.YES
    yield use.concern(rule.weight, answer, values=values, evidence=evidence, missing=missing)


def _holds(row: Condition, *, lasting: bool) -> Answer:
    """Whether a diagnosis still speaks: a doubted one, and one that is over, have to be asked about."""
    if row.state is ConditionState.UNCONFIRMED:
        return Answer.UNKNOWN
    return Answer.of(True if lasting or row.state is not ConditionState.RESOLVED else None)


def _open_facts(doubtful: Iterable[Condition], rule: DiagnosisRule) -> tuple[str, ...]:
    facts = [
        f"{'confirmed' if row.state is ConditionState.UNCONFIRMED else 'still_present'}:{row.condition}"
        for row in doubtful
    ]
    return (*facts, *([rule.question] if rule.question else []))


# --- pairs of drugs


def _by_pair(use: Use, rule: PairRule) -> Iterator[Concern]:
    """Each drug on the other side of the pair that is taken, or was until lately."""
    against: set[str] = set()
    if use.is_one_of(rule.treatments):
        against |= rule.others
    if use.is_one_of(rule.others) and not rule.one_way:
        against |= rule.treatments
    for other, answer in use.subject.taking(frozenset(against), rule.washout_days):
        if other.ingredient == use.treatment:
            continue
        yield use.concern(
            rule.weight,
            answer,
            values=(("other", other.ingredient),),
            evidence=other.evidence,
            missing=(f"still_taken:{other.ingredient}",) if answer is Answer.UNKNOWN else (),
        )


# --- ages


def _by_age(use: Use, rule: AgeRule) -> Iterator[Concern]:
    years = rule.from_years if rule.from_years is not None else rule.under_years or 0
    older = use.subject.aged_at_least(years)
    answer = older if rule.from_years is not None else ~older
    if answer is not Answer.NO:
        person = use.subject.history.person
        yield use.concern(
            rule.weight,
            answer,
            values=(("years", years),),
            evidence=(person.record_id,),
            missing=("birth",) if answer is Answer.UNKNOWN else (),
        )
