"""Where an option stands for a person, and why: what decides comes first, the rest bears on it."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer
from assuage.codes.conditions import belongs_to
from assuage.codes.drugs import formulary
from assuage.options.holdings import entries
from assuage.options.model import OptionStanding, Reason
from assuage.options.tried import attempt, said_in_general, untried
from assuage.options.view import OptionView
from assuage.records.rows import ConditionState, ProcedureState, StatementKind
from assuage.resistance.criteria.standing import narrow_words
from assuage.safety import Concern

Weight = tuple[OptionStanding, Reason]


def weigh(view: OptionView) -> tuple[OptionStanding, Reason, tuple[Reason, ...]]:
    """The standing, the reason that decides it, and every other reason.

    Evidence against comes first, then what rules it out, then what was tried, then what to be careful
    about; an option that nothing speaks of is open.
    """
    found = [*_not_indicated(view), *_contraindicated(view), *_tried(view), *_cautions(view), *_open(view)]
    (standing, reason), *others = found
    return standing, reason, (*(other for _, other in others), *_notes(view))


def _not_indicated(view: OptionView) -> Iterator[Weight]:
    evidence, condition = view.evidence, view.case.condition
    refused = evidence.refused
    if refused and refused.holds_in(view.situation.market):
        yield OptionStanding.NOT_INDICATED, Reason(refused.reason, provenance=refused.provenance)
    if evidence.not_for:
        for kind in evidence.not_for.kinds:
            if belongs_to(condition, kind):
                values = (("condition", kind),)
                reason = Reason("not_for_kind", values, provenance=evidence.not_for.provenance)
                yield OptionStanding.NOT_INDICATED, reason
    unsold = evidence.not_available_in
    if unsold and view.situation.market in unsold.markets:
        values = (("market", str(view.situation.market)),)
        yield OptionStanding.NOT_INDICATED, Reason("not_available", values, provenance=unsold.provenance)


def _contraindicated(view: OptionView) -> Iterator[Weight]:
    """An option is ruled out only where every treatment it stands for is."""
    treatments = view.option.treatments
    if not treatments or not view.stopped.issuperset(treatments):
        return
    for reason in _stops(view):
        yield OptionStanding.CONTRAINDICATED, reason


def _stops(view: OptionView) -> Iterator[Reason]:
    for treatment, records in view.ruled_out.items():
        yield Reason("ruled_out_on_record", (("treatment", treatment),), records)
    for concern in view.hard_stops:
        yield _safety("safety_hard_stop", concern)


def _tried(view: OptionView) -> Iterator[Weight]:
    """One treatment at work is enough; else each has to be tried to its end, or ruled out."""
    attempts = view.attempts.values()
    closed = {one.treatment for one in attempts if one.closes}
    done = bool(closed) and closed | view.stopped >= set(view.option.treatments)
    for one in sorted(attempts, key=lambda each: (not each.works, not each.closes, each.treatment)):
        if one.works or (done and one.closes):
            yield OptionStanding.TRIED, one.reason


def _cautions(view: OptionView) -> Iterator[Weight]:
    for reason in (*_safety_cautions(view), *_doubts(view), *_circumstances(view), *_refusals(view)):
        yield OptionStanding.CAUTION, reason


def _safety_cautions(view: OptionView) -> Iterator[Reason]:
    if not view.stopped.issuperset(view.option.treatments):
        yield from _stops(view)
    for concern in view.open_stops:
        yield _safety("check_first", concern)
    for concern in view.warnings:
        yield _safety("safety_warning", concern)


def _doubts(view: OptionView) -> Iterator[Reason]:
    evidence, invasive = view.evidence, view.option.invasive
    if invasive and not view.first_step_tried:
        yield Reason("no_first_step_tried", provenance=invasive.provenance)
    if evidence.doubt and evidence.doubt.holds_in(view.situation.market):
        yield Reason(evidence.doubt.reason, provenance=evidence.doubt.provenance)
    only = evidence.only_for
    if only and not any(belongs_to(view.case.condition, kind) for kind in only.kinds):
        values = (("conditions", ",".join(only.kinds)),)
        yield Reason("evidence_in_another_kind", values, provenance=only.provenance)


def _circumstances(view: OptionView) -> Iterator[Reason]:
    history = view.situation.history
    for each in view.evidence.caution_if:
        records: tuple[str, ...] = ()
        if each.need:
            looked_at = tuple(entries(history, each.need))
            if not any(one.found is Answer.YES for one in looked_at):
                records = tuple(one.record_id for one in looked_at if one.found is Answer.NO)
        if each.condition:
            records += tuple(
                row.record_id
                for row in history.condition
                if belongs_to(row.condition, each.condition) and row.state is not ConditionState.RESOLVED
            )
        if records:
            yield Reason(each.reason, (), records, provenance=each.provenance)


def _refusals(view: OptionView) -> Iterator[Reason]:
    """The person's own no: respected, and never counted as a failure."""
    words = frozenset().union(*(narrow_words(key, "") for key in view.option.treatments))
    records = tuple(
        row.record_id
        for row in view.case.statements
        if row.kind is StatementKind.DECLINED and row.answer is Answer.YES and row.about in words
    )
    records += _in_state(view, ProcedureState.REFUSED)
    if records:
        yield Reason("declined", (), records)


