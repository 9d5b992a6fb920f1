"""Medication overuse by ICHD-3: known from counted days only, possible from anything less.

Overuse is known where headache and intake days were counted in each of enough calendar months in a row
and both reach their threshold. Which threshold holds depends on the drugs: where they are mixed, or not
on record, only the higher one is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from assuage.answers import Answer, all_of
from assuage.codes.conditions import belongs_to
from assuage.dates import Precision
from assuage.flags.model import OVERUSE, Flag, FlagState, Urgency
from assuage.flags.rules import numbers
from assuage.flags.subject import Subject
from assuage.records.rows import (
    Condition,
    ConditionState,
    EndRule,
    Exposure,
    ProcedureState,
    Purpose,
    Score,
)
from assuage.trials.model import TreatmentTrial

POSSIBLE = "possible_medication_overuse"
HEADACHE_DAYS = "monthly_headache_days"
INTAKE_DAYS = "acute_medication_days"
DIAGNOSIS = ("medication_overuse_headache",)

_Row = Score | Exposure | Condition
"""A record that speaks for overuse."""


def flags(subject: Subject) -> Iterator[Flag]:
    """Overuse, or possible overuse, for each headache under review."""
    headaches = subject.reviewed(("headache",))
    if not headaches:
        return
    overused, counts = _counted(subject)
    if overused is Answer.YES:
        yield from _flags_of(subject, headaches, OVERUSE, "intake_counted", counts)
    else:
        reason, speaking = _hint(subject, overused, counts)
        if speaking:
            yield from _flags_of(subject, headaches, POSSIBLE, reason, speaking)


def _flags_of(
    subject: Subject, headaches: Iterable[str], name: str, reason: str, speaking: Sequence[_Row]
) -> Iterator[Flag]:
    rules = numbers("overuse")
    days = [row.start for row in speaking if row.start is not None]
    since = min(days, default=None)
    withdrawn = _withdrawn(subject, max((day.last for day in days), default=None))
    for condition in headaches:
        yield subject.flag(
            name,
            condition,
            Urgency.LOOK,
            rules["simple_days" if name == OVERUSE else "headache_days"].provenance,
            (*(row.record_id for row in speaking), *withdrawn),
            reason=reason,
            values=(
                ("days", rules["headache_days"].value),
                ("simple_days", rules["simple_days"].value),
                ("strong_days", rules["strong_days"].value),
            ),
            state=FlagState.WORKED_UP if withdrawn else FlagState.OPEN,
            since=since,
        )


def _withdrawn(subject: Subject, since: date | None) -> tuple[str, ...]:
    """A withdrawal programme that began after the last day of what speaks for overuse."""
    programmes = numbers("overuse")["withdrawal"].value
    return tuple(
        row.record_id
        for row in subject.history.procedure
        if row.procedure in programmes
        and row.state is ProcedureState.DONE
        and row.start is not None
        and since is not None
        and row.start.first > since
    )


# --- what was counted


def _counted(subject: Subject) -> tuple[Answer, tuple[Score, ...]]:
    """Whether the counts show overuse, and the counts of the months that matter.

    The row of months ends with the month of the review, or, while that is not counted yet, the one before.
    """
    months: int = numbers("overuse")["months"].value
    rows = [row for row in _headache_scores(subject) if row.instrument in (HEADACHE_DAYS, INTAKE_DAYS)]
    by_month = [_month(subject, [row for row in rows if _back(subject, row) == n]) for n in range(months + 1)]
    now, before = all_of(by_month[:months]), all_of(by_month[1:])
    counts = tuple(row for row in rows if _back(subject, row) in range(months + 1))
    return now | (Answer.of(by_month[0] is not Answer.NO) & before), counts


def _month(subject: Subject, rows: list[Score]) -> Answer:
    threshold: float = numbers("overuse")["headache_days"].value
    headache = _agreed(rows, HEADACHE_DAYS, lambda row: _reaches(row, threshold))
    intake = _agreed(rows, INTAKE_DAYS, lambda row: _overused(subject, row))
    return headache & intake


def _agreed(rows: list[Score], instrument: str, read: Callable[[Score], Answer]) -> Answer:
    """What the counts of one month say; counts that disagree, and none, leave it unknown."""
    said = {read(row) for row in rows if row.instrument == instrument}
    return said.pop() if len(said) == 1 else Answer.UNKNOWN


def _reaches(row: Score, days: float) -> Answer:
    if row.low >= days:
        return Answer.YES
    return Answer.NO if row.high < days else Answer.UNKNOWN


def _overused(subject: Subject, row: Score) -> Answer:
    """Whether that many days of intake are too many, of the drugs that are on record."""
    rules = numbers("overuse")
    simple = _reaches(row, rules["simple_days"].value)
    strong = _reaches(row, rules["strong_days"].value)
    kinds = {_kind(subject, trial) for trial in _acute_trials(subject)}
    if kinds == {"strong"}:
        return strong
    if kinds == {"simple"}:
        return simple
    if "other" in kinds:  # drugs for which no days are printed
        return Answer.NO if strong is Answer.NO else Answer.UNKNOWN
    return simple if simple is Answer.YES else strong & Answer.UNKNOWN


def _kind(subject: Subject, trial: TreatmentTrial) -> str:
    """By which threshold a drug counts; two drugs of one supply are a combination analgesic."""
    rules = numbers("overuse")
    if trial.treatment_class in rules["strong_classes"].value:
        return "strong"
    if trial.treatment_class not in rules["simple_classes"].value:
        return "other"
    supplies = {row.record_id for row in _supplies(subject, [trial])}
    combined = any(
        other.treatment != trial.treatment and supplies.intersection(other.evidence)
        for other in subject.trials
    )
    return "strong" if combined else "simple"


def _acute_trials(subject: Subject) -> list[TreatmentTrial]:
    """Drugs for an attack of headache that are, or may be, still taken."""
    rules = numbers("overuse")
    classes = (*rules["strong_classes"].value, *rules["simple_classes"].value)
    return [
        trial
        for trial in subject.trials
        if trial.condition is not None
        and belongs_to(trial.condition, "headache")
        and trial.running is not Answer.NO
        and trial.taken is not Answer.NO
        and (
            trial.purpose is Purpose.ACUTE
            or (trial.purpose is Purpose.UNKNOWN and trial.treatment_class in classes)
        )
    ]


def _headache_scores(subject: Subject) -> list[Score]:
    return [
        row for row in subject.history.score if row.condition is None or belongs_to(row.condition, "headache")
    ]


def _back(subject: Subject, row: Score) -> int | None:
    """How many calendar months before the review a count's month lies; None where no month is given."""
    if row.start is None or row.start.precision is Precision.YEAR:
        return None
    day = row.start.last
    return (subject.as_of.year - day.year) * 12 + subject.as_of.month - day.month


