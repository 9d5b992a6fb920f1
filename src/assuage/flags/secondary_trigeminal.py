"""Signs that trigeminal neuralgia has a cause: age, numbness, both sides, other nerves, multiple sclerosis.

A tumour is in the family of intracranial causes.
"""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer
from assuage.codes.procedures import procedures
from assuage.flags.ages import aged_at_least
from assuage.flags.model import Flag, FlagState, Urgency
from assuage.flags.rules import Sign, numbers, signs
from assuage.flags.signs import sign_flags, signs_seen
from assuage.flags.subject import Subject, ids, on_record_since
from assuage.flags.working_up import known_by, settled_by
from assuage.records.rows import Condition, ConditionState, ProcedureState

TRIGEMINAL = ("trigeminal_neuralgia",)

MAY_FOLLOW_SURGERY = ("trigeminal_sensory_loss", "abnormal_trigeminal_reflexes")
"""Signs that are expected after an operation that numbs."""

MADE_BY_KNOWN_CAUSE = ("optic_neuritis", "demyelinating_lesion")
"""Signs that are no flags of their own where the disease that makes them is known."""


def flags(subject: Subject) -> Iterator[Flag]:
    """The signs on record, for each trigeminal neuralgia under review."""
    neuralgias = subject.reviewed(TRIGEMINAL)
    if not neuralgias:
        return
    known = _known_cause(subject)
    for sign in signs("secondary_trigeminal"):
        surgery = _surgery_before(subject, sign) if sign.flag in MAY_FOLLOW_SURGERY else ()
        if surgery:
            yield from _expected_after_surgery(subject, sign, surgery, neuralgias)
        elif not (known and sign.flag in MADE_BY_KNOWN_CAUSE):
            yield from sign_flags(subject, sign, neuralgias)
    for condition in neuralgias:
        yield from _young_onset(subject, condition)
        yield from _cause_flag(subject, condition, known)


def _known_cause(subject: Subject) -> tuple[Condition, ...]:
    """A disease that is on record, and not in doubt, as what the neuralgia can come from."""
    rows = subject.diagnoses(numbers("secondary_trigeminal")["known_cause"].value)
    return tuple(row for row in rows if row.state is not ConditionState.UNCONFIRMED)


def _cause_flag(subject: Subject, condition: str, known: tuple[Condition, ...]) -> Iterator[Flag]:
    """A known disease is a note; one that is only suspected is to be looked at."""
    rule = numbers("secondary_trigeminal")["known_cause"]
    rows = known or subject.diagnoses(rule.value)
    if not rows:
        return
    yield subject.flag(
        "multiple_sclerosis",
        condition,
        Urgency.NOTE if known else Urgency.LOOK,
        rule.provenance,
        ids(rows),
        reason="multiple_sclerosis_known" if known else "multiple_sclerosis_suspected",
        state=FlagState.WORKED_UP if known else FlagState.OPEN,
        since=min((row.start for row in rows if row.start is not None), default=None),
    )


def _young_onset(subject: Subject, condition: str) -> Iterator[Flag]:
    rules = numbers("secondary_trigeminal")
    limit = rules["young_onset_years"]
    onset = subject.onset((condition,))
    if onset is None or subject.history.person.birth is None:
        return
    younger = ~aged_at_least(limit.value, subject.history.person.birth, onset.start)
    if younger is Answer.NO:
        return
    since = known_by([onset])
    settled = settled_by(subject, rules["settled_by"].value, condition, since)
    yield subject.flag(
        "young_trigeminal_onset",
        condition,
        Urgency.LOOK,
        limit.provenance,
        (onset.record_id, *settled),
        reason="young_trigeminal_onset" if younger is Answer.YES else "young_trigeminal_onset_possible",
        values=(("years", limit.value),),
        state=FlagState.WORKED_UP if settled else FlagState.OPEN,
        since=onset.start,
    )


def _surgery_before(subject: Subject, sign: Sign) -> tuple[str, ...]:
    """Operations that are meant to numb, done before the sign was first recorded."""
    days = [on_record_since(fact) for fact in signs_seen(subject, sign)]
    known = [day.first for day in days if day is not None]
    if not known or len(known) < len(days):
        return ()
    classes = numbers("secondary_trigeminal")["numbing_procedures"].value
    return tuple(
        row.record_id
        for row in subject.history.procedure
        if row.state is ProcedureState.DONE
        and row.start is not None
        and row.start.last < min(known)
        and procedures()[row.procedure].treatment_class in classes
    )


def _expected_after_surgery(
    subject: Subject, sign: Sign, surgery: tuple[str, ...], neuralgias: tuple[str, ...]
) -> Iterator[Flag]:
    """Numbness after an operation that numbs is a note: it was to be expected."""
    facts = signs_seen(subject, sign)
    for condition in neuralgias:
        yield subject.flag(
            sign.flag,
            condition,
            Urgency.NOTE,
            numbers("secondary_trigeminal")["numbing_procedures"].provenance,
            (*ids(facts), *surgery),
            reason="numbness_after_surgery",
            state=FlagState.WORKED_UP,
            since=min((day for fact in facts if (day := on_record_since(fact))), default=None),
        )
