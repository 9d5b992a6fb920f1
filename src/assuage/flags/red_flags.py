"""Red flags for secondary headache: SNNOOP10, for headache only, by age at onset.

Painkiller overuse, the list's last item, is a family of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from assuage.answers import Answer
from assuage.flags.ages import aged_at_least
from assuage.flags.model import Flag, FlagState, Urgency
from assuage.flags.rules import numbers, signs
from assuage.flags.signs import sign_flags
from assuage.flags.subject import Subject
from assuage.flags.working_up import known_by, settled_by
from assuage.records.rows import Condition


def flags(subject: Subject) -> Iterator[Flag]:
    """Every item of the list that is on record, for each headache under review."""
    headaches = subject.reviewed(("headache",))
    if not headaches:
        return
    for sign in signs("red_flags"):
        yield from sign_flags(subject, sign, headaches)
    onset = subject.onset(("headache",))
    if onset is not None:
        yield from _older_onset(subject, onset, headaches)
        yield from _new_headache(subject, onset, headaches)


def _older_onset(subject: Subject, onset: Condition, headaches: tuple[str, ...]) -> Iterator[Flag]:
    """Onset at an older age: the first headache ever on record counts, not the one under review."""
    rules = numbers("red_flags")
    younger, older = rules["older_onset_years"], rules["older_onset_years_variant"]
    birth = subject.history.person.birth
    answer = aged_at_least(younger.value, birth, onset.start)
    if birth is None or answer is Answer.NO:
        return
    by_both = aged_at_least(older.value, birth, onset.start) is Answer.YES
    reason = "older_onset_possible" if answer is Answer.UNKNOWN else "older_onset"
    if by_both:
        reason = "older_onset_by_both_ages"
    yield from _dated_onset(
        subject,
        "older_onset",
        reason,
        onset,
        headaches,
        (("years", younger.value), ("variant_years", older.value)),
    )


def _new_headache(subject: Subject, onset: Condition, headaches: tuple[str, ...]) -> Iterator[Flag]:
    """A headache of recent onset, where no earlier headache is on record."""
    days = numbers("red_flags")["new_headache_days"].value
    if onset.start is not None and onset.start.first >= subject.as_of - timedelta(days=days):
        yield from _dated_onset(subject, "new_headache", "new_headache", onset, headaches, (("days", days),))


def _dated_onset(
    subject: Subject,
    name: str,
    reason: str,
    onset: Condition,
    headaches: tuple[str, ...],
    values: tuple[tuple[str, int], ...],
) -> Iterator[Flag]:
    rules = numbers("red_flags")
    origin = {"older_onset": "older_onset_years", "new_headache": "new_headache_days"}[name]
    since = known_by([onset])
    for condition in headaches:
        settled = settled_by(subject, rules["settled_by"].value, condition, since)
        yield subject.flag(
            name,
            condition,
            Urgency.LOOK,
            rules[origin].provenance,
            (onset.record_id, *settled),
            reason=reason,
            values=values,
            state=FlagState.WORKED_UP if settled else FlagState.OPEN,
            since=onset.start,
        )
