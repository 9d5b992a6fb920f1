"""Medication overuse by ICHD-3: the tabular form of `flags.overuse`."""

from __future__ import annotations

from functools import reduce
from operator import and_

import ibis
import ibis.expr.types as ir

from assuage.flags.model import OVERUSE, FlagState, Urgency
from assuage.flags.overuse import DIAGNOSIS, HEADACHE_DAYS, INTAKE_DAYS, POSSIBLE
from assuage.flags.rules import numbers
from assuage.flags.tabular.acute_drugs import AcuteDrugs, acute_drugs, frequent_supplies
from assuage.flags.tabular.facts import FlagFacts, diagnoses_of, kinds_of, reviewed_of
from assuage.flags.tabular.found import FLAG, Found, earliest, flag_rows, records_of
from assuage.records.rows import ConditionState, ProcedureState
from assuage.trials.tabular.columns import as_date
from assuage.trials.tabular.known import Keep
from assuage.trials.tabular.three_valued import agreed, truth, word

_FIRST = ibis.literal(0, "int64")
_MOST_DAYS_OF_A_MONTH = 31


def flags_of_overuse(facts: FlagFacts, keep: Keep) -> Found:
    """Overuse, or possible overuse, for each headache under review."""
    rules = numbers("overuse")
    speaking = keep(_speaking(facts, keep))
    summed = speaking.group_by("person_no", "reason").agg(
        first=earliest(speaking, "start"), last=speaking.start_last.max()
    )
    known = summed.reason == "intake_counted"
    headaches = reviewed_of(facts, ("headache",)).rename(about="condition")
    rows = headaches.inner_join(summed.mutate(flag=known.ifelse(OVERUSE, POSSIBLE)), "person_no")
    withdrawn = _withdrawn(facts, rows)
    rows = rows.left_join(
        withdrawn.select(*FLAG).distinct().mutate(is_settled=True), list(FLAG), rname="{name}_settled"
    )
    sources = (rules[name].provenance.source for name in ("simple_days", "headache_days"))
    told = flag_rows(
        rows,
        source=(rows.flag == OVERUSE).ifelse(*sources),
        urgency=Urgency.LOOK,
        state=rows.is_settled.fill_null(False).ifelse(str(FlagState.WORKED_UP), str(FlagState.OPEN)),
        reason=rows.reason,
        values={
            "days": rules["headache_days"].value,
            "simple_days": rules["simple_days"].value,
            "strong_days": rules["strong_days"].value,
        },
        since=rows["first"],
    )
    spoken = rows.select(*FLAG).inner_join(speaking, "person_no")
    return Found((told,), (records_of(spoken, place=spoken.place), records_of(withdrawn, 1)))


def _speaking(facts: FlagFacts, keep: Keep) -> ir.Table:
    """The records that speak for overuse, of the first reason that holds.

    Columns: `person_no`, `reason`, `place`, `record_id`, `start_first`, `start_last`.
    """
    drugs = acute_drugs(facts, keep)
    counts = keep(_counts(facts, drugs))
    counted = _counted(counts)
    intake = counts.drop("high").inner_join(counted, "person_no")
    diagnosed = diagnoses_of(facts, DIAGNOSIS)
    diagnosed = diagnosed.filter(diagnosed.state != str(ConditionState.RESOLVED))
    supplies = frequent_supplies(drugs).anti_join(counted.filter(~counted.overused), "person_no")
    columns = ("person_no", "place", "record_id", "start_first", "start_last", "reason")
    told = (
        intake.filter(intake.overused).mutate(place=_FIRST, reason=ibis.literal("intake_counted")),
        intake.filter(intake.overused.isnull(), intake.high).mutate(
            place=_FIRST, reason=ibis.literal("intake_counted_in_part")
        ),
        diagnosed.mutate(reason=ibis.literal("overuse_diagnosis_only")),
        supplies.mutate(place=_FIRST, reason=ibis.literal("supplies_cover_overuse")),
    )
    rows = ibis.union(
        *(one.select(*columns, holds=ibis.literal(number, "int64")) for number, one in enumerate(told))
    )
    rows = rows.mutate(is_first=rows.holds == rows.holds.min().over(group_by="person_no"))
    return rows.filter(rows.is_first).select(*columns)


