"""What settles a sign or a cause: that somebody looked into it, treated it, or stated that it is none.

Whatever settles has to be dated, on or after the day of what it settles: an image that was normal before
a sign appeared says nothing about the sign.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from assuage.answers import Answer
from assuage.codes.conditions import belongs_to
from assuage.flags.subject import Subject, is_one_of, on_record_since
from assuage.records.rows import Condition, Observation, ProcedureState, Score, Statement, StatementKind

PAIN_SCORES = frozenset(
    {
        "nrs",
        "vas",
        "vas_mm",
        "bni_pain",
        "monthly_headache_days",
        "monthly_migraine_days",
        "debilitating_headache_days",
        "attacks_per_day",
        "hit6",
        "midas",
    }
)
PAIN_STATEMENTS = (StatementKind.CONTROLLED, StatementKind.UNCONTROLLED, StatementKind.REMISSION)
"""What counts as pain having been assessed."""

WORKED_UP_STATEMENTS = (StatementKind.WORKED_UP, StatementKind.CHRONIC_PRIMARY)
"""By which a clinician says that a sign or a cause was looked into."""


def known_by(facts: Iterable[Condition | Observation]) -> date | None:
    """The day by which these facts were known; None where that is open.

    A diagnosis is known from its first record on, however often it was coded again. Findings are known
    when the last of them was made: what came before a new finding does not speak of it.
    """
    rows = list(facts)
    coded = [day.last for row in rows if isinstance(row, Condition) and (day := on_record_since(row))]
    found = [row.start for row in rows if isinstance(row, Observation)]
    dated = [day.last for day in found if day is not None]
    if len(dated) < len(found) or not (coded or dated):
        return None
    return max([*dated, *([min(coded)] if coded else [])])


def looked_into(subject: Subject, names: Collection[str], since: date | None) -> tuple[str, ...]:
    """Tests, images and visits of these names on or after a day; none where the day is not known."""
    if since is None:
        return ()
    return tuple(
        row.record_id
        for row in subject.observed(names)
        if row.present is not Answer.NO and row.start is not None and row.start.first >= since
    )


def stated_worked_up(subject: Subject, condition: str | None, since: date | None) -> tuple[str, ...]:
    """A clinician's word, on or after a day, that it was looked into, or that nothing else explains it."""
    if since is None:
        return ()
    return tuple(
        row.record_id
        for row in subject.history.statement
        if row.kind in WORKED_UP_STATEMENTS
        and row.answer is Answer.YES
        and row.start is not None
        and row.start.first >= since
        and (row.condition is None or condition is None or belongs_to(condition, row.condition))
    )


def settled_by(
    subject: Subject, names: Collection[str], condition: str | None, since: date | None
) -> tuple[str, ...]:
    """The records by which somebody looked into it, or stated that it is none; empty where nobody did."""
    return looked_into(subject, names, since) or stated_worked_up(subject, condition, since)


def treated(
    subject: Subject, causes: Sequence[str], treatments: Collection[str], since: date | None
) -> tuple[str, ...]:
    """What was given or done for the cause: said to be for it, or one of `treatments` since it was known."""
    by_word = [
        row.record_id
        for row in subject.history.exposure
        if row.taken is not Answer.NO and row.indication is not None and is_one_of(row.indication, causes)
    ]
    by_word += [
        row.record_id
        for row in subject.history.procedure
        if row.state is ProcedureState.DONE
        and row.indication is not None
        and is_one_of(row.indication, causes)
    ]
    by_kind = [
        row.record_id
        for row in subject.history.procedure
        if row.procedure in treatments
        and row.state is ProcedureState.DONE
        and since is not None
        and row.start is not None
        and row.start.first >= since
    ]
    return tuple(dict.fromkeys([*by_word, *by_kind]))


def pain_assessed(subject: Subject, condition: str | None, since: date | None) -> tuple[str, ...]:
    """Pain scores, and words on whether pain is controlled, after a day and before the review."""
    if since is None:
        return ()
    rows: list[Score | Statement] = [
        *(row for row in subject.history.score if row.instrument in PAIN_SCORES),
        *(row for row in subject.history.statement if row.kind in PAIN_STATEMENTS),
    ]
    return tuple(
        row.record_id
        for row in rows
        if row.start is not None
        and since < row.start.first
        and row.start.last < subject.as_of
        and (row.condition is None or condition is None or row.condition == condition)
    )
