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

ONSET_FLAGS = {
    "older_onset": {"years": "older_onset_years", "variant_years": "older_onset_years_variant"},
    "new_headache": {"days": "new_headache_days"},
}
"""What each flag of onset shows: names of values to names of numbers, the one it comes from first."""


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
    younger, older = rules["older_onset_years"].value, rules["older_onset_years_variant"].value
    birth = subject.history.person.birth
    answer = aged_at_least(younger, birth, onset.start)
    if birth is None or answer is Answer.NO:
        return
    by_both = aged_at_least(older, birth, onset.start) is Answer.YES
    reason = "older_onset_possible" if answer is Answer.UNKNOWN else "older_onset"
    if by_both:
        reason = "older_onset_by_both_ages"
    yield from _dated_onset(subject, "older_onset", reason, onset, headaches)


def _new_headache(subject: Subject, onset: Condition, headaches: tuple[str, ...]) -> Iterator[Flag]:
    """A headache of recent onset, where no earlier headache is on record."""
    days = numbers("red_flags")["new_headache_days"].value
    if onset.start is not None and onset.start.first >= subject.as_of - timedelta(days=days):
        yield from _dated_onset(subject, "new_headache", "new_headache", onset, headaches)


def _dated_onset(
    subject: Subject, name: str, reason: str, onset: Condition, headaches: tuple[str, ...]
) -> Iterator[Flag]:
    rules, shown = numbers("red_flags"), ONSET_FLAGS[name]
    origin = next(iter(shown.values()))
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
            values=tuple((value, rules[number].value) for value, number in shown.items()),
            state=FlagState.WORKED_UP if settled else FlagState.OPEN,
            since=onset.start,
        )