def _withdrawn(facts: FlagFacts, rows: ir.Table) -> ir.Table:
    """The withdrawal programmes that began after the last day of what speaks for overuse."""
    done = facts.procedures
    done = done.filter(
        done.procedure.isin(numbers("overuse")["withdrawal"].value), done.state == str(ProcedureState.DONE)
    ).select("person_no", "start_first", "record_id")
    rows = rows.inner_join(done, "person_no")
    return rows.filter(rows.start_first > rows["last"])


# --- what was counted


def _counts(facts: FlagFacts, drugs: AcuteDrugs) -> ir.Table:
    """The counts of the months that matter, and what each says.

    Added to scores: `back`, how many calendar months before the review; `enough`, whether the headache
    days reach their threshold; `too_many`, whether the intake days do. Null is unknown.
    """
    rules = numbers("overuse")
    rows = facts.scores
    rows = rows.filter(
        rows.instrument.isin([HEADACHE_DAYS, INTAKE_DAYS]),
        rows.condition.isnull() | rows.condition.isin(kinds_of(("headache",))),
        rows.start_last - rows.start_first < _MOST_DAYS_OF_A_MONTH,
    ).semi_join(reviewed_of(facts, ("headache",)), "person_no")
    rows = rows.mutate(back=_months(rows.as_of) - _months(rows.start_last))
    rows = rows.filter(rows.back.between(0, rules["months"].value))
    rows = rows.left_join(drugs.kinds, "person_no", rname="{name}_drugs")
    return rows.mutate(enough=_reaches(rows, rules["headache_days"].value), too_many=_too_many(rows))


def _months(day: ir.IntegerValue) -> ir.IntegerValue:
    """A number that counts calendar months."""
    return as_date(day).year() * 12 + as_date(day).month()


def _reaches(rows: ir.Table, days: float) -> ir.BooleanValue:
    return ibis.cases((rows.low >= days, True), (rows.high < days, False))


def _too_many(rows: ir.Table) -> ir.BooleanValue:
    """Whether that many days of intake are too many, of the drugs that are on record."""
    rules = numbers("overuse")
    simple, strong = (_reaches(rows, rules[name].value) for name in ("simple_days", "strong_days"))
    some = {name: rows[name].fill_null(False) for name in ("strong", "simple", "other")}
    return ibis.cases(
        (some["strong"] & ~some["simple"] & ~some["other"], strong),
        (some["simple"] & ~some["strong"] & ~some["other"], simple),
        (simple & ~some["other"], True),
        (~strong, False),
    )


def _counted(counts: ir.Table) -> ir.Table:
    """Whether the counts show overuse, of each person with any: `overused` (null: unknown) and `high`.

    The row of months ends with the month of the review, or, while that is not counted yet, the one before.
    """
    months: int = numbers("overuse")["months"].value
    by_month = counts.group_by("person_no", "back").agg(
        headache=agreed(word(counts.enough), where=counts.instrument == HEADACHE_DAYS),
        intake=agreed(word(counts.too_many), where=counts.instrument == INTAKE_DAYS),
        high=(counts.too_many.fill_null(True) & (counts.instrument == INTAKE_DAYS)).any(),
    )
    by_month = by_month.mutate(both=word(truth(by_month.headache) & truth(by_month.intake)))
    rows = by_month.group_by("person_no").agg(
        high=by_month.high.any(),
        **{f"m{back}": by_month.both.min(where=by_month.back == back) for back in range(months + 1)},
    )
    month = [truth(rows[f"m{back}"]) for back in range(months + 1)]
    now, before = reduce(and_, month[:months]), reduce(and_, month[1:])
    return rows.select("person_no", "high", overused=now | (month[0].fill_null(True) & before))