def _open(view: OptionView) -> Iterator[Weight]:
    """What was tried too little stays open and says so; what was closed for one of several is said too."""
    closed = {key for key, one in view.attempts.items() if one.closes}
    left = [key for key in view.option.treatments if key not in closed | view.stopped]
    if closed and left:
        values = (("tried", ",".join(sorted(closed))), ("treatments", ",".join(left)))
        yield OptionStanding.OPEN, Reason("others_left", values)
    for one in sorted(view.attempts.values(), key=lambda each: each.treatment):
        if not one.works:
            yield OptionStanding.OPEN, one.reason
    if not view.attempts:
        yield OptionStanding.OPEN, untried(view.case, view.option.treatments)


def _notes(view: OptionView) -> Iterator[Reason]:
    if view.option.kind == "drug" and not view.evidence.refused:
        general = (said_in_general(view.case, key) for key in view.option.treatments)
        yield from dict.fromkeys(one for one in general if one is not None and not view.attempts)
    recommended = _in_state(view, ProcedureState.RECOMMENDED)
    if recommended:
        yield Reason("recommended_not_done", (), recommended)
    yield from _same_class(view)
    yield from _own_time(view)
    yield from _eligibility(view)
    adds = view.evidence.adds_to
    for trial in view.case.trials:
        if adds and trial.running is Answer.YES and trial.treatment in adds.treatments:
            values = (("treatment", trial.treatment),)
            yield Reason("may_be_added_to", values, trial.evidence, provenance=adds.provenance)


def _same_class(view: OptionView) -> Iterator[Reason]:
    """Other members of its class that were tried to their end: said, because it lowers what to expect."""
    classes = {formulary()[key].treatment_class for key in view.option.treatments if key in formulary()}
    others = {
        trial.treatment
        for trial in view.case.trials
        if trial.treatment_class in classes and trial.treatment not in view.option.treatments
    }
    found = (attempt(view.case, key) for key in sorted(others))
    failed = [one for one in found if one is not None and one.failed]
    if failed:
        values = (("treatments", ",".join(one.treatment for one in failed)),)
        yield Reason("same_class_tried", values, tuple(key for one in failed for key in one.reason.evidence))


def _own_time(view: OptionView) -> Iterator[Reason]:
    """How soon it can be judged, where a definition's longer time calls its trial too short."""
    days = view.evidence.effect_days
    if days and any(one.reason.reason_code == "tried_too_short" for one in view.attempts.values()):
        values = (("days", days.high),)
        yield Reason("usually_judged_after", values, provenance=days.provenance)


def _eligibility(view: OptionView) -> Iterator[Reason]:
    """What the definitions of who it is for say: shown, and never a standing of its own."""
    by = view.evidence.eligible_by
    for verdict in view.situation.verdicts:
        if by and verdict.definition in by.definitions and verdict.condition == view.case.condition:
            values = (("definition", verdict.definition),)
            code = f"eligibility_{verdict.verdict}"
            yield Reason(code, values, missing=verdict.missing, provenance=by.provenance)


def _in_state(view: OptionView, state: ProcedureState) -> tuple[str, ...]:
    return tuple(
        row.record_id
        for row in view.situation.history.procedure
        if row.procedure in view.option.treatments and row.state is state
    )


def _safety(code: str, concern: Concern) -> Reason:
    values = (("treatment", concern.treatment), ("rule", concern.rule))
    return Reason(code, values, concern.evidence, concern.missing, concern.provenance)
