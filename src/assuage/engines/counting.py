"""What the index says of everyone, counted from the result tables: the tabular form of `report.tally`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from assuage.flags.model import OVERUSE, FlagState, Urgency
from assuage.report import Tally
from assuage.report.agreement import Agreement
from assuage.report.clinic import UNDECIDED_FIRST
from assuage.report.failures import NO_EFFECT, NOT_TOLERATED, REASONS, Failures
from assuage.report.pathways import JOINT, STEPS, Pathways
from assuage.report.tally import QUARTERS
from assuage.report.waiting import Waits
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.model import CountsAs, VerdictWord

_CASE = ["person_id", "condition"]


def tally_of(found: Mapping[str, ir.Table]) -> Tally:
    """The counts of everyone in result tables; no lines.

    `found` are `people`, `trials`, `judgements`, `verdicts`, `flags` and `first_starts`, as
    `cohort.ReviewTables` has them; nobody in `people` is without a condition.
    """
    people, verdicts, flags = found["people"], found["verdicts"], found["flags"]
    (everyone,) = _rows(people.agg(people=people.count()))
    (waiting,) = _rows(_those_who_wait(flags).agg(people=lambda rows: rows.count()))
    return Tally(
        people=everyone["people"],
        comes_first=waiting["people"],
        conditions=_counted(people.select(condition=people.conditions.unnest()), "condition"),
        verdicts=Counter(
            {
                (row["definition"], VerdictWord(row["verdict"])): row["people"]
                for row in _rows(_by(verdicts, "definition", "verdict"))
            }
        ),
        flags=_open_flags(flags),
        completeness=_counted(people.select(quarter=_quarter(people.completeness)), "quarter"),
        waits=_waits(people),
        agreement=_agreement(verdicts),
        failures=_failures(found["judgements"], found["trials"]),
        pathways=_pathways(found["first_starts"]),
    )


def first_people(found: Mapping[str, ir.Table], count: int) -> list[str]:
    """The ids of the first people in the order of the index: the tabular form of `ClinicSummary.ordered`."""
    people, verdicts = found["people"], found["verdicts"]
    place = verdicts.verdict.cases(
        *((str(word), place) for place, word in enumerate(UNDECIDED_FIRST)), else_=None
    )
    undecided = verdicts.group_by("person_id").agg(place=place.min())
    waiting = _those_who_wait(found["flags"]).mutate(waits=True)
    rows = people.select("person_id", "completeness")
    rows = rows.left_join(undecided, "person_id", rname="{name}_verdict")
    rows = rows.left_join(waiting, "person_id", rname="{name}_flag")
    rows = rows.select(
        "person_id",
        "completeness",
        later=rows.waits.isnull(),
        place=rows.place.fill_null(len(UNDECIDED_FIRST)),
        file_name=rows.person_id.hexdigest("sha256").substr(0, 16),
    )
    first = rows.order_by("later", "place", "completeness", "file_name").limit(count)
    return [row["person_id"] for row in _rows(first)]


def _rows(table: ir.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return rows


def _by(rows: ir.Table, *columns: str) -> ir.Table:
    return rows.group_by(list(columns)).agg(people=rows.count())


def _counted(rows: ir.Table, column: str) -> Counter[Any]:
    return Counter({row[column]: row["people"] for row in _rows(_by(rows, column))})


def _quarter(completeness: ir.FloatingValue) -> ir.IntegerValue:
    return (completeness * QUARTERS).floor().clip(upper=QUARTERS - 1).cast("int64")


def _waits_for(flags: ir.Table) -> ir.BooleanValue:
    """The tabular form of `flags.model.holds_back`."""
    urgent = (flags.urgency == str(Urgency.URGENT)) | (flags.flag == OVERUSE)
    return (flags.state == str(FlagState.OPEN)) & urgent


def _those_who_wait(flags: ir.Table) -> ir.Table:
    return flags.filter(_waits_for(flags)).select("person_id").distinct()


def _open_flags(flags: ir.Table) -> Counter[tuple[str, bool, Urgency]]:
    open_ones = flags.filter(flags.state == str(FlagState.OPEN))
    kinds = open_ones.select("person_id", "flag", "urgency", waits=_waits_for(open_ones)).distinct()
    return Counter(
        {
            (row["flag"], row["waits"], Urgency(row["urgency"])): row["people"]
            for row in _rows(_by(kinds, "flag", "waits", "urgency"))
        }
    )


def _waits(people: ir.Table) -> Waits:
    dated = people.filter(people.first_pain_record.notnull())
    days = dated.first_specialist_contact.epoch_days() - dated.first_pain_record.epoch_days()
    counts = _counted(dated.select(days=days), "days")
    none_on_record = counts.pop(None, 0)
    return Waits(counts, none_on_record)


def _agreement(verdicts: ir.Table) -> Agreement:
    """Pairs of definitions of resistance on one case, the one that stands first in the list first."""
    places = {key: place for place, key in enumerate(DEFINITIONS)}
    told = verdicts.filter(verdicts.kind == "resistance").select(*_CASE, "definition", "verdict")
    told = told.mutate(place=told.definition.cases(*places.items(), else_=len(places)))
    both = told.inner_join(told.view(), _CASE, rname="{name}_other")
    both = both.filter(both.place < both.place_other)
    agreement = Agreement()
    for row in _rows(_by(both, "definition", "definition_other", "verdict", "verdict_other")):
        words = VerdictWord(row["verdict"]), VerdictWord(row["verdict_other"])
        agreement.count(row["definition"], row["definition_other"], *words, row["people"])
    return agreement


def _failures(judgements: ir.Table, trials: ir.Table) -> Failures:
    failed = judgements.filter(judgements.counts_as == str(CountsAs.FAILED))
    reasons = failed.group_by("person_id", "trial_id").agg(
        harmed=failed.code.isin(sorted(map(str, NOT_TOLERATED))).any(),
        no_effect=failed.code.isin(sorted(map(str, NO_EFFECT))).any(),
    )
    rows = trials.select("person_id", "trial_id", "treatment").inner_join(reasons, ["person_id", "trial_id"])
    no_effect, not_tolerated, other = REASONS
    reason = ibis.cases((rows.harmed, not_tolerated), (rows.no_effect, no_effect), else_=other)
    failures = Failures()
    for row in _rows(_by(rows.select("treatment", reason=reason), "treatment", "reason")):
        failures.count(row["treatment"], row["reason"], row["people"])
    return failures


def _pathways(first_starts: ir.Table) -> Pathways:
    """Classes whose order the dates do not give are one step: the tabular form of `pathways.pathway`."""
    in_order = ibis.window(
        group_by=_CASE, order_by=[first_starts.start_first, first_starts.treatment_class], following=0
    )
    rows = first_starts.mutate(until=first_starts.start_last.max().over(in_order))
    before = ibis.window(group_by=_CASE, order_by=[rows.start_first, rows.treatment_class])
    rows = rows.mutate(is_next=(rows.start_first > rows.until.lag().over(before)).fill_null(True))
    in_order = ibis.window(group_by=_CASE, order_by=[rows.start_first, rows.treatment_class], following=0)
    rows = rows.mutate(step=rows.is_next.cast("int64").sum().over(in_order))
    steps = (
        rows.filter(rows.step <= STEPS)
        .group_by(*_CASE, "step")
        .agg(classes=lambda step: step.treatment_class.group_concat(JOINT, order_by=step.treatment_class))
    )
    paths = steps.group_by(_CASE).agg(path=steps.classes.collect(order_by=steps.step))
    counted = Pathways()
    for row in _rows(_by(paths, "condition", "path")):
        counted.count(row["condition"], tuple(row["path"]), row["people"])
    return counted
