"""The timeline of one person as a value: lanes, bars and marks with their places; a template draws it.

Places along the axis are per cent of the width, so that one drawing serves a screen, a phone and
paper; places down the page are pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from assuage.answers import Answer
from assuage.codes.clinical import instruments
from assuage.dates import PartialDate
from assuage.records.rows import Outcome, Score, StopReason
from assuage.report.axis import Tick, TimeAxis
from assuage.report.spans import Reach, Span, reach, spans
from assuage.report.trial_rows import TrialRow
from assuage.report.wording import Words, number
from assuage.trials.model import TreatmentTrial, TrialKind

_HEAD_PX = 26  # labels of the axis
_SCORE_PLOT_PX = 110
_NAME_PX = 18
_NOTE_PX = 16
_BAR_PX = 22  # height of the highest dose
_STEP_LABEL_PX = 14
_GAP_PX = 16
_LOWEST_BAR_PX = 5
_UNBOUNDED_SHARE = 0.035  # of the axis, drawn for an end that nothing bounds
_STEP_LABEL_PERCENT = 3.0  # narrower steps have their dose in the tables only
_VALUE_PERCENT = 3.0  # room for a printed score
_LONGEST_NAME, _LONGEST_NOTE = (
    46,
    52,
)  # characters that fit beside each other on a phone; tables have the rest


@dataclass(frozen=True)
class Bar:
    """One stretch of one dose."""

    x: float
    width: float
    y: float
    height: float
    style: str  # known, open or nodose
    dose: str  # printed above it, empty where it would not fit


@dataclass(frozen=True)
class Mark:
    """A symbol on the axis: a procedure, a recurrence, a score, the reason for stopping."""

    x: float
    y: float
    symbol: str
    words: str
    printed: str = ""


@dataclass(frozen=True)
class Lane:
    """One treatment or one instrument."""

    name: str
    note: str
    name_y: float
    kind: str
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    line_y: float = 0.0


@dataclass(frozen=True)
class Timeline:
    """Everything that is drawn, and what the legend must explain."""

    ticks: tuple[Tick, ...]
    first: date
    last: date
    scores: tuple[Mark, ...]
    score_gridlines: tuple[tuple[float, int], ...]  # y, pain 0 to 10
    lanes: tuple[Lane, ...]
    undated: tuple[TrialRow, ...]
    height: int
    legend: tuple[tuple[str, str], ...]  # symbol, words

    @property
    def drawn(self) -> bool:
        """Whether anything stands on the axis."""
        return bool(self.lanes or self.scores)


def timeline(rows: Sequence[TrialRow], scores: Sequence[Score], as_of: date, words: Words) -> Timeline:
    """Lay out the trials, procedures and scores of one person."""
    dated_scores = [score for score in scores if score.start is not None]
    reaches = {row.number: covered for row in rows if (covered := reach(row.trial, as_of)) is not None}
    days = _days(rows, reaches, dated_scores)
    if not days:
        return Timeline((), as_of, as_of, (), (), (), tuple(rows), 0, ())
    axis = TimeAxis.over(days, as_of)
    on_pain_scale = [score for score in dated_scores if _pain_0_to_10(score) is not None]
    other_scores = [score for score in dated_scores if _pain_0_to_10(score) is None]
    top = _HEAD_PX
    plot_top = top + _NAME_PX + 4
    if on_pain_scale:
        top = plot_top + _SCORE_PLOT_PX + _GAP_PX
    layout = _Layout(axis, as_of, words, top)
    lanes = [layout.score_lane(key, group) for key, group in _by_instrument(other_scores)]
    lanes += [layout.trial_lane(group, reaches) for group in _by_treatment(rows, reaches)]
    marks = tuple(_score_mark(score, axis, plot_top, words) for score in on_pain_scale)
    return Timeline(
        ticks=tuple(axis.ticks()),
        first=axis.first,
        last=axis.last,
        scores=marks,
        score_gridlines=tuple((plot_top + _SCORE_PLOT_PX * (1 - pain / 10), pain) for pain in (0, 5, 10)),
        lanes=tuple(lanes),
        undated=tuple(row for row in rows if row.number not in reaches),
        height=layout.top,
        legend=_legend(lanes, marks, words),
    )


def _days(rows: Iterable[TrialRow], reaches: dict[int, Reach], scores: Iterable[Score]) -> list[date]:
    days = [day for covered in reaches.values() for day in (covered.earliest, covered.until)]
    days += [row.trial.recurrence.first for row in rows if row.trial.recurrence is not None]
    return days + [score.start.first for score in scores if score.start is not None]


def _by_instrument(scores: Sequence[Score]) -> list[tuple[str, list[Score]]]:
    ordered = sorted(scores, key=lambda score: (score.instrument, str(score.start)))
    return [(key, list(group)) for key, group in groupby(ordered, key=lambda score: score.instrument)]


def _by_treatment(rows: Sequence[TrialRow], reaches: dict[int, Reach]) -> list[list[TrialRow]]:
    """Trials on the axis, one list per treatment; drugs first, then by first start."""
    groups: dict[str, list[TrialRow]] = {}
    for row in sorted((row for row in rows if row.number in reaches), key=lambda row: row.number):
        groups.setdefault(row.trial.treatment, []).append(row)
    return sorted(
        groups.values(),
        key=lambda group: (group[0].trial.kind is not TrialKind.DRUG, reaches[group[0].number].earliest),
    )


def _pain_0_to_10(score: Score) -> float | None:
    """The reading on a scale of 0 to 10, None for an instrument that does not rate pain so."""
    instrument = instruments().get(score.instrument)
    if instrument is None or instrument.lowest != 0 or not instrument.higher_is_worse:
        return None
    if score.instrument not in _PAIN_RATINGS or instrument.highest is None:
        return None
    return (score.low + score.high) / 2 * 10 / instrument.highest


_PAIN_RATINGS = frozenset({"nrs", "vas", "vas_mm"})


def score_value(score: Score, words: Words) -> str:
    """A reading in its instrument's own unit, a grade by its name; a range keeps both ends."""
    low, high = (words.label(f"grade_{score.instrument}", number(value)) for value in (score.low, score.high))
    return low if low == high else f"{low}–{high}"


