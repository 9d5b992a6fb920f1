"""A follow-up in words: a row for each instrument and each month of a diary, and what speaks against what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from assuage.codes.clinical import instruments
from assuage.followup.discordance import STATED
from assuage.followup.model import Direction, FollowUp, Outcome, Reading, ReasonValues, Since, Trend
from assuage.followup.relapse import RelapseCurve
from assuage.measures.change import Change, Reached, change_thresholds
from assuage.measures.diary_months import DiaryMonth, period_days
from assuage.report.wording import Value, Words, number

NOT_KNOWN = "unknown"


@dataclass(frozen=True)
class OutcomeRow:
    """One instrument, in words; `change` says why it can't be computed where it can't."""

    name: str
    condition: str
    role: str
    baseline: str
    latest: str
    change: str
    matters: tuple[str, ...]
    trend: tuple[str, ...]
    direction: str
    missing: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True)
class ReadingRow:
    """One reading: the table twin of one mark of the chart."""

    when: str
    name: str
    value: str
    place: str  # before or after what is counted from


@dataclass(frozen=True)
class MonthRow:
    """One month of a diary."""

    days: str
    filled: str
    pain: str
    headache: str
    migraine: str
    rescue: str
    attacks: str
    work: str


@dataclass(frozen=True)
class RelapseRow:
    """Time to relapse after one procedure, over many people."""

    name: str
    people: str
    relapses: str
    unknown: str
    free: str
    median: str


def since_line(since: Since | None, words: Words) -> str:
    """What everything is counted from."""
    if since is None:
        return words.reason("no_treatment_to_count_from")
    treatment = f": {words.treatment(since.treatment)}" if since.treatment else ""
    return f"{words.label('since_kind', since.kind)}{treatment}, {since.when}."


def outcome_rows(found: FollowUp, words: Words) -> tuple[OutcomeRow, ...]:
    """One row for each outcome, in its order."""
    return tuple(_outcome(outcome, words) for outcome in found.outcomes)


def _outcome(outcome: Outcome, words: Words) -> OutcomeRow:
    return OutcomeRow(
        name=account_in_words(outcome.account, words),
        condition=words.condition(outcome.condition) if outcome.condition else "",
        role=words.label("outcome_role", outcome.role),
        baseline=_reading(outcome.baseline),
        latest=_reading(outcome.latest),
        change=_because(outcome.reason_code, outcome.reason_values, words),
        matters=tuple(_matters(outcome.change, words)) if outcome.change else (),
        trend=tuple(_trend(outcome.trend, words)) + tuple(_bands(outcome, words)),
        direction=words.label("outcome_direction", outcome.direction),
        missing=words.missing_facts(outcome.missing),
        outcome=outcome,
    )


def _because(code: str, values: ReasonValues, words: Words) -> str:
    if code == "change_from_baseline" and "points_high" in dict(values):
        code = "change_range_from_baseline"
    return words.reason(code, [(name, signed(value)) for name, value in values])


def signed(value: Value) -> str:
    """An amount of change with its sign: more is +, less is -."""
    if isinstance(value, str):
        return value
    shown = number(value)
    return "0" if float(shown) == 0 else f"+{shown}" if float(shown) > 0 else shown


def _reading(reading: Reading | None) -> str:
    if reading is None:
        return NOT_KNOWN
    return f"{value_of(reading)} ({when_of(reading)})"


def value_of(reading: Reading) -> str:
    """A reading with no more decimals than say something; a range keeps both ends."""
    low, high = number(reading.low), number(reading.high)
    return low if low == high else f"{low}–{high}"


def when_of(reading: Reading) -> str:
    """When a reading was taken; a diary's month by its two ends."""
    if reading.when is None:
        return "undated"
    return f"{reading.when} to {reading.until}" if reading.until else str(reading.when)


def _matters(moved: Change, words: Words) -> Iterator[str]:
    if moved.band is not None:
        yield f"{words.label('immpact_band', moved.band)} (IMMPACT)"
    for each in moved.reached:
        yield _reached(each, moved.instrument, words)


def _reached(reached: Reached, instrument: str, words: Words) -> str:
    return f"{threshold_in_words(reached, instrument, words)}: {words.label('reached', reached.answer)}"


def threshold_in_words(reached: Reached, instrument: str, words: Words) -> str:
    """What a threshold asks for on an instrument's own scale; one of our own says so."""
    threshold = change_thresholds()[reached.threshold]
    points = threshold.points_on(instruments()[instrument])
    values: list[tuple[str, str | float]] = [("way", words.label("change_way", reached.kind))]
    code = "threshold_percent"
    if threshold.percent is not None:
        values.append(("percent", threshold.percent))
    if points is not None:
        values.append(("points", points[0]))
        code = "threshold_points_or_percent" if threshold.percent is not None else "threshold_points"
        if points[0] != points[1]:
            values.append(("points_high", points[1]))
            code = "threshold_points_range"
    ours = "" if reached.provenance.published else " (project convention)"
    return words.reason(code, values) + ours


def _trend(trend: Trend | None, words: Words) -> Iterator[str]:
    if trend is None:
        return
    low, high = trend.change.points
    order = "as_listed" if trend.as_listed else "after"
    if low == high:
        values = [("points", signed(low))]
        if trend.change.percent is not None:
            values.append(("percent", signed(trend.change.percent[0])))
        yield words.reason(f"trend_{order}", values)
    else:
        yield words.reason(f"trend_range_{order}", (("points", signed(low)), ("points_high", signed(high))))
    if trend.slope is not None:
        yield _slope(trend, words)
    for each in _looked_for(trend):
        yield _reached(each, trend.first.instrument, words)


