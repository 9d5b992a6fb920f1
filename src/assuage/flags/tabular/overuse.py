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
from assuage.flags.tabular.found import earliest, flag_rows, of_person, with_evidence
from assuage.records.rows import ConditionState, ProcedureState
from assuage.trials.tabular.columns import as_date
from assuage.trials.tabular.known import Keep
from assuage.trials.tabular.three_valued import agreed, truth, word

_FIRST = ibis.literal(0, "int64")
_MOST_DAYS_OF_A_MONTH = 31


def flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """Overuse, or possible overuse, for each headache under review."""
    rules = numbers("overuse")
    headaches = keep(reviewed_of(facts, ("headache",)))
    speaking = keep(_speaking(facts, headaches, keep))
    summed = speaking.group_by("person_no", "reason").agg(
        since=earliest(speaking, "start"), last=speaking.start_last.max()
    )
    known = summed.reason == "intake_counted"
    rows = headaches.inner_join(summed.mutate(flag=known.ifelse(OVERUSE, POSSIBLE)), "person_no")
    withdrawn = keep(_withdrawn(facts, summed))
    settled = withdrawn.select("person_no").distinct().mutate(is_settled=True)
    rows = keep(rows.left_join(settled, "person_no", rname="{name}_settled").drop("person_no_settled"))
    rows = with_evidence(rows, of_person(rows, speaking), of_person(rows, withdrawn))
    sources = (rules[name].provenance.source for name in ("simple_days", "headache_days"))
    return flag_rows(
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
        since=rows.since,
    )


def _speaking(facts: FlagFacts, headaches: ir.Table, keep: Keep) -> ir.Table:
    """The records that speak for overuse, of the first reason that holds.

    Columns: `person_no`, `reason`, `place`, `record_id`, `start_first`, `start_last`.
    """
    drugs = acute_drugs(facts, keep)
    counts = keep(_counts(facts, headaches, drugs))
    counted = keep(_counted(counts))
    known = counted.filter(counted.overused)
    in_part = counted.filter(counted.overused.isnull(), counted.high)
    diagnosed = diagnoses_of(facts, DIAGNOSIS).semi_join(headaches, "person_no")
    diagnosed = diagnosed.filter(diagnosed.state != str(ConditionState.RESOLVED))
    diagnosed = keep(diagnosed.anti_join(known, "person_no").anti_join(in_part, "person_no"))
    supplies = frequent_supplies(drugs, keep)
    for said in (known, in_part, diagnosed, counted.filter(~counted.overused)):
        supplies = supplies.anti_join(said, "person_no")
    told = {
        "intake_counted": counts.semi_join(known, "person_no").mutate(place=_FIRST),
        "intake_counted_in_part": counts.semi_join(in_part, "person_no").mutate(place=_FIRST),
        "overuse_diagnosis_only": diagnosed,
        "supplies_cover_overuse": supplies.mutate(place=_FIRST),
    }
    columns = ("person_no", "place", "record_id", "start_first", "start_last")
    return ibis.union(*(rows.select(*columns, reason=ibis.literal(reason)) for reason, rows in told.items()))


def _withdrawn(facts: FlagFacts, summed: ir.Table) -> ir.Table:
    """The withdrawal programmes that began after the last day of what speaks for overuse."""
    done = facts.procedures
    done = done.filter(
        done.procedure.isin(numbers("overuse")["withdrawal"].value), done.state == str(ProcedureState.DONE)
    )
    rows = done.inner_join(summed.select("person_no", "last"), "person_no")
    return rows.filter(rows.start_first > rows["last"]).select("person_no", "record_id", place=_FIRST)


# --- what was counted


def _counts(facts: FlagFacts, headaches: ir.Table, drugs: AcuteDrugs) -> ir.Table:
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
    ).semi_join(headaches, "person_no")
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
