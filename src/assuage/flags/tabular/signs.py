"""Signs on record raise flags: the tabular form of `flags.signs`, for all families of signs at once.

The families differ in the pains that a sign speaks of, which is a table here, and in what settles it,
which is one in `settling`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import ibis
import ibis.expr.types as ir

from assuage.flags.cauda_equina import WHATEVER_THE_PAIN
from assuage.flags.giant_cell_arteritis import DIAGNOSIS
from assuage.flags.model import Urgency
from assuage.flags.rules import SIGN_FAMILIES, Sign, numbers, signs
from assuage.flags.secondary_trigeminal import MADE_BY_KNOWN_CAUSE, MAY_FOLLOW_SURGERY, TRIGEMINAL
from assuage.flags.tabular.ages import aged_at_least, with_ages
from assuage.flags.tabular.facts import FlagFacts, kinds_of, reviewed_of
from assuage.flags.tabular.found import earliest
from assuage.flags.tabular.raised import Raised, raised_rows
from assuage.records.rows import ConditionState
from assuage.trials.tabular.columns import knowledge_table, packed, unpacked

_NOTHING, _NOTHING_SPINAL = "nothing", "nothing spinal"
"""What is under review where a sign speaks of the person: no pain, or none of the spine."""


def raised_by_signs(facts: FlagFacts, causes: ir.Table) -> Raised:
    """Each sign of a person for each of the conditions that it speaks of.

    `causes` (`person_no`, `is_known`) are the diseases that make signs of trigeminal neuralgia.
    """
    signs_of = _unexplained(_summed(facts.signs), causes)
    rows = signs_of.inner_join(_spoken_of(), "flag").inner_join(_concerned(facts), ["person_no", "pain"])
    rows = rows.inner_join(facts.people.drop("person_id"), "person_no")
    rows = rows.mutate(**unpacked(rows.latest.fill_null(packed(rows.as_of, rows.as_of)), "latest"))
    rows = with_ages(rows, "latest")
    old = aged_at_least(numbers(DIAGNOSIS)["age_years"].value, rows)
    rows = rows.mutate(old=rows.counts_from_age.ifelse(old, True))
    rows = rows.filter(rows.old.fill_null(True))
    is_cause = rows.flag.isin(names_of_signs("intracranial"))
    may_be_numbed = rows.flag.isin(MAY_FOLLOW_SURGERY) & ~rows.undated
    raised = raised_rows(
        rows,
        since=rows.since,
        urgency=rows.old.fill_null(False).ifelse(rows.urgency, str(Urgency.LOOK)),
        source=rows.source,
        reason=(is_cause & rows.doubted).ifelse("cause_suspected", rows.reason),
        is_over=~rows.going_on & is_cause.ifelse(rows.coded, ~rows.found),
        numbed_before=may_be_numbed.ifelse(rows.first_day, ibis.null("int64")),
    )
    return Raised(raised)


def _summed(seen: ir.Table) -> ir.Table:
    """One row for each sign of a person: when it was there, and what made it."""
    is_open = seen.is_diagnosis & (seen.state != str(ConditionState.RESOLVED)).fill_null(True)
    in_doubt = seen.is_diagnosis & (seen.state == str(ConditionState.UNCONFIRMED)).fill_null(False)
    return seen.group_by("person_no", "flag").agg(
        since=earliest(seen),
        latest=packed(seen.since_first, seen.since_last).max(),
        known_by=_known_by(seen),
        first_day=seen.since_first.min(),
        undated=seen.since_last.isnull().any(),
        found=(~seen.is_diagnosis).any(),
        coded=seen.is_diagnosis.any(),
        going_on=is_open.any(),
        doubted=in_doubt.all(),
    )


def _known_by(facts: ir.Table) -> ir.IntegerValue:
    """The day by which the facts of a group were known; null where open."""
    found = ~facts.is_diagnosis
    undated = (found & facts.since_last.isnull()).any()
    last_found = facts.since_last.max(where=found)
    first_coded = facts.since_last.min(where=facts.is_diagnosis)
    known = ibis.greatest(ibis.coalesce(last_found, first_coded), ibis.coalesce(first_coded, last_found))
    return undated.ifelse(ibis.null("int64"), known)


def _unexplained(signs_of: ir.Table, causes: ir.Table) -> ir.Table:
    """Signs that are flags of their own: not those that a diagnosis on record brings along."""
    known = causes.filter(causes.is_known).select("person_no").distinct()
    diagnosed = signs_of.filter(signs_of.flag == DIAGNOSIS).select("person_no")
    brought = {
        **dict.fromkeys(MADE_BY_KNOWN_CAUSE, "trigeminal"),
        **{sign.flag: DIAGNOSIS for sign in signs(DIAGNOSIS) if sign.flag != DIAGNOSIS},
    }
    by = [{"flag": flag, "by": disease} for flag, disease in brought.items()]
    diseases = known.mutate(by=ibis.literal("trigeminal")).union(diagnosed.mutate(by=ibis.literal(DIAGNOSIS)))
    of_disease = diseases.inner_join(knowledge_table(by, {"flag": "string", "by": "string"}), "by")
    return signs_of.anti_join(of_disease, ["person_no", "flag"])


def _concerned(facts: FlagFacts) -> ir.Table:
    """What is under review of each person: `about` as in a flag, and `pain` as in `_spoken_of`."""
    reviewed = facts.reviewed.select("person_no", about="condition", pain="condition")
    lacking = {
        _NOTHING: facts.reviewed,
        _NOTHING_SPINAL: reviewed_of(facts, _wider_pains("cauda_equina")),
    }
    people = facts.people.select("person_no", about=ibis.literal(""))
    return ibis.union(
        reviewed,
        *(
            people.anti_join(pains, "person_no").mutate(pain=ibis.literal(pain))
            for pain, pains in lacking.items()
        ),
    )


def _spoken_of() -> ir.Table:
    """The signs by `pain` they speak of: `flag`, `urgency`, `source`, `reason`, `counts_from_age`.

    A sign does not speak of a pain to which it belongs by definition.
    """
    told_by_state = (*names_of_signs("intracranial"), DIAGNOSIS)
    rows = [
        {
            "flag": sign.flag,
            "pain": pain,
            "urgency": str(sign.urgency),
            "source": sign.provenance.source,
            "reason": None if sign.flag in told_by_state else sign.flag,
            "counts_from_age": family == DIAGNOSIS != sign.flag,
        }
        for family in SIGN_FAMILIES
        for sign in signs(family)
        for pain in _pains_of(family, sign)
    ]
    texts = dict.fromkeys(("flag", "pain", "urgency", "source", "reason"), "string")
    return knowledge_table(rows, {**texts, "counts_from_age": "boolean"})


def _pains_of(family: str, sign: Sign) -> Iterator[str]:
    within = kinds_of(sign.not_in)
    yield from (pain for pain in kinds_of(_wider_pains(family)) if pain not in within)
    if family in ("intracranial", DIAGNOSIS):
        yield _NOTHING
    if sign.flag in WHATEVER_THE_PAIN:
        yield _NOTHING_SPINAL


def _wider_pains(family: str) -> Iterable[str]:
    """The pains that the signs of a family speak of."""
    named = {"red_flags": ("headache",), "secondary_trigeminal": TRIGEMINAL}
    number = "spinal_pain" if family == "cauda_equina" else "pain"
    return named.get(family) or numbers(family)[number].value


def names_of_signs(family: str) -> list[str]:
    """The names of the flags that the signs of a family are."""
    return [sign.flag for sign in signs(family)]
