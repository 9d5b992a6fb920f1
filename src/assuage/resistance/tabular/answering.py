"""Findings and verdicts of many cases: the tabular form of `resistance.judge`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from assuage import __version__
from assuage.answers import Answer
from assuage.resistance.criteria.base import same_values
from assuage.resistance.criteria.facts import Facts
from assuage.resistance.definition import Definition
from assuage.resistance.model import VerdictWord
from assuage.resistance.tabular.questions import (
    Question,
    by_kind,
    criteria_of,
    facts_asked,
    named,
    questions,
)
from assuage.resistance.tabular.rules import definition_table
from assuage.trials.tabular.columns import each_once, knowledge_table, no_texts
from assuage.trials.tabular.known import Keep

_YES, _NO, _OPEN = map(str, (Answer.YES, Answer.NO, Answer.UNKNOWN))

_ANSWER_COLUMNS = (
    *("case_id", "definition", "criterion", "decides"),
    *("answer", "reason_code", "reason_values", "missing"),
)


@dataclass(frozen=True)
class Answers:
    """What the definitions answer for each case that they speak of.

    `findings` are the answers of their criteria: `_ANSWER_COLUMNS` and `evidence`. A variant's whole answer
    stands among those of its definition, as one that decides nothing. `wholes` are the whole answers, of
    variants too: `case_id`, `definition`, `known` of how many `asked`, `answer`, `missing`.
    """

    findings: ir.Table
    wholes: ir.Table


def answers(facts: Facts, definitions: Sequence[Definition], keep: Keep) -> Answers:
    """Ask every criterion; trials of `facts` stand there as judged under each `definition` and variant."""
    told, findings = zip(
        *(_asked(facts, kind, keep) for kind in by_kind(questions(definitions))), strict=True
    )
    wholes = keep(_conjunction(ibis.union(*told)))
    variants = _variants(definitions)
    found = ibis.union(*findings).anti_join(variants.select(definition="variant"), "definition")
    return Answers(found.union(_by_variant(wholes, variants)), wholes)


def _asked(facts: Facts, asked: Sequence[Question], keep: Keep) -> tuple[ir.Table, ir.Table]:
    """The answers to questions of one kind, without evidence and with it."""
    kind, criteria = type(asked[0].criterion), criteria_of(asked)
    of_kind = facts_asked(facts, asked, keep)
    answered = keep(kind.tabular(of_kind, criteria))
    told = named(answered, asked, of_kind.cases).select(*_ANSWER_COLUMNS)
    with_evidence = _with_evidence(answered, kind.evidence(of_kind, criteria, answered))
    return told, named(with_evidence, asked, of_kind.cases).select(*_ANSWER_COLUMNS, "evidence")


def _with_evidence(answered: ir.Table, rests_on: ir.Table) -> ir.Table:
    lists = rests_on.group_by("case_id").agg(records=rests_on.records.collect().flatten())
    lists = lists.mutate(records=lists.records.sort())
    rows = answered.left_join(lists, "case_id", rname="{name}_records")
    return rows.mutate(evidence=each_once(rows.records).fill_null(no_texts()))


def _conjunction(told: ir.Table) -> ir.Table:
    """Kleene's "and" over the deciding answers of each case and definition, and how many are known."""
    deciding = told.filter(told.decides)
    summed = deciding.group_by("case_id", "definition").agg(
        some_no=(deciding.answer == _NO).any(),
        some_open=(deciding.answer == _OPEN).any(),
        known=(deciding.answer != _OPEN).sum(),
        asked=deciding.count(),
        missing=deciding.missing.collect(where=deciding.answer == _OPEN).flatten(),
    )
    answer = ibis.cases((summed.some_no, _NO), (summed.some_open, _OPEN), else_=_YES)
    missing = (answer == _OPEN).ifelse(summed.missing.unique().sort(), no_texts())
    return summed.select("case_id", "definition", "known", "asked", answer=answer, missing=missing)


def _variants(definitions: Iterable[Definition]) -> ir.Table:
    """The variants of definitions, and what their answers are called among those of their definition."""
    rows = [
        {
            "variant": variant.id,
            "definition": definition.id,
            "criterion": variant.id.removeprefix(f"{definition.id}+"),
            "reason_values": same_values(variant=variant.title),
        }
        for definition in definitions
        for variant in definition.variants
    ]
    return knowledge_table(
        rows, dict.fromkeys(("variant", "definition", "criterion", "reason_values"), "string")
    )


def _by_variant(wholes: ir.Table, variants: ir.Table) -> ir.Table:
    rows = wholes.rename(variant="definition").inner_join(variants, "variant")
    return rows.select(
        "case_id",
        "definition",
        "criterion",
        decides=ibis.literal(False),
        answer="answer",
        reason_code=ibis.literal("variant_") + _verdict_word(rows.answer),
        reason_values="reason_values",
        missing=rows.missing,
        evidence=no_texts(),
    )


def _verdict_word(answer: ir.StringValue) -> ir.StringValue:
    return answer.cases(*((str(one), str(VerdictWord.of(one))) for one in Answer))


def verdicts(wholes: ir.Table, cases: ir.Table, definitions: Iterable[Definition]) -> ir.Table:
    """Each definition's whole answer, before any flag holds it back."""
    rows = wholes.inner_join(cases, "case_id").inner_join(definition_table(definitions), "definition")
    share = (2000 * rows.known + rows.asked) // (2 * rows.asked) / 1000
    return rows.select(
        "case_id",
        "person_id",
        "condition",
        "definition",
        "kind",
        "as_of",
        market=rows.uses_market.ifelse(rows.market, ibis.null("string")),
        verdict=_verdict_word(rows.answer),
        missing=rows.missing,
        completeness=share,
        ruleset_version=ibis.literal(__version__),
    )
