"""HLA-B*15:02 and HLA-A*31:01 before drugs with which severe skin reactions begin."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assuage.answers import Answer
from assuage.records.rows import Observation
from assuage.safety.model import Concern
from assuage.safety.rules import TreatmentRule, numbers, treatment_rules
from assuage.safety.use import Use

_POSITIVE = re.compile(r"\b(positive|detected|present|carrier)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(negative|not|no|absent|non-carrier)\b", re.IGNORECASE)


def concerns(use: Use) -> Iterator[Concern]:
    """One concern for each allele that is carried, or not on record, and that the drug depends on.

    Whoever has taken the drug for months without a reaction may go on with care; for anybody else the
    allele is a hard stop.
    """
    rules = treatment_rules("hla")
    for allele in ("hla_b_1502", "hla_a_3101"):
        if use.is_one_of(rules[allele].treatments):
            yield from _by_allele(use, allele, rules[allele], rules[f"{allele}_tolerated"])


def _by_allele(use: Use, allele: str, naive: TreatmentRule, tolerated: TreatmentRule) -> Iterator[Concern]:
    rows = use.subject.observed((allele,))
    answer = carried(rows)
    if answer is Answer.NO:
        return
    weight = tolerated.weight if _has_tolerated(use) else naive.weight
    yield use.concern(
        weight,
        answer,
        evidence=tuple(row.record_id for row in rows),
        missing=(f"{allele}_result",) if answer is Answer.UNKNOWN else (),
    )


def carried(rows: tuple[Observation, ...]) -> Answer:
    """Whether any result is positive; no only where one is negative and none is anything else."""
    answers = [_result(row) for row in rows]
    if Answer.YES in answers:
        return Answer.YES
    return Answer.NO if answers and Answer.UNKNOWN not in answers else Answer.UNKNOWN


def _result(row: Observation) -> Answer:
    """A coded result; else what is printed after the name of the test."""
    if row.present is not Answer.UNKNOWN:
        return row.present
    said = row.text.rpartition(": ")[2]
    if _NEGATIVE.search(said):
        return Answer.NO
    return Answer.YES if _POSITIVE.search(said) else Answer.UNKNOWN


def _has_tolerated(use: Use) -> bool:
    """More than the time in which reactions begin, without one on record."""
    days: int = numbers("hla")["tolerated_days"].value
    long_enough = use.record is not None and use.record.longest_days > days
    reacted = any(
        reaction.ingredient in (None, use.treatment)
        and (reaction.severe or reaction.rash or reaction.allergy)
        for reaction in use.subject.reactions
    )
    return long_enough and not reacted
