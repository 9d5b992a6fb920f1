"""Pain now: what the latest day with a reading says, within a window before the review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Protocol

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import StatementKind
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import Reading, records_of, same_values, told
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.sources import Provenance
from assuage.trials.tabular.columns import ordinal
from assuage.trials.tabular.json_text import json_text


@dataclass(frozen=True)
class Signal:
    """One reading, or one statement, of whether pain is at or above the threshold.

    `value_nrs` is the reading brought to the 0 to 10 scale by the ratio of the thresholds.
    """

    day: date
    above: Answer
    record_id: str
    value_nrs: float | None = None


def score_signals(case: Case, thresholds: Mapping[str, float], window_days: int) -> list[Signal]:
    """Dated scores in the window; a range that straddles the threshold is unknown.

    `thresholds` gives for each instrument the value from which pain counts as above, in its own unit.
    """
    signals = []
    for score in case.scores:
        threshold = thresholds.get(score.instrument)
        if threshold is None or score.start is None:
            continue
        if not _in_window(score.start.first, score.start.last, case.as_of, window_days):
            continue
        above = True if score.low >= threshold else False if score.high < threshold else None
        on_nrs = score.high * thresholds.get("nrs", threshold) / threshold
        signals.append(Signal(score.start.first, Answer.of(above), score.record_id, on_nrs))
    return signals


def statement_signals(case: Case, window_days: int) -> list[Signal]:
    """Dated statements in the window that pain is controlled, or is not."""
    signals = []
    for row in case.statements:
        if row.kind not in (StatementKind.UNCONTROLLED, StatementKind.CONTROLLED) or row.start is None:
            continue
        if _in_window(row.start.first, row.start.last, case.as_of, window_days):
            above = row.answer if row.kind is StatementKind.UNCONTROLLED else ~row.answer
            signals.append(Signal(row.start.first, above, row.record_id))
    return signals


def latest(signals: list[Signal]) -> tuple[Answer, list[Signal]]:
    """What the latest day says: yes or no only where all its signals agree."""
    last = max((signal.day for signal in signals), default=None)
    of_day = [signal for signal in signals if signal.day == last]
    words = {signal.above for signal in of_day}
    return (words.pop() if len(words) == 1 else Answer.UNKNOWN), of_day


def _in_window(first: date, last: date, as_of: date, window_days: int) -> bool:
    return (as_of - first).days <= window_days and last <= as_of


_SIGNAL = ("case_id", "record_id", "start_first", "start_last", "above", "value_nrs")


class Weighs(Protocol):
    """A criterion that compares scores with thresholds of its own."""

    @property
    def thresholds(self) -> Mapping[str, float]:
        """For each instrument the value from which pain counts as above, in its own unit."""

    @property
    def window_days(self) -> int:
        """How long before the review a score still counts."""


def signals_of_day(facts: Facts, asked: Asked[Weighs], *, statements: bool) -> ir.Table:
    """The signals of each case's latest day, from scores and, where asked, statements: `_SIGNAL`."""
    thresholds = asked.table(
        lambda one: (
            {"instrument": name, "threshold": value, "nrs": one.thresholds.get("nrs", value)}
            for name, value in one.thresholds.items()
        ),
        {"instrument": "string", "threshold": "float64", "nrs": "float64"},
    )
    scores = asked.numbered(facts.scores).inner_join(thresholds, ["number", "instrument"])
    above = ibis.cases(
        (scores.low >= scores.threshold, "yes"), (scores.high < scores.threshold, "no"), else_="unknown"
    )
    on_nrs = scores.high * scores.nrs / scores.threshold
    signals = scores.mutate(above=above, value_nrs=on_nrs).select(*_SIGNAL)
    if statements:
        signals = signals.union(_statement_table(facts))
    rows = signals.inner_join(facts.cases.select("case_id", "as_of"), "case_id", rname="{name}_case")
    ago = ordinal(rows.as_of) - ordinal(rows.start_first)
    rows = rows.filter(ago <= asked.each(rows, lambda one: one.window_days), rows.start_last <= rows.as_of)
    last = rows.group_by("case_id").agg(last=rows.start_first.max())
    of_day = rows.inner_join(last, "case_id", rname="{name}_last")
    return of_day.filter(of_day.start_first == of_day["last"]).select(*_SIGNAL)


def signal_table(of_day: ir.Table) -> ir.Table:
    """The tabular form of `latest`: `case_id`, `above`, the `day`, and the highest `value_nrs`."""
    agreed = of_day.group_by("case_id").agg(
        words=of_day.above.nunique(),
        word=of_day.above.min(),
        day=of_day.start_first.max(),
        value_nrs=of_day.value_nrs.max(),
    )
    return agreed.select(
        "case_id", "day", "value_nrs", above=(agreed.words == 1).ifelse(agreed.word, "unknown")
    )


def _statement_table(facts: Facts) -> ir.Table:
    rows = facts.statements
    turned = ibis.cases((rows.answer == "yes", "no"), (rows.answer == "no", "yes"), else_="unknown")
    above = (rows.kind == "uncontrolled").ifelse(rows.answer, turned)
    chosen = rows.mutate(above=above, value_nrs=ibis.null("float64"))
    return chosen.filter(rows.kind.isin(["uncontrolled", "controlled"])).select(*_SIGNAL)


@dataclass(frozen=True)
class PainAtLeast:
    """Pain intensity on the latest day with a reading, within `window_days` before the review."""

    id: str
    title: str
    provenance: Provenance
    thresholds: Mapping[str, float]
    window_days: int
    decides: bool = True
    asks_of_trials: ClassVar[bool] = False

    def read(self, case: Case) -> Reading:
        """Take the latest day's scores."""
        answer, of_day = latest(score_signals(case, self.thresholds, self.window_days))
        evidence = tuple(signal.record_id for signal in of_day)
        if not of_day:
            values = (("window_days", self.window_days),)
            return Reading(Answer.UNKNOWN, "pain_not_recorded", values, missing=("pain_score",))
        values_now = (
            ("value", max(signal.value_nrs or 0.0 for signal in of_day)),
            ("needed", self.thresholds.get("nrs", 0.0)),
            ("date", str(of_day[0].day)),
        )
        reason = {Answer.YES: "pain_at_least", Answer.NO: "pain_below", Answer.UNKNOWN: "pain_unclear"}[
            answer
        ]
        missing = ("pain_score",) if answer is Answer.UNKNOWN else ()
        return Reading(answer, reason, values_now, missing=missing, evidence=evidence)

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[PainAtLeast]) -> ir.Table:
        """The latest day's scores of each case."""
        now = signal_table(signals_of_day(facts, asked, statements=False))
        cases = facts.cases.select("case_id").left_join(now, "case_id", rname="{name}_now")
        return told(
            cases,
            cases.above.fill_null("unknown"),
            yes="pain_at_least",
            no="pain_below",
            unknown=cases.above.isnull().ifelse("pain_not_recorded", "pain_unclear"),
            missing=ibis.array(["pain_score"]),
            values=cases.day.isnull().ifelse(
                asked.each(cases, lambda one: same_values(window_days=one.window_days)),
                json_text(
                    date=cases.day.cast("string"),
                    needed=asked.each(cases, lambda one: float(one.thresholds.get("nrs", 0.0))),
                    value=cases.value_nrs,
                ),
            ),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[PainAtLeast], answered: ir.Table) -> ir.Table:
        """The scores of the latest day."""
        return records_of(signals_of_day(facts, asked, statements=False), answered)