def _score_mark(score: Score, axis: TimeAxis, plot_top: float, words: Words) -> Mark:
    pain = _pain_0_to_10(score) or 0.0
    return Mark(
        x=axis.x(_start(score).first),
        y=round(plot_top + _SCORE_PLOT_PX * (1 - pain / 10), 1),
        symbol="square" if score.instrument.startswith("vas") else "dot",
        words=f"{words.instrument(score.instrument)} {score_value(score, words)}, {score.start}",
    )


def _start(row: Score) -> PartialDate:
    assert row.start is not None  # noqa: S101 -- only dated scores are drawn
    return row.start


class _Layout:
    """Stacks lanes from `top` down; holds what every lane needs."""

    def __init__(self, axis: TimeAxis, as_of: date, words: Words, top: int) -> None:
        self.axis, self.as_of, self.words, self.top = axis, as_of, words, top

    def score_lane(self, instrument: str, scores: Sequence[Score]) -> Lane:
        """Readings of an instrument with a scale of its own, printed as values."""
        name_y, line_y = self.top + 13, self.top + _NAME_PX + 8
        name = self.words.instrument(instrument)
        marks: list[Mark] = []
        free_from = 0.0
        for score in scores:
            x, value = self.axis.x(_start(score).first), score_value(score, self.words)
            fits = x >= free_from
            free_from = x + _VALUE_PERCENT if fits else free_from
            marks.append(Mark(x, line_y, "tick", f"{name} {value}, {score.start}", value if fits else ""))
        self.top = line_y + 22 + _GAP_PX
        return Lane(_cut(name, _LONGEST_NAME), "", name_y, "score", marks=tuple(marks), line_y=line_y)

    def trial_lane(self, rows: Sequence[TrialRow], reaches: dict[int, Reach]) -> Lane:
        """All trials of one treatment."""
        is_drug = rows[0].trial.kind is TrialKind.DRUG
        note = _cut(_note(rows), _LONGEST_NOTE)
        name_y = self.top + 13
        base_y = (
            self.top + _NAME_PX + (_NOTE_PX if note else 0) + _BAR_PX + (_STEP_LABEL_PX if is_drug else 4)
        )
        peak = max((row.trial.peak_dose or 0.0 for row in rows), default=0.0)
        bars = [bar for row in rows for bar in self._bars(row, reaches[row.number], base_y, peak)]
        marks = [
            mark
            for row in rows
            for mark in self._marks(row, reaches[row.number], base_y)
            if row is rows[-1] or mark.symbol != "unbounded"  # hatched already; many would hide each other
        ]
        self.top = base_y + _GAP_PX
        return Lane(
            name=_cut(rows[0].name, _LONGEST_NAME),
            note=note,
            name_y=name_y,
            kind=str(rows[0].trial.kind),
            bars=tuple(bars),
            marks=tuple(marks),
            line_y=base_y,
        )

    def _bars(self, row: TrialRow, covered: Reach, base_y: float, peak: float) -> list[Bar]:
        """Bars of a drug or therapy; for a procedure the time of its relief."""
        if row.trial.kind is TrialKind.PROCEDURE:
            return self._relief(row.trial, covered, base_y)
        stub_days = round((self.axis.last - self.axis.first).days * _UNBOUNDED_SHARE)
        return [
            self._bar(span, row.trial, base_y, peak) for span in spans(row.trial, covered, max(stub_days, 1))
        ]

    def _bar(self, span: Span, trial: TreatmentTrial, base_y: float, peak: float) -> Bar:
        x, end = self.axis.x(span.first), self.axis.x(span.last)
        width = round(max(end - x, 0.35), 2)
        has_dose = span.dose is not None and peak > 0
        height = max(_BAR_PX * (span.dose or 0.0) / peak, _LOWEST_BAR_PX) if has_dose else _BAR_PX / 2
        plain = trial.kind is not TrialKind.DRUG
        style = "open" if not span.known else "known" if has_dose or plain else "nodose"
        printed = number(span.dose or 0.0) if has_dose and span.known and width >= _STEP_LABEL_PERCENT else ""
        return Bar(x, width, round(base_y - height, 1), round(height, 1), style, printed)

    def _relief(self, trial: TreatmentTrial, covered: Reach, base_y: float) -> list[Bar]:
        if trial.recurrence is None:
            return []
        x, end = self.axis.x(covered.begun), self.axis.x(trial.recurrence.first)
        return [Bar(x, round(max(end - x, 0.0), 2), base_y - _BAR_PX / 2 - 2, 4, "relief", "")]

    def _marks(self, row: TrialRow, covered: Reach, base_y: float) -> list[Mark]:
        trial, y = row.trial, base_y - _BAR_PX / 2
        if trial.kind is TrialKind.PROCEDURE:
            marks = [Mark(self.axis.x(covered.begun), y, "diamond", f"{row.name}, {trial.start}")]
            if trial.recurrence is not None:
                x = self.axis.x(trial.recurrence.first)
                marks.append(Mark(x, y, "recurrence", f"Recurrence, {trial.recurrence}"))
            return marks
        symbol = _end_symbol(trial, covered)
        if symbol is None:
            return []
        x = self.axis.x(covered.open_until if symbol == "still" and covered.open_until else covered.until)
        if symbol == "unbounded":
            x += round(100 * _UNBOUNDED_SHARE, 2)
        return [Mark(x, base_y - 7, symbol, f"{row.name}: {row.ending}")]