def _looked_for(trend: Trend) -> Iterator[Reached]:
    """Thresholds of the way that the readings go."""
    kind = {Direction.WORSENING: "worsening", Direction.IMPROVING: "improvement"}.get(trend.direction)
    return (each for each in trend.change.reached if each.kind == kind)


def _slope(trend: Trend, words: Words) -> str:
    slope = trend.slope
    assert slope is not None  # noqa: S101 -- the caller has one
    if slope.low is None or slope.high is None:
        values = (("per_month", signed(slope.per_month)), ("readings", str(slope.readings)))
        return words.reason("slope_of_few", values)
    ends = (("per_month", slope.per_month), ("low", slope.low), ("high", slope.high))
    return words.reason("slope_with_interval", [(name, signed(value)) for name, value in ends])


def _bands(outcome: Outcome, words: Words) -> Iterator[str]:
    if outcome.bands:
        named = [" or ".join(words.label("score_band", name) for name in bands) for bands in outcome.bands]
        yield ", then ".join(dict.fromkeys(named)) + "."


def discordance_lines(found: FollowUp, words: Words) -> tuple[str, ...]:
    """Everything that speaks against something else."""
    lines = []
    for each in found.discordances:
        values = [
            ("better", account_in_words(each.better, words)),
            ("worse", account_in_words(each.worse, words)),
        ]
        if each.ranks_first is not None:
            values.append(("ranks_first", account_in_words(each.ranks_first, words)))
        lines.append(words.reason(each.reason_code, values))
    return tuple(lines)


def account_in_words(account: str, words: Words) -> str:
    """An instrument, the instrument of a diary, or what was said."""
    kind, _, instrument = account.partition(":")
    if kind == STATED:
        return words.label("outcome_account", kind)
    return (
        f"{words.label('outcome_account', kind)}: {words.instrument(instrument)}"
        if instrument
        else words.instrument(kind)
    )


def stated_lines(found: FollowUp, words: Words) -> tuple[str, ...]:
    """What the record says in words."""
    return tuple(
        f"{words.treatment(each.about) + ': ' if each.about else ''}{words.label('stated_says', each.says)}"
        f"{', ' + str(each.when) if each.when else ''}"
        for each in found.stated
    )


def change_point_lines(found: FollowUp, words: Words) -> tuple[str, ...]:
    """Weeks from which the diary stands at another level."""
    return tuple(
        f"{words.instrument(each.instrument)}: "
        + words.reason(
            "diary_change_point",
            (
                ("week", str(each.week)),
                ("after", each.after),
                ("before", each.before),
                ("p", f"{each.p:.1g}"),
            ),
        )
        for each in found.change_points
    )


def reading_rows(found: FollowUp, words: Words) -> tuple[ReadingRow, ...]:
    """Every reading in order of time, undated ones last."""
    every = [(outcome, reading) for outcome in found.outcomes for reading in outcome.readings]
    every.sort(key=lambda each: (each[1].when is None, str(each[1].when), each[0].instrument, repr(each[1])))
    return tuple(
        ReadingRow(
            when_of(reading),
            account_in_words(outcome.account, words),
            value_of(reading),
            _place(reading, found.since),
        )
        for outcome, reading in every
    )


def _place(reading: Reading, since: Since | None) -> str:
    if since is None or reading.when is None:
        return NOT_KNOWN
    if (reading.until or reading.when.last) < since.when.first:
        return "before"
    first_month = reading.until is not None and reading.when.first >= since.when.first
    return "after" if first_month or reading.when.first > since.when.last else NOT_KNOWN


def month_rows(found: FollowUp, words: Words) -> tuple[MonthRow, ...]:
    """Every month of a diary; an insufficient one says so, and one that is not over yet."""
    return tuple(_month(month, found.as_of, words) for month in found.months)


def _month(month: DiaryMonth, as_of: date, words: Words) -> MonthRow:
    pain = "; ".join(
        f"{number(mean.mean)} ({words.instrument(mean.scale.instrument)})" for mean in month.pain
    )
    by_class = "; ".join(f"{words.treatment(name)} {days} days" for name, days in month.rescue_days)
    return MonthRow(
        days=f"{month.first} to {month.last}",
        filled=f"{month.filled_days} of {period_days()}" + _filling(month, as_of),
        pain=pain or NOT_KNOWN,
        headache=_count(month.headache.days, month.headache.known_days),
        migraine=_count(month.migraine.days, month.migraine.known_days),
        rescue=_count(month.rescue.days, month.rescue.known_days) + (f" ({by_class})" if by_class else ""),
        attacks=NOT_KNOWN if month.attacks is None else f"{month.attacks} on {month.attack_days} days",
        work=NOT_KNOWN if month.work_days_lost is None else number(month.work_days_lost),
    )


def _filling(month: DiaryMonth, as_of: date) -> str:
    if month.sufficient:
        return ""
    return ": not over yet" if month.last > as_of else ": insufficient"


def _count(days: int, known: int) -> str:
    return f"{days} of {known} days" if known else NOT_KNOWN


def relapse_rows(curves: Iterable[RelapseCurve], words: Words) -> tuple[RelapseRow, ...]:
    """One row for each procedure that helped somebody."""
    return tuple(
        RelapseRow(
            words.treatment(curve.procedure),
            str(curve.people),
            str(curve.relapses),
            str(curve.unknown),
            "".join(
                f"{100 * step.free:.0f} % ({100 * step.low:.0f}–{100 * step.high:.0f}) after {step.days} days"
                for step in curve.steps[-1:]
            )
            or "no relapse on record",
            NOT_KNOWN if curve.median_months is None else f"{curve.median_months:.1f} months",
        )
        for curve in curves
    )
