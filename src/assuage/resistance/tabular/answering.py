"""Findings and verdicts of many cases: the tabular form of `resistance.judge`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from assuage import __version__
from assuage.answers import Answer
from assuage.codes.conditions import pain_conditions
from assuage.resistance.criteria.base import same_values
from assuage.resistance.definition import Definition
from assuage.resistance.model import VerdictWord
from assuage.resistance.tabular.facts import TRIAL_FACTS, facts_under
from assuage.resistance.tabular.rules import definition_table
from assuage.trials.tabular.columns import no_texts
from assuage.trials.tabular.known import Keep

_YES, _NO, _OPEN = map(str, (Answer.YES, Answer.NO, Answer.UNKNOWN))

_ANSWER_COLUMNS = (
    *("case_id", "definition", "criterion", "decides"),
    *("answer", "reason_code", "reason_values", "missing"),
)


@dataclass(frozen=True)
class Answers:
    """Each criterion's answer for each case that its definition speaks of: `_ANSWER_COLUMNS`.

    A variant's whole answer stands beside those of its definition, as one that decides nothing.
    `findings` are the same rows with `evidence`, which is worked out only where it is asked for.
    """

    told: ir.Table
    findings: ir.Table


def answers(
    shared: Mapping[str, ir.Table], judged: ir.Table, definitions: Iterable[Definition], keep: Keep
) -> Answers:
    """Ask every criterion; `judged` are trials with their judgements under every definition and variant."""
    return _together(part for definition in definitions for part in _of(shared, judged, definition, keep))


def _together(parts: Iterable[Answers]) -> Answers:
    each = list(parts)
    told, findings = (
        ibis.union(*tables) for tables in zip(*((one.told, one.findings) for one in each), strict=True)
    )
    return Answers(told, findings)


def _of(
    shared: Mapping[str, ir.Table], judged: ir.Table, definition: Definition, keep: Keep
) -> Iterator[Answers]:
    spoken = [condition for condition in sorted(pain_conditions()) if definition.speaks_of(condition)]
    cases = keep(shared["cases"].filter(lambda case: case.condition.isin(spoken)))
    yield from _criteria(shared, judged, cases, definition, keep)
    for variant in definition.variants:
        whole = _conjunction(_together(_criteria(shared, judged, cases, variant, keep)).told)
        told = whole.mutate(
            reason_code=ibis.literal("variant_") + _verdict_word(whole.answer),
            reason_values=ibis.literal(same_values(variant=variant.title)),
        )
        named = _named(told, definition.id, variant.id.removeprefix(f"{definition.id}+"), decides=False)
        yield Answers(named, named.mutate(evidence=no_texts()))


def _criteria(
    shared: Mapping[str, ir.Table], judged: ir.Table, cases: ir.Table, definition: Definition, keep: Keep
) -> Iterator[Answers]:
    trials = keep(judged.filter(judged.definition == definition.id).select(*TRIAL_FACTS))
    facts = facts_under(shared, cases, trials)
    for criterion in definition.criteria:
        answered = keep(criterion.tabular(facts))
        named = _named(answered, definition.id, criterion.id, decides=criterion.decides)
        yield Answers(named, _with_evidence(named, criterion.evidence(facts, answered)))


def _named(told: ir.Table, definition: str, criterion: str, *, decides: bool) -> ir.Table:
    named = told.mutate(
        definition=ibis.literal(definition), criterion=ibis.literal(criterion), decides=ibis.literal(decides)
    )
    return named.select(*_ANSWER_COLUMNS)


def _with_evidence(told: ir.Table, records: ir.Table) -> ir.Table:
    once = records.distinct()
    lists = once.group_by("case_id").agg(evidence=once.record_id.collect().sort())
    rows = told.left_join(lists, "case_id", rname="{name}_records")
    return rows.select(*_ANSWER_COLUMNS, evidence=rows.evidence.fill_null(no_texts()))


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


def _verdict_word(answer: ir.StringValue) -> ir.StringValue:
    return answer.cases(*((str(one), str(VerdictWord.of(one))) for one in Answer))


def verdicts(told: ir.Table, cases: ir.Table, definitions: Iterable[Definition]) -> ir.Table:
    """Each definition's whole answer, before any flag holds it back."""
    whole = _conjunction(told)
    rows = whole.inner_join(cases, "case_id").inner_join(definition_table(definitions), "definition")
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
