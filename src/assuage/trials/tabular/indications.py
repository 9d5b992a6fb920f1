"""What a treatment was given for: the tabular form of `trials.indication`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.trials.model import Indication
from assuage.trials.tabular import knowledge

_QUESTION = ("person_no", "treatment", "stated")
_STATED, _PRESUMED, _UNKNOWN = map(str, (Indication.STATED, Indication.PRESUMED, Indication.UNKNOWN))


def for_each_condition(treated: ir.Table, reviewed: ir.Table, other: ir.Table) -> ir.Table:
    """Each treatment with every reviewed condition that it may have been for.

    `treated` has `person_no`, `treatment` and `stated` (a condition key, "" where none is stated); added
    are `condition`, `pains`, `indication` and `known_purpose` (null where it is no recognised treatment).
    """
    questions = treated.select(*_QUESTION).distinct()
    asked = _with_rivals(_with_knowledge(questions.inner_join(reviewed, "person_no")), other)
    told = asked.mutate(indication=_indication(asked))
    answers = told.filter(told.indication.notnull()).select(
        *_QUESTION, "condition", "pains", "indication", "known_purpose"
    )
    return treated.inner_join(answers, list(_QUESTION))


def _with_knowledge(asked: ir.Table) -> ir.Table:
    """What the lists say: `known_purpose`, `has_uses`, and whether stated word and condition are kin."""
    kin = knowledge.kinship()
    narrower = kin.select(stated=kin.narrow, condition=kin.wide, is_narrower=ibis.literal(True))
    kinds = kin.select(stated=kin.wide, condition=kin.narrow, is_kind=ibis.literal(True))
    rows = asked.left_join(knowledge.recognised_uses(), ["treatment", "condition"], rname="{name}_use")
    rows = rows.left_join(knowledge.listed_treatments(), "treatment", rname="{name}_listed")
    rows = rows.left_join(narrower, ["stated", "condition"], rname="{name}_narrower")
    rows = rows.left_join(kinds, ["stated", "condition"], rname="{name}_kind")
    return rows.select(
        *(*_QUESTION, "condition", "pains", "known_purpose", "has_uses"),
        is_narrower=rows.is_narrower.fill_null(False),
        is_kind=rows.is_kind.fill_null(False),
    )


def _with_rivals(asked: ir.Table, other: ir.Table) -> ir.Table:
    """`kinds`: the pains that the stated word covers; `has_rival`: it may have been for something else."""
    competing = knowledge.competing_indications()
    others = other.inner_join(competing, other.condition == competing.rival)
    others = others.select("person_no", "treatment").distinct().mutate(competes=True)
    rows = asked.left_join(others, ["person_no", "treatment"], rname="{name}_other")
    of_question = ibis.window(group_by=list(_QUESTION))
    return rows.mutate(
        kinds=rows.is_kind.cast("int64").sum().over(of_question),
        has_rival=(rows.known_purpose.count().over(of_question) > 1) | rows.competes.fill_null(False),
    )


def _indication(asked: ir.Table) -> ir.StringValue:
    """How it is known what the treatment was for; null where it was not for the condition."""
    is_stated = asked.stated != ""
    no_use = asked.known_purpose.isnull()
    nothing = ibis.null("string")
    return ibis.cases(
        (is_stated & asked.is_narrower, _STATED),
        (is_stated & asked.is_kind, (asked.kinds == 1).ifelse(_STATED, _UNKNOWN)),
        (is_stated | asked.has_uses.isnull(), nothing),
        (~asked.has_uses, _UNKNOWN),
        (no_use & (asked.pains > 1), nothing),
        (no_use | asked.has_rival, _UNKNOWN),
        else_=_PRESUMED,
    )
