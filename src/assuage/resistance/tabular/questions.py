"""What definitions ask, gathered by kind of criterion, so that each kind is asked once for all of them.

Definitions that ask the same share the answer, unless it rests on trials, which each judges its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

import ibis.expr.types as ir

from assuage.codes.conditions import pain_conditions
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import Criterion
from assuage.resistance.criteria.facts import NUMBER_BITS, Facts, asked_id
from assuage.resistance.definition import Definition
from assuage.resistance.tabular.facts import TRIAL_FACTS
from assuage.trials.tabular.columns import knowledge_table
from assuage.trials.tabular.known import Keep

_ABOUT_IT = ("id", "title", "provenance", "decides")
"""The fields of a criterion that are about it; the others are what it asks."""


@dataclass(frozen=True)
class Question:
    """A criterion as one definition, or a variant of it, asks it of the conditions that it speaks of."""

    number: int
    definition: str
    conditions: tuple[str, ...]
    criterion: Criterion


def questions(definitions: Iterable[Definition]) -> list[Question]:
    """Every criterion of the definitions and their variants; those that share their answer share a number.

    Raises ValueError for more numbers than there is room for.
    """
    numbers: dict[tuple[object, ...], int] = {}
    found = []
    for definition in definitions:
        spoken = tuple(key for key in sorted(pain_conditions()) if definition.speaks_of(key))
        for each in (definition, *definition.variants):
            for one in each.criteria:
                shared = (each.id if one.asks_of_trials else "", type(one), _what_it_asks(one))
                number = numbers.setdefault(shared, len(numbers))
                found.append(Question(number, each.id, spoken, one))
    if len(numbers) > 2**NUMBER_BITS:
        message = f"{len(numbers)} questions, but numbers for {2**NUMBER_BITS}: widen NUMBER_BITS"
        raise ValueError(message)
    return found


def by_kind(asked: Iterable[Question]) -> Iterator[list[Question]]:
    """The questions of each kind of criterion."""
    found: dict[type[Criterion], list[Question]] = {}
    for question in asked:
        found.setdefault(type(question.criterion), []).append(question)
    yield from found.values()


def criteria_of(asked: Iterable[Question]) -> Asked[Criterion]:
    """The criteria of questions of one kind, by their numbers."""
    return Asked({question.number: question.criterion for question in asked})


def facts_asked(facts: Facts, asked: Iterable[Question], keep: Keep) -> Facts:
    """The facts of all cases, under the numbers by which questions of one kind ask of them.

    `facts` are of all cases, their trials as every definition judges them, by its name in `definition`.
    """
    each = list(asked)
    spoken = {(condition, question.number) for question in each for condition in question.conditions}
    of_condition = _table(spoken, {"condition": "string", "number": "int64"})
    cases = facts.cases.inner_join(of_condition, "condition")
    cases = cases.mutate(of_case=cases.case_id, case_id=asked_id(cases.case_id, cases.number))
    of_definition = _table(
        {(question.definition, question.number) for question in each},
        {"definition": "string", "number": "int64"},
    )
    trials = facts.trials.inner_join(of_definition, "definition")
    trials = trials.mutate(case_id=asked_id(trials.case_id, trials.number))
    return facts.asked_as(keep(cases), trials.select(*TRIAL_FACTS))


def named(answered: ir.Table, asked: Iterable[Question], cases: ir.Table) -> ir.Table:
    """Answers once for each definition that asks: with `definition`, `criterion`, `decides`.

    `cases` are those of the `Facts` that the answers are of. `case_id` becomes the number of the case itself.
    """
    askers = _table(
        {
            (
                question.number,
                condition,
                question.definition,
                question.criterion.id,
                question.criterion.decides,
            )
            for question in asked
            for condition in question.conditions
        },
        {
            "number": "int64",
            "condition": "string",
            "definition": "string",
            "criterion": "string",
            "decides": "boolean",
        },
    )
    # few narrow columns here, so that the lists of the answers only pass by this join
    asks = cases.inner_join(askers, ["number", "condition"])
    asks = asks.select("of_case", "definition", "criterion", "decides", asked_id="case_id")
    rows = answered.inner_join(asks, answered.case_id == asks.asked_id)
    return rows.drop("case_id", "asked_id").rename(case_id="of_case")


def _what_it_asks(one: Criterion) -> str:
    # as text, because thresholds are mappings, which are no keys
    return repr([getattr(one, each.name) for each in fields(one) if each.name not in _ABOUT_IT])  # type: ignore[arg-type]


def _table(rows: Iterable[tuple[object, ...]], schema: dict[str, str]) -> ir.Table:
    return knowledge_table([dict(zip(schema, row, strict=True)) for row in sorted(rows)], schema)