def _end_symbol(trial: TreatmentTrial, covered: Reach) -> str | None:
    """The sign at the end of a bar: why it ended, that it goes on, or that this is not known."""
    if trial.stop_reason is StopReason.ADVERSE_EVENT or trial.outcome is Outcome.INTOLERANCE:
        return "adverse"
    if trial.stop_reason is StopReason.NO_EFFECT or trial.outcome is Outcome.NO_EFFECT:
        return "noeffect"
    if trial.running is Answer.YES:
        return "still"
    if covered.open_until is None:
        return "unbounded"
    return None if trial.stop_reason is StopReason.UNKNOWN else "stopped"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _note(rows: Sequence[TrialRow]) -> str:
    peaks = [row for row in rows if row.peak_dose]
    best = max(peaks, key=lambda row: row.trial.peak_dose or 0.0, default=None)
    parts = [f"up to {best.peak_dose}"] if best else []
    parts.append(rows[0].ending if len(rows) == 1 else f"{len(rows)} trials")
    return " · ".join(part for part in parts if part)


_SYMBOLS = ("adverse", "noeffect", "stopped", "still", "unbounded", "diamond", "recurrence")


def _legend(lanes: Sequence[Lane], scores: Sequence[Mark], words: Words) -> tuple[tuple[str, str], ...]:
    """What the signs in use mean."""
    used = {mark.symbol for mark in scores} | {mark.symbol for lane in lanes for mark in lane.marks}
    used |= {bar.style for lane in lanes for bar in lane.bars}
    order = ("dot", "square", "known", "open", "nodose", "relief", *_SYMBOLS)
    return tuple((symbol, words.label("legend", symbol)) for symbol in order if symbol in used)
