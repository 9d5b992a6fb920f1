"""Whom a review is of, and what was on record of them: the tabular form of `History.until`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from assuage.trials.tabular import knowledge
from assuage.trials.tabular.columns import partial
from assuage.trials.tabular.last_days import last_days
from assuage.trials.tabular.response import attributed_scores

Keep = Callable[[ir.Table], ir.Table]
"""Holds a table that several others read: works it out once, where the engine can."""


@dataclass(frozen=True)
class Known:
    """What was on record of the reviewed people by the day of the review.

    `people` are as `reviewed_people` gives them. `conditions`, `scores`, `observations` and `statements`
    are tables of records with `person_no`, `as_of`, `start_first` and `start_last`. `reviewed` are the
    conditions under review, `others` those on record that are no pain, and `attributed` the scores of
    each condition under review.
    """

    people: ir.Table
    conditions: ir.Table
    reviewed: ir.Table
    others: ir.Table
    scores: ir.Table
    attributed: ir.Table
    observations: ir.Table
    statements: ir.Table


def known_by(tables: Mapping[str, ir.Table], as_of: date | None, keep: Keep) -> Known:
    """Everything but exposures and procedures, which trials are made of, as known at the end of `as_of`.

    None stands for the last day that each person's own records speak of.
    """
    people = keep(reviewed_people(tables, as_of))
    rows = {
        table: keep(known_rows(tables[table], people))
        for table in ("condition", "score", "observation", "statement")
    }
    reviewed = keep(reviewed_conditions(rows["condition"]))
    return Known(
        people=people,
        conditions=rows["condition"],
        reviewed=reviewed,
        others=keep(other_conditions(rows["condition"])),
        scores=rows["score"],
        attributed=keep(attributed_scores(rows["score"], reviewed)),
        observations=rows["observation"],
        statements=rows["statement"],
    )


def reviewed_people(tables: Mapping[str, ir.Table], as_of: date | None) -> ir.Table:
    """Everyone with a pain condition on record, whenever it began: `person_id`, `person_no`, `as_of`.

    `person_no` counts from 0 in the order of ids; `as_of` is an ordinal, where none is given that of the
    person's last day on record, or 1 where nothing is dated.
    """
    pains = knowledge.conditions().filter(lambda known: known.is_pain)
    in_pain = tables["condition"].semi_join(pains, "condition")
    people = tables["person"].semi_join(in_pain, "person_id").select("person_id").distinct()
    people = people.mutate(person_no=ibis.row_number().over(order_by=people.person_id))
    if as_of is not None:
        return people.mutate(as_of=ibis.literal(as_of.toordinal(), "int64"))
    dated = people.left_join(last_days(tables, people), "person_id", rname="{name}_dated")
    return dated.select("person_id", "person_no", as_of=dated.last_day.fill_null(date.min.toordinal()))


def known_rows(rows: ir.Table, people: ir.Table) -> ir.Table:
    """Rows of one table of the people that had begun by `as_of`, with `start_first` and `start_last`.

    Undated rows stay, because they are known. `start` itself is left behind.
    """
    of_people = rows.inner_join(people, "person_id")
    dated = of_people.mutate(**partial(of_people, "start")).drop("start", "start_precision")
    return dated.filter(dated.start_first.isnull() | (dated.start_first <= dated.as_of))


def reviewed_conditions(conditions: ir.Table) -> ir.Table:
    """The pain conditions to review, less the wider ones that a narrower one implies.

    `conditions` are known rows; columns `person_no`, `condition`, `pains` (how many the person has).
    """
    on_record = conditions.select("person_no", "condition").distinct()
    found = on_record.semi_join(knowledge.conditions().filter(lambda known: known.is_pain), "condition")
    kin = knowledge.kinship()
    kin = kin.filter(kin.narrow != kin.wide)
    wider = found.inner_join(kin, found.condition == kin.narrow).select("person_no", condition="wide")
    kept = found.anti_join(wider, ["person_no", "condition"])
    return kept.mutate(pains=kept.count().over(group_by="person_no"))


def other_conditions(conditions: ir.Table) -> ir.Table:
    """The conditions on record that are no pain: `person_no`, `condition`."""
    pains = knowledge.conditions().filter(lambda known: known.is_pain)
    return conditions.select("person_no", "condition").distinct().anti_join(pains, "condition")
