"""What definitions ask, as small tables to join: made from the definitions themselves."""

from __future__ import annotations

from collections.abc import Iterable

import ibis.expr.types as ir

from assuage.codes.conditions import pain_conditions
from assuage.codes.drugs import formulary
from assuage.codes.procedures import procedures
from assuage.resistance.criteria.standing import narrow_words
from assuage.resistance.definition import Definition
from assuage.trials.tabular.columns import knowledge_table


def spoken_of(definitions: Iterable[Definition]) -> ir.Table:
    """Which definition speaks of which pain condition, a variant of what its definition speaks of.

    Columns: `definition`, `condition`.
    """
    rows = [
        {"definition": each.id, "condition": condition}
        for definition in definitions
        for condition in sorted(pain_conditions())
        if definition.speaks_of(condition)
        for each in (definition, *definition.variants)
    ]
    return knowledge_table(rows, {"definition": "string", "condition": "string"})


def trial_rules(definitions: Iterable[Definition]) -> ir.Table:
    """The `TrialRules` of each definition and variant, a row for each treatment that we know.

    Columns: `definition`, `treatment`, `target_low`, `target_high`, `target_unit` (null without a target),
    `is_acute`, `needed_days`, `needed_sessions`, `needed_percent`, `highest_tolerable`,
    `counts_intolerance`, `judged_after_days` (of procedures).
    """
    treatments = sorted({*formulary(), *procedures()})
    rows = []
    for definition in definitions:
        for each in (definition, *definition.variants):
            rows += [_rules_of(each, treatment) for treatment in treatments]
    return knowledge_table(
        rows,
        {
            "definition": "string",
            "treatment": "string",
            "target_low": "float64",
            "target_high": "float64",
            "target_unit": "string",
            "is_acute": "boolean",
            "needed_days": "int64",
            "needed_sessions": "int64",
            "needed_percent": "float64",
            "highest_tolerable": "boolean",
            "counts_intolerance": "boolean",
            "judged_after_days": "int64",
        },
    )


def _rules_of(definition: Definition, treatment: str) -> dict[str, object]:
    rules, target = definition.rules, definition.rules.target_doses.get(treatment)
    operation = procedures().get(treatment)
    return {
        "definition": definition.id,
        "treatment": treatment,
        "target_low": target and target.low,
        "target_high": target and target.high,
        "target_unit": target and target.unit,
        "is_acute": treatment in rules.acute,
        "needed_days": rules.days_needed(treatment),
        "needed_sessions": rules.sessions_of.get(treatment),
        "needed_percent": float(rules.response_percent),
        "highest_tolerable": rules.highest_tolerable,
        "counts_intolerance": rules.counts_intolerance,
        "judged_after_days": operation.judged_after_days if operation else 0,
    }


def treatment_words() -> ir.Table:
    """The words by which a statement can mean a very treatment: `treatment`, `word`."""
    rows = [
        {"treatment": treatment, "word": word}
        for treatment in sorted({*formulary(), *procedures()})
        for word in sorted(narrow_words(treatment, ""))
    ]
    return knowledge_table(rows, {"treatment": "string", "word": "string"})


def definition_table(definitions: Iterable[Definition]) -> ir.Table:
    """What a verdict says of its definition: `definition`, `kind`, `uses_market`."""
    rows = [
        {"definition": each.id, "kind": each.kind, "uses_market": each.uses_market} for each in definitions
    ]
    return knowledge_table(rows, {"definition": "string", "kind": "string", "uses_market": "boolean"})
