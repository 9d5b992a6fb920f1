"""Relief after a procedure and how long it lasted: one person's facts, and the curve of many."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assuage.codes.procedures import procedures
from assuage.followup.model import Relapse
from assuage.followup.trend import MONTH_DAYS, middle_day
from assuage.records.history import History
from assuage.records.rows import Procedure, ProcedureOutcome, ProcedureState

_HELPED = (ProcedureOutcome.RELIEF, ProcedureOutcome.PARTIAL, ProcedureOutcome.RECURRENCE)


@dataclass(frozen=True)
class RelapseStep:
    """A day on which somebody relapsed: who was at risk, and the share still free with its 95 % interval."""

    days: int
    at_risk: int
    relapses: int
    free: float
    low: float
    high: float


@dataclass(frozen=True)
class RelapseCurve:
    """Time to relapse after one procedure, by Kaplan and Meier.

    `people` counts procedures that helped and have a known time; `unknown` those that helped, without one.
    `median_months` is None where more than half are still free at the end.
    """

    procedure: str
    people: int
    relapses: int
    unknown: int
    steps: tuple[RelapseStep, ...]
    median_months: float | None


def relapses(history: History) -> Iterator[Relapse]:
    """Each procedure that helped, and for how long; a course of therapy has no such day.

    Without a relapse on record it counts as free until the last day that anything is on record.
    """
    for row in history.procedure:
        once = procedures()[row.procedure].kind == "procedure"
        if once and row.state is ProcedureState.DONE and row.outcome in _HELPED:
            relapsed = row.outcome is ProcedureOutcome.RECURRENCE or row.recurrence is not None
            yield Relapse(
                row.procedure,
                row.indication,
                row.start,
                _days(row, history, relapsed),
                relapsed,
                (row.record_id,),
            )


def _days(row: Procedure, history: History, relapsed: bool) -> int | None:
    if relapsed and row.recurrence_days is not None:
        return row.recurrence_days
    if row.start is None:
        return None
    if not relapsed:
        last = history.last_date()
        days = None if last is None else round(last.toordinal() - middle_day(row.start))
        return days if days is not None and days > 0 else None
    if row.recurrence is None:
        return None
    return max(round(middle_day(row.recurrence) - middle_day(row.start)), 0)


def relapse_curves(found: Iterable[Relapse]) -> tuple[RelapseCurve, ...]:
    """One curve for each procedure, by name."""
    groups: dict[str, list[Relapse]] = {}
    for each in found:
        groups.setdefault(each.procedure, []).append(each)
    return tuple(_curve(procedure, groups[procedure]) for procedure in sorted(groups))


def _curve(procedure: str, found: Sequence[Relapse]) -> RelapseCurve:
    ended = [each.days for each in found if each.relapsed and each.days is not None]
    free = [each.days for each in found if not each.relapsed and each.days is not None]
    steps = relapse_steps(ended, free)
    halved = next((step.days for step in steps if step.free <= 0.5), None)
    return RelapseCurve(
        procedure,
        people=len(ended) + len(free),
        relapses=len(ended),
        unknown=len(found) - len(ended) - len(free),
        steps=steps,
        median_months=None if halved is None else halved / MONTH_DAYS,
    )


def relapse_steps(relapsed_days: Sequence[int], free_days: Sequence[int]) -> tuple[RelapseStep, ...]:
    """The product-limit estimate: one step for each day with a relapse.

    The interval is Greenwood's on the scale of log(-log), which stays between 0 and 1; where nobody is left
    it has no ends of its own and is the whole of 0 to 1.
    """
    if not relapsed_days:
        return ()
    from scipy.stats import CensoredData, ecdf

    every = np.concatenate([relapsed_days, free_days])
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where nobody is left; said below
        found = ecdf(CensoredData(uncensored=relapsed_days, right=free_days)).sf
        interval = found.confidence_interval(0.95, method="log-log")
    places = {int(days): place for place, days in enumerate(found.quantiles)}
    return tuple(
        RelapseStep(
            days=days,
            at_risk=int(np.sum(every >= days)),
            relapses=sum(day == days for day in relapsed_days),
            free=float(found.probabilities[places[days]]),
            low=_or(float(interval.low.probabilities[places[days]]), 0.0),
            high=_or(float(interval.high.probabilities[places[days]]), 1.0),
        )
        for days in sorted(set(relapsed_days))
    )


def _or(value: float, otherwise: float) -> float:
    return otherwise if np.isnan(value) else value
