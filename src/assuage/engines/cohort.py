"""The review of many people where their records are: the same rows as the plain review, as Ibis tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir

from assuage.engines.presented import (
    presented_findings,
    presented_judgements,
    presented_people,
    presented_trials,
    presented_verdicts,
)
from assuage.resistance.definition import Definition
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.tabular.answering import answers, verdicts
from assuage.resistance.tabular.facts import reviewed_cases, ruled_out, shared_facts, trials_of_cases
from assuage.resistance.tabular.judging import judge_trials
from assuage.trials.tabular.assemble import assemble_trials
from assuage.trials.tabular.known import known_by


@dataclass(frozen=True)
class ReviewTables:
    """The result tables of a review, their columns as `report.result_tables` names them.

    `findings` lack `reason_values` and `evidence`, and the gradings that stand beside the verdicts;
    `verdicts` are as they stand before any flag holds them back. `missing` is in alphabetical order.
    """

    people: ir.Table
    trials: ir.Table
    judgements: ir.Table
    findings: ir.Table
    verdicts: ir.Table


def kept(table: ir.Table) -> ir.Table:
    """A table worked out once and held in the engine's temporary space."""
    return table.cache()


def review_tables(
    tables: Mapping[str, ir.Table],
    *,
    as_of: date,
    market: str | None = None,
    definitions: Mapping[str, Definition] = DEFINITIONS,
) -> ReviewTables:
    """Review everyone with a pain condition in `tables`, which are the tables of `records.rows` by name."""
    known = known_by(tables, as_of, kept)
    found = assemble_trials(tables, known, kept)
    cases = kept(reviewed_cases(tables, known, market))
    shared = shared_facts(tables, known, cases, kept)
    trials = trials_of_cases(found.trials, cases)
    judged = kept(judge_trials(trials, found.steps, ruled_out(shared), definitions.values(), kept))
    told = answers(shared, judged, definitions.values(), kept)
    return ReviewTables(
        people=presented_people(known, found.trials),
        trials=presented_trials(found),
        judgements=presented_judgements(judged, list(definitions)),
        findings=presented_findings(told, cases),
        verdicts=presented_verdicts(verdicts(told, cases, definitions.values())),
    )
