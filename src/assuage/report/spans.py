"""What of a trial is known on the time axis: what the record bears out, and what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from assuage.answers import Answer
from assuage.records.rows import EndRule
from assuage.trials.model import TreatmentTrial

_BEARS_OUT_AN_END = frozenset({EndRule.STATED, EndRule.SUPPLIED, EndRule.ONGOING})


@dataclass(frozen=True)
class Span:
    """A stretch of one dose; `known` is no where the treatment may or may not have gone on."""

    first: date
    last: date
    dose: float | None
    known: bool


@dataclass(frozen=True)
class Reach:
    """The days of a trial: it may have begun from `earliest`, surely ran from `begun` to `until`.

    `open_until` is how far it can have gone on; None says that the record sets no bound and the
    treatment need not have gone on at all.
    """

    earliest: date
    begun: date
    until: date
    open_until: date | None


def reach(trial: TreatmentTrial, as_of: date) -> Reach | None:
    """How far a trial reaches; None for one without a start."""
    if trial.start is None:
        return None
    if trial.end is not None and trial.end_rule in _BEARS_OUT_AN_END:
        begun = min(trial.start.last, max(trial.start.first, trial.end.first))
        until = max(trial.end.first, begun)
        still = trial.running is Answer.YES
        return Reach(trial.start.first, begun, until, as_of if still else max(trial.end.last, until))
    begun = min(trial.start.last, as_of)
    until = min(begun + timedelta(days=(trial.days or 1) - 1), as_of)
    open_until = as_of if trial.end_rule is EndRule.ACTIVE_ORDER else None
    return Reach(trial.start.first, begun, until, open_until)


def spans(trial: TreatmentTrial, covered: Reach, unbounded_days: int) -> list[Span]:
    """The stretches of a trial in order of time, doses as steps.

    `unbounded_days` is how long the stub is drawn where nothing bounds the end.
    """
    end = covered.open_until or covered.until + timedelta(days=unbounded_days)
    stretches = _steps(trial, covered, end)
    return [part for stretch in stretches for part in _parted(stretch, covered)]


def _steps(trial: TreatmentTrial, covered: Reach, end: date) -> list[Span]:
    """Dose steps with a known start, each until the next; where there are none, one stretch."""
    dated = sorted(
        ((step.start, step.dose) for step in trial.dose_steps if step.start is not None),
        key=lambda step: step[0],
    )
    if not dated:
        dated = [(covered.earliest, trial.peak_dose if len(trial.dose_steps) == 1 else None)]
    starts = [min(dated[0][0], covered.earliest)] + [start for start, _ in dated[1:]]
    ends = [*starts[1:], end + timedelta(days=1)]
    return [
        Span(start, last - timedelta(days=1), dose, known=True)
        for start, last, (_, dose) in zip(starts, ends, dated, strict=True)
        if last > start
    ]


def _parted(stretch: Span, covered: Reach) -> list[Span]:
    """A stretch cut where the trial's start stops, and its end begins, to be uncertain."""
    after_until = covered.until + timedelta(days=1)
    cuts = [day for day in (covered.begun, after_until) if stretch.first < day <= stretch.last]
    bounds = [stretch.first, *cuts, stretch.last + timedelta(days=1)]
    return [
        replace(
            stretch,
            first=first,
            last=beyond - timedelta(days=1),
            known=covered.begun <= first < after_until,
        )
        for first, beyond in pairwise(bounds)
        if beyond > first
    ]
