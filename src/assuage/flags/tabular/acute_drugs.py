"""Drugs taken for an attack of headache, many people's at once: what overuse is counted by.

The tabular form of the part of `flags.overuse` that looks at drugs and their supplies.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.codes.drugs import formulary
from assuage.flags.rules import numbers
from assuage.flags.tabular.facts import FlagFacts, kinds_of
from assuage.records.rows import EndRule, Purpose
from assuage.trials.tabular.known import Keep

_DAYS_OF_A_MONTH = 30
_TRIAL = ("person_no", "trial_id")


@dataclass(frozen=True)
class AcuteDrugs:
    """The acute drugs that are, or may be, still taken.

    `kinds`: of each person with any, whether some count by the days of strong drugs, of simple ones, or by
    no printed days: `person_no`, `strong`, `simple`, `other`.
    `supplies`: the exposures that strong and simple ones are made of: `kind` beside the columns of
    `facts.exposures`.
    """

    kinds: ir.Table
    supplies: ir.Table


def acute_drugs(facts: FlagFacts, keep: Keep) -> AcuteDrugs:
    """The acute drugs of everyone with a headache."""
    trials = _acute_trials(facts)
    supplies = keep(_supplies(facts, trials))
    combined = _combined(facts, supplies).mutate(combined=True)
    rows = trials.left_join(combined, list(_TRIAL), rname="{name}_combined")
    simple, strong = _in_classes(rows, "simple_classes"), _in_classes(rows, "strong_classes")
    kind = ibis.cases(
        (strong, "strong"), (~simple, "other"), (rows.combined.fill_null(False), "strong"), else_="simple"
    )
    rows = keep(rows.select(*_TRIAL, kind=kind))
    some = {name: (rows.kind == name).any() for name in ("strong", "simple", "other")}
    return AcuteDrugs(
        kinds=rows.group_by("person_no").agg(**some), supplies=supplies.inner_join(rows, list(_TRIAL))
    )


def _acute_trials(facts: FlagFacts) -> ir.Table:
    """Trials of drugs for an attack of headache that are, or may be, still taken."""
    rows = facts.trials
    listed = _in_classes(rows, "strong_classes") | _in_classes(rows, "simple_classes")
    may_be = (rows.purpose == str(Purpose.UNKNOWN)) & listed
    rows = rows.filter(
        rows.condition.isin(kinds_of(("headache",))),
        rows.running != str(Answer.NO),
        rows.taken != str(Answer.NO),
        (rows.purpose == str(Purpose.ACUTE)) | may_be,
    )
    return rows.select("person_no", "trial_id", "treatment", "treatment_class", "evidence")


def _in_classes(trials: ir.Table, name: str) -> ir.BooleanValue:
    return trials.treatment_class.isin(numbers("overuse")[name].value)


def _supplies(facts: FlagFacts, trials: ir.Table) -> ir.Table:
    """The exposures that trials of strong and simple drugs are made of, with what names the trial."""
    rules = numbers("overuse")
    classes = {*rules["strong_classes"].value, *rules["simple_classes"].value}
    listed = [key for key, drug in formulary().items() if drug.treatment_class in classes]
    records = trials.select(*_TRIAL, "evidence", ingredient="treatment").unnest("evidence")
    rows = facts.exposures.filter(facts.exposures.ingredient.isin(listed))
    return rows.inner_join(records.rename(record_id="evidence"), ["person_no", "ingredient", "record_id"])


def _combined(facts: FlagFacts, supplies: ir.Table) -> ir.Table:
    """The simple drugs that were supplied in one record with another: `person_no`, `trial_id`."""
    simple = supplies.filter(_in_classes(supplies, "simple_classes"))
    others = facts.trials.semi_join(simple, "person_no")
    others = others.select("person_no", "treatment", record_id="evidence").unnest("record_id")
    shared = simple.select(*_TRIAL, "ingredient", "record_id").inner_join(others, ["person_no", "record_id"])
    return shared.filter(shared.treatment != shared.ingredient).select(*_TRIAL).distinct()


def frequent_supplies(drugs: AcuteDrugs) -> ir.Table:
    """The supplies of people whose acute drugs cover, over the window, as many days as a threshold.

    Those of strong drugs where they do; else those of simple ones. Columns of `facts.exposures`.
    """
    rules = numbers("overuse")
    covered = _covered_days(drugs.supplies)
    needed_days = (covered.kind == "strong").ifelse(rules["strong_days"].value, rules["simple_days"].value)
    enough = covered.filter(
        covered.days * _DAYS_OF_A_MONTH >= needed_days * rules["supply_window_days"].value
    )
    is_strong = (enough.kind == "strong").any()
    chosen = enough.group_by("person_no").agg(kind=is_strong.ifelse("strong", "simple"))
    return drugs.supplies.semi_join(chosen, ["person_no", "kind"])


def _covered_days(supplies: ir.Table) -> ir.Table:
    """How many days before the review the supplies of each kind cover: `person_no`, `kind`, `days`."""
    window_days: int = numbers("overuse")["supply_window_days"].value
    rows = supplies.filter(supplies.end_rule == str(EndRule.SUPPLIED))
    rows = rows.mutate(
        first=ibis.greatest(rows.start_first, rows.as_of - (window_days - 1)),
        last=ibis.least(rows.end_last, rows.as_of),
    )
    rows = rows.filter(rows.start_first.notnull(), rows.end_last.notnull(), rows["first"] <= rows["last"])
    earlier = ibis.rows_window(
        group_by=["person_no", "kind"],
        order_by=[rows["first"], rows["last"], rows.record_id],
        preceding=(None, 1),
    )
    rows = rows.mutate(reached=rows["last"].max().over(earlier))
    new_from = ibis.greatest(rows["first"], rows.reached.fill_null(0) + 1)
    rows = rows.mutate(new_days=ibis.greatest(rows["last"] - new_from + 1, 0))
    return rows.group_by("person_no", "kind").agg(days=rows.new_days.sum())
