"""How classes of treatments stand, many cases at once: the tabular form of `standing.class_standing`.

Most classes of a definition have never been tried, so that rows stand only for those that a trial, an
allergy or a word speaks of. A set of classes is one whole number, each class a power of two by its place.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from assuage.codes.conditions import belongs_to, concepts
from assuage.records.rows import StatementKind
from assuage.resistance.criteria.facts import Facts
from assuage.resistance.criteria.standing import (
    OUTRANKING,
    WIDE_WORDS,
    Standing,
    TreatmentClass,
    at_work_now,
    narrow_words,
)
from assuage.resistance.model import CountsAs
from assuage.trials.tabular.columns import knowledge_table

_MEMBER = ("case_id", "drawn_as", "treatment")
_SPOKEN = ("tried", "responding", "failed", "open", "ruled_out", "never")


def spoken_classes(facts: Facts, drawn: Sequence[TreatmentClass]) -> ir.Table:
    """One row for each case and class that is available to it and that something speaks of.

    Columns: `case_id`, `drawn_as`, `bit`, `covered` (of the case), `standing`, `tried` (whether a member
    was), `unsettled` (whether it is unknown what some trial of a member counts as).
    """
    members = _member_standings(facts, drawn)
    held = {str(word): (members.standing == str(word)).any() for word in OUTRANKING}
    summed = members.group_by("case_id", "drawn_as").agg(
        spoken=members.count(), tried=members.tried.any(), unsettled=members.open.any(), **held
    )
    rows = summed.inner_join(_sizes(drawn), "drawn_as")
    cases = facts.cases.select("case_id", "condition", "market", "covered")
    rows = rows.inner_join(cases, "case_id")
    others = rows.members > rows.spoken
    stands = {word: rows[str(word)] for word in OUTRANKING}
    stands[Standing.UNKNOWN] |= others & ~rows.covered
    stands[Standing.NOT_FAILED] |= others & rows.covered
    standing = ibis.cases(
        *((stands[word], str(word)) for word in OUTRANKING), else_=str(Standing.CONTRAINDICATED)
    )
    left_out = ibis.or_(*(_is_left_out(rows, one) & (rows.drawn_as == one.key) for one in drawn))
    return rows.filter(~left_out).select(
        "case_id", "drawn_as", "bit", "covered", "tried", "unsettled", standing=standing
    )


def bits_of(drawn: Sequence[TreatmentClass]) -> dict[str, int]:
    """The number of each class by its key."""
    return {one.key: 2**place for place, one in enumerate(drawn)}


def offered_classes(
    cases: ir.Table, drawn: Sequence[TreatmentClass]
) -> tuple[ir.IntegerValue, ir.IntegerValue]:
    """The set of classes available to each case, and how many they are."""
    bits, restricted = bits_of(drawn), [one for one in drawn if one.not_available_in or one.not_for]
    everywhere = [one for one in drawn if one not in restricted]
    offered = ibis.literal(sum(bits[one.key] for one in everywhere), "int64")
    count = ibis.literal(len(everywhere), "int64")
    for one in restricted:
        is_offered = ~_is_left_out(cases, one)
        offered = offered + is_offered.ifelse(bits[one.key], 0)
        count = count + is_offered.ifelse(1, 0)
    return offered, count


def keys_of(classes: ir.IntegerValue, drawn: Sequence[TreatmentClass], separator: str) -> ir.StringValue:
    """The keys of a set of classes as text, in the order of the definition; "" for none."""
    parts = [has(classes, bit).ifelse(separator + key, "") for key, bit in bits_of(drawn).items()]
    # most sets are empty, and are then not written out
    return (classes == 0).ifelse("", ibis.literal("").join(parts).substr(len(separator)))


def has(classes: ir.IntegerValue, bit: int | ir.IntegerValue) -> ir.BooleanValue:
    """Whether a set of classes holds the class of this number."""
    return (classes & bit) != 0


def members_table(drawn: Sequence[TreatmentClass]) -> ir.Table:
    """The members of classes: `drawn_as`, `treatment`, and the `bit` of the class."""
    bits = bits_of(drawn)
    rows = [
        {"drawn_as": one.key, "treatment": member, "bit": bits[one.key]}
        for one in drawn
        for member in one.members
    ]
    return knowledge_table(rows, {"drawn_as": "string", "treatment": "string", "bit": "int64"})


def ruling_out(facts: Facts, drawn: Sequence[TreatmentClass]) -> ir.Table:
    """The allergies and statements that rule members out: `_MEMBER`, `record_id`."""
    places = members_table(drawn).drop("bit")
    allergic = facts.allergies.inner_join(places, "treatment")
    words = _words_table(drawn)
    said = _said(facts, StatementKind.CONTRAINDICATED, words.filter(~words.wide))
    return allergic.select(*_MEMBER, "record_id").union(said)


def _sizes(drawn: Sequence[TreatmentClass]) -> ir.Table:
    bits = bits_of(drawn)
    rows = [{"drawn_as": one.key, "members": len(set(one.members)), "bit": bits[one.key]} for one in drawn]
    return knowledge_table(rows, {"drawn_as": "string", "members": "int64", "bit": "int64"})


def _is_left_out(cases: ir.Table, drawn: TreatmentClass) -> ir.BooleanValue:
    """Whether a class is not sold in the market of a case, or not meant for its condition."""
    unsold = cases.market.isin(drawn.not_available_in).fill_null(False)
    return unsold | cases.condition.isin(_kinds(drawn.not_for))


def _kinds(wider: Sequence[str]) -> list[str]:
    return sorted(key for key in concepts() if any(belongs_to(key, one) for one in wider))


def _member_standings(facts: Facts, drawn: Sequence[TreatmentClass]) -> ir.Table:
    """The tabular form of `treatment_standing`, for members that a trial, an allergy or a word speaks of."""
    rows = _spoken_of(facts, drawn).inner_join(facts.cases.select("case_id", "covered"), "case_id")
    word = ibis.cases(
        (rows.responding, str(Standing.RESPONDING)),
        (rows.failed, str(Standing.FAILED)),
        (rows.ruled_out, str(Standing.CONTRAINDICATED)),
        (rows.open, str(Standing.UNKNOWN)),
        ((rows.never & ~rows.tried) | rows.covered, str(Standing.NOT_FAILED)),
        else_=str(Standing.UNKNOWN),
    )
    return rows.select(*_MEMBER, "tried", "open", standing=word)


def _spoken_of(facts: Facts, drawn: Sequence[TreatmentClass]) -> ir.Table:
    """What speaks of each member of a class, as one column of `_SPOKEN` each."""
    trials = facts.trials.inner_join(members_table(drawn), "treatment")
    tried = trials.select(
        *_MEMBER,
        tried=ibis.literal(True),
        responding=at_work_now(trials),
        failed=trials.counts_as == str(CountsAs.FAILED),
        open=trials.counts_as == str(CountsAs.UNKNOWN),
    )
    never = _said(facts, StatementKind.NEVER_TRIED, _words_table(drawn))
    parts = (tried, ruling_out(facts, drawn).mutate(ruled_out=True), never.mutate(never=True))
    rows = ibis.union(
        *(
            part.select(*_MEMBER, **{name: part[name] if name in part.columns else False for name in _SPOKEN})
            for part in parts
        )
    )
    return rows.group_by(*_MEMBER).agg(**{name: rows[name].any() for name in _SPOKEN})


def _words_table(drawn: Sequence[TreatmentClass]) -> ir.Table:
    """The words by which a statement can mean a member of a class; `wide` ones mean many at once."""
    rows = [
        {"drawn_as": one.key, "treatment": member, "word": word, "wide": word in WIDE_WORDS}
        for one in drawn
        for member in one.members
        for word in sorted(narrow_words(member, one.key) | WIDE_WORDS)
    ]
    columns = {"drawn_as": "string", "treatment": "string", "word": "string", "wide": "boolean"}
    return knowledge_table(rows, columns)


def _said(facts: Facts, kind: StatementKind, words: ir.Table) -> ir.Table:
    said = facts.statements.filter(facts.statements.kind == str(kind), facts.statements.answer == "yes")
    return said.inner_join(words, said.about == words.word).select(*_MEMBER, "record_id")
