"""How classes of treatments stand, many cases at once: the tabular form of `standing.class_standing`.

Most classes of a definition have never been tried, so that rows stand only for those that a trial, an
allergy or a word speaks of. A set of classes is one whole number, each class a power of two by its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Protocol

import ibis
import ibis.expr.types as ir

from assuage.codes.conditions import belongs_to, concepts
from assuage.records.rows import StatementKind
from assuage.resistance.criteria.asked import Asked
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

_MEMBER = ("case_id", "bit", "treatment")
_SPOKEN = ("tried", "responding", "failed", "open", "ruled_out", "never")


class DrawsClasses(Protocol):
    """A criterion about classes of treatments."""

    @property
    def classes(self) -> tuple[TreatmentClass, ...]:
        """The classes, in the order of the definition."""


def spoken_classes(facts: Facts, asked: Asked[DrawsClasses]) -> ir.Table:
    """One row for each case and class that is available to it and that something speaks of.

    Columns: `case_id`, `bit` (of the class), `covered` (of the case), `standing`, `tried` (whether a member
    was), `unsettled` (whether it is unknown what some trial of a member counts as).
    """
    members = _member_standings(facts, asked)
    held = {str(word): (members.standing == str(word)).any() for word in OUTRANKING}
    summed = members.group_by("case_id", "bit").agg(
        spoken=members.count(), tried=members.tried.any(), unsettled=members.open.any(), **held
    )
    rows = asked.numbered(summed).inner_join(_classes(asked), ["number", "bit"])
    cases = offered_classes(facts, asked).select("case_id", "covered", "offered_set")
    rows = rows.inner_join(cases, "case_id")
    others = rows.members > rows.spoken
    stands = {word: rows[str(word)] for word in OUTRANKING}
    stands[Standing.UNKNOWN] |= others & ~rows.covered
    stands[Standing.NOT_FAILED] |= others & rows.covered
    standing = ibis.cases(
        *((stands[word], str(word)) for word in OUTRANKING), else_=str(Standing.CONTRAINDICATED)
    )
    return rows.filter(has(rows.offered_set, rows.bit)).select(
        "case_id", "bit", "covered", "tried", "unsettled", standing=standing
    )


def offered_classes(facts: Facts, asked: Asked[DrawsClasses]) -> ir.Table:
    """The cases with the classes available to each: `offered_set`, and `offered`, how many they are."""
    restricted = [drawn for one in asked.criteria.values() for drawn in one.classes]
    markets = sorted({market for drawn in restricted for market in drawn.not_available_in})
    conditions = sorted({key for drawn in restricted for key in _kinds(drawn.not_for)})
    offers = asked.table(
        lambda one: _offers(one.classes, ["", *markets], ["", *conditions]),
        {"place": "string", "concern": "string", "offered_set": "int64", "offered": "int64"},
    )
    cases = asked.numbered(facts.cases)
    cases = cases.mutate(place=_one_of(cases.market, markets), concern=_one_of(cases.condition, conditions))
    return cases.inner_join(offers, ["number", "place", "concern"])


def _offers(
    classes: tuple[TreatmentClass, ...], markets: Iterable[str], conditions: list[str]
) -> Iterator[dict[str, object]]:
    """What is offered in each market that matters, for each condition that does; "" is any other."""
    for market in markets:
        sold = [
            (2**place, drawn) for place, drawn in enumerate(classes) if market not in drawn.not_available_in
        ]
        for condition in conditions:
            offered = [bit for bit, drawn in sold if condition not in _kinds(drawn.not_for)]
            yield {
                "place": market,
                "concern": condition,
                "offered_set": sum(offered),
                "offered": len(offered),
            }


def _one_of(word: ir.StringValue, words: list[str]) -> ir.StringValue:
    return word.isin(words).fill_null(False).ifelse(word, "") if words else ibis.literal("")


@cache
def _kinds(wider: tuple[str, ...]) -> set[str]:
    return {key for key in concepts() if any(belongs_to(key, one) for one in wider)}


def has(classes: ir.IntegerValue, bit: ir.IntegerValue) -> ir.BooleanValue:
    """Whether a set of classes holds the class of this number."""
    return (classes & bit) != 0


def with_keys(rows: ir.Table, asked: Asked[DrawsClasses], *sets: str) -> ir.Table:
    """Rows with the keys of sets of classes as text: for `failed_set`, `failed_keys`; null for none.

    The keys are in the order of the definition, with commas between. `rows` have a `number`. Few sets are
    different, so that each is written out once.
    """
    found = ibis.union(*(rows.select("number", classes=name) for name in sets), distinct=True)
    each = found.inner_join(_classes(asked), "number")
    each = each.filter(has(each.classes, each.bit))
    texts = each.group_by("number", "classes").agg(keys=each.drawn_as.collect(order_by=each.bit).join(","))
    for name in sets:
        wanted = texts.select("number", **{name: "classes", name.replace("_set", "_keys"): "keys"})
        rows = rows.left_join(wanted, ["number", name], rname="{name}_" + name)
        rows = rows.drop(f"number_{name}", f"{name}_{name}")
    return rows


def members_table(asked: Asked[DrawsClasses]) -> ir.Table:
    """The members of classes: `number` of the criterion, `bit` of the class, `treatment`."""
    return asked.table(
        lambda one: (
            {"bit": 2**place, "treatment": member}
            for place, drawn in enumerate(one.classes)
            for member in drawn.members
        ),
        {"bit": "int64", "treatment": "string"},
    )


def ruling_out(facts: Facts, asked: Asked[DrawsClasses]) -> ir.Table:
    """The allergies and statements that rule members out: `_MEMBER`, `record_id`."""
    allergic = asked.numbered(facts.allergies).inner_join(members_table(asked), ["number", "treatment"])
    words = _words_table(asked)
    said = _said(facts, asked, StatementKind.CONTRAINDICATED, words.filter(~words.wide))
    return allergic.select(*_MEMBER, "record_id").union(said)


def _classes(asked: Asked[DrawsClasses]) -> ir.Table:
    """The classes: `number` of the criterion, `bit`, `drawn_as`, and how many `members`."""
    return asked.table(
        lambda one: (
            {"bit": 2**place, "drawn_as": drawn.key, "members": len(set(drawn.members))}
            for place, drawn in enumerate(one.classes)
        ),
        {"bit": "int64", "drawn_as": "string", "members": "int64"},
    )


def _member_standings(facts: Facts, asked: Asked[DrawsClasses]) -> ir.Table:
    """The tabular form of `treatment_standing`, for members that a trial, an allergy or a word speaks of."""
    rows = _spoken_of(facts, asked).inner_join(facts.cases.select("case_id", "covered"), "case_id")
    word = ibis.cases(
        (rows.responding, str(Standing.RESPONDING)),
        (rows.failed, str(Standing.FAILED)),
        (rows.ruled_out, str(Standing.CONTRAINDICATED)),
        (rows.open, str(Standing.UNKNOWN)),
        ((rows.never & ~rows.tried) | rows.covered, str(Standing.NOT_FAILED)),
        else_=str(Standing.UNKNOWN),
    )
    return rows.select(*_MEMBER, "tried", "open", standing=word)


def _spoken_of(facts: Facts, asked: Asked[DrawsClasses]) -> ir.Table:
    """What speaks of each member of a class, as one column of `_SPOKEN` each."""
    trials = asked.numbered(facts.trials).inner_join(members_table(asked), ["number", "treatment"])
    tried = trials.select(
        *_MEMBER,
        tried=ibis.literal(True),
        responding=at_work_now(trials),
        failed=trials.counts_as == str(CountsAs.FAILED),
        open=trials.counts_as == str(CountsAs.UNKNOWN),
    )
    never = _said(facts, asked, StatementKind.NEVER_TRIED, _words_table(asked))
    parts = (tried, ruling_out(facts, asked).mutate(ruled_out=True), never.mutate(never=True))
    rows = ibis.union(
        *(
            part.select(*_MEMBER, **{name: part[name] if name in part.columns else False for name in _SPOKEN})
            for part in parts
        )
    )
    return rows.group_by(*_MEMBER).agg(**{name: rows[name].any() for name in _SPOKEN})


def _words_table(asked: Asked[DrawsClasses]) -> ir.Table:
    """The words by which a statement can mean a member of a class; `wide` ones mean many at once."""
    return asked.table(
        lambda one: (
            {"bit": 2**place, "treatment": member, "about": word, "wide": word in WIDE_WORDS}
            for place, drawn in enumerate(one.classes)
            for member in drawn.members
            for word in sorted(narrow_words(member, drawn.key) | WIDE_WORDS)
        ),
        {"bit": "int64", "treatment": "string", "about": "string", "wide": "boolean"},
    )


def _said(facts: Facts, asked: Asked[DrawsClasses], kind: StatementKind, words: ir.Table) -> ir.Table:
    rows = asked.numbered(facts.statements)
    said = rows.filter(rows.kind == str(kind), rows.answer == "yes")
    return said.inner_join(words, ["number", "about"]).select(*_MEMBER, "record_id")
