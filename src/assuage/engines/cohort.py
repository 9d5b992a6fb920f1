"""The review of many people where their records are: the same rows as the plain review, as Ibis tables."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir

from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.engines.presented import (
    first_starts,
    presented_findings,
    presented_flags,
    presented_judgements,
    presented_people,
    presented_trials,
    presented_verdicts,
)
from assuage.flags.tabular import find_flags
from assuage.flags.tabular.facts import flag_facts
from assuage.resistance.criteria.facts import Facts
from assuage.resistance.definition import Definition
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.tabular.answering import answers, verdicts
from assuage.resistance.tabular.facts import reviewed_cases, ruled_out, shared_facts, trials_of_cases
from assuage.resistance.tabular.grading import gradings
from assuage.resistance.tabular.held_back import held_back
from assuage.resistance.tabular.judging import judge_trials
from assuage.trials.tabular.assemble import assemble_trials
from assuage.trials.tabular.known import known_by

_LOCK_WAIT_S = 0.0005


@dataclass(frozen=True)
class ReviewTables:
    """The result tables of a review, their columns as `report.result_tables` names them.

    `missing` is in alphabetical order.
    `first_starts` is no result table: it is what the index counts pathways from.
    """

    people: ir.Table
    trials: ir.Table
    judgements: ir.Table
    findings: ir.Table
    verdicts: ir.Table
    flags: ir.Table
    first_starts: ir.Table


@contextmanager
def working_ahead(tables: Mapping[str, ir.Table]) -> Iterator[None]:
    """Within the block review tables are asked for and written; at its end all of it is done.

    Where the engine can, it works while Python writes the next queries. These are made of very many small
    objects that live until the block ends: looking for what can be let go among them would take a quarter of
    the time, and find nothing. DuckDB asks Python for its lock at every step of a query, to hear of an
    interruption; with the usual wait for it, ten times as long, 20,000 people take a sixth more time.
    """
    engine = tables["person"].get_backend()
    collecting, interval_s = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(_LOCK_WAIT_S)
    try:
        with engine.working_ahead() if isinstance(engine, DuckDBBackend) else nullcontext():
            yield
    finally:
        sys.setswitchinterval(interval_s)
        if collecting:
            gc.enable()


def kept(table: ir.Table) -> ir.Table:
    """A table worked out once and held in the engine's temporary space."""
    return table.cache()


def review_tables(
    tables: Mapping[str, ir.Table],
    *,
    as_of: date | None,
    market: str | None = None,
    definitions: Mapping[str, Definition] = DEFINITIONS,
) -> ReviewTables:
    """Review everyone with a pain condition in `tables`, which are the tables of `records.rows` by name.

    Without `as_of` each person is reviewed as of the last day that their own records speak of.
    """
    known = known_by(tables, as_of, kept)
    found = assemble_trials(tables, known, kept)
    cases = kept(reviewed_cases(tables, known, market))
    shared = shared_facts(tables, known, found.trials, cases, kept)
    trials = trials_of_cases(found.trials, cases)
    judged = kept(judge_trials(trials, found.steps, ruled_out(shared), definitions.values(), kept))
    answered = answers(Facts(**shared, trials=judged), list(definitions.values()), kept)
    findings = answered.findings.union(gradings(known, cases).select(*answered.findings.columns))
    flags = find_flags(flag_facts(tables, known, found, kept), kept)
    told = held_back(verdicts(answered.wholes, cases, definitions.values()), flags, cases)
    return ReviewTables(
        people=presented_people(known, found.trials),
        trials=presented_trials(found),
        judgements=presented_judgements(judged, cases, list(definitions)),
        findings=presented_findings(findings, cases),
        verdicts=presented_verdicts(told),
        flags=presented_flags(flags, known.people),
        first_starts=first_starts(found),
    )