# --- what hints at it


def _hint(subject: Subject, overused: Answer, counts: Sequence[Score]) -> tuple[str, Sequence[_Row]]:
    """Reason and records of a possible overuse; no records where nothing speaks for it."""
    high = [
        row for row in counts if row.instrument == INTAKE_DAYS and _overused(subject, row) is not Answer.NO
    ]
    if high and overused is not Answer.NO:
        return "intake_counted_in_part", counts
    rows = [row for row in subject.diagnoses(DIAGNOSIS) if row.state is not ConditionState.RESOLVED]
    if rows:
        return "overuse_diagnosis_only", rows
    return "supplies_cover_overuse", [] if overused is Answer.NO else _frequent_supplies(subject)


def _frequent_supplies(subject: Subject) -> list[Exposure]:
    """Supplies of acute drugs whose days cover, over the window, as many days a month as a threshold."""
    rules = numbers("overuse")
    window: int = rules["supply_window_days"].value
    trials = _acute_trials(subject)
    for kind, name in (("strong", "strong_days"), ("simple", "simple_days")):
        rows = _supplies(subject, [trial for trial in trials if _kind(subject, trial) == kind])
        covered = {day for row in rows for day in _supplied_days(row, subject.as_of, window)}
        if len(covered) * 30 >= rules[name].value * window:
            return rows
    return []


def _supplies(subject: Subject, trials: Iterable[TreatmentTrial]) -> list[Exposure]:
    """The exposures that trials are made of."""
    taken = {(trial.treatment, record) for trial in trials for record in trial.evidence}
    return [row for row in subject.history.exposure if (row.ingredient, row.record_id) in taken]


def _supplied_days(row: Exposure, as_of: date, window_days: int) -> Iterator[date]:
    """The days of a supply that lie in the window before the review."""
    if row.end_rule is not EndRule.SUPPLIED or row.start is None or row.end is None:
        return
    day = max(row.start.first, as_of - timedelta(days=window_days - 1))
    while day <= min(row.end.last, as_of):
        yield day
        day += timedelta(days=1)
