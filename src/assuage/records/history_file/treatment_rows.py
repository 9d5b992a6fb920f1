"""Treatments of a history file to rows: drugs to exposures, procedures and therapies to procedures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from assuage.answers import Answer
from assuage.codes.drugs import find_drugs
from assuage.codes.procedures import find_procedure
from assuage.dates import PartialDate, Precision
from assuage.records.history_file.entries import Place, check_order, refuse
from assuage.records.history_file.naming import codings, indication
from assuage.records.history_file.quantities import After, Dose, count_on
from assuage.records.history_file.schema import (
    DrugTreatment,
    ProcedureTreatment,
    TherapyTreatment,
)
from assuage.records.rows import (
    DoseRule,
    EndRule,
    Exposure,
    Outcome,
    Procedure,
    ProcedureOutcome,
    Purpose,
    Row,
    StopReason,
)

DRUG_UNKNOWN = "drug outside the formulary"


@dataclass(frozen=True)
class _Stretch:
    """A stretch of one dose, as far as the file dates it."""

    dose: Dose | None
    start: PartialDate | None
    end: PartialDate | None
    end_rule: EndRule
    stated_days: int | None


def treatment_rows(
    entry: DrugTreatment | ProcedureTreatment | TherapyTreatment, place: Place
) -> Iterator[Row]:
    """The rows of one treatment. Raises WrongEntry."""
    match entry:
        case DrugTreatment():
            return _drug_rows(entry, place)
        case ProcedureTreatment():
            return _procedure_rows(entry, entry.procedure, "procedure", place)
        case TherapyTreatment():
            return _procedure_rows(entry, entry.therapy, "therapy", place)


def _drug_rows(entry: DrugTreatment, place: Place) -> Iterator[Row]:
    """One exposure for each ingredient and dose step; what the course did stands on its last step.

    The dose of a product with several ingredients is not given to any one of them.
    """
    matches = find_drugs(codings(entry.code, entry.system), entry.drug)
    if not matches:
        refuse(DRUG_UNKNOWN, "drug")
    condition, words = indication(entry.indication)
    stretches = _stretches(entry, place)
    for match in matches:
        for stretch in stretches:
            is_last = stretch is stretches[-1]
            dose = stretch.dose if len(matches) == 1 else None
            yield Exposure(
                person_id=place.person_id,
                record_id=place.record_id,
                ingredient=match.ingredient,
                drug_text=entry.drug,
                mapped_by=str(match.mapped_by),
                start=stretch.start,
                end=stretch.end,
                end_rule=stretch.end_rule,
                stated_days=stretch.stated_days,
                dose=dose.amount if dose else None,
                dose_unit=dose.unit if dose else None,
                dose_rule=DoseRule.STATED if dose else DoseRule.UNKNOWN,
                max_tolerated=entry.highest_tolerated and is_last,
                form=entry.form or match.form,
                as_needed=entry.as_needed,
                taken=Answer.of(entry.taken),
                purpose=_purpose(entry),
                indication=condition,
                indication_text=words,
                outcome=entry.outcome if is_last else Outcome.UNKNOWN,
                change_percent=entry.relief_percent if is_last else None,
                stop_reason=entry.stopped_because if is_last else StopReason.UNKNOWN,
                adverse_event=entry.adverse_event if is_last else None,
            )


def _purpose(entry: DrugTreatment) -> Purpose:
    """As stated; a drug taken as needed is taken when pain comes."""
    return Purpose.ACUTE if entry.as_needed and entry.purpose is Purpose.UNKNOWN else entry.purpose


def _stretches(entry: DrugTreatment, place: Place) -> list[_Stretch]:
    """The course in stretches of one dose."""
    course = _course(entry, place)
    if not entry.dose_steps:
        return [course]
    if entry.dose is not None:
        refuse("both `dose` and `dose_steps` are given: keep one", "dose_steps")
    steps = entry.dose_steps
    starts = [place.when(step.start, "dose_steps") for step in steps]
    starts[0] = starts[0] or course.start
    known = [start for start in starts if start is not None]
    if any(later.last < earlier.first for earlier, later in pairwise(known)):
        refuse("the dose steps are not in order of time", "dose_steps")
    check_order(known[-1] if known else None, course.end, "to")
    stretches = [
        _Stretch(
            step.dose,
            start,
            _eve(following),
            EndRule.STATED if following or step.lasted else EndRule.UNKNOWN,
            step.lasted.days if step.lasted else None,
        )
        for step, start, following in zip(steps, starts, [*starts[1:], None], strict=True)
    ]
    last = stretches[-1]
    if course.end is not None:
        stretches[-1] = _Stretch(last.dose, last.start, course.end, course.end_rule, last.stated_days)
    return stretches


def _eve(following: PartialDate | None) -> PartialDate | None:
    """When a step ended: the day before the next one, or in its month or year where no day is known."""
    if following is None or following.precision is not Precision.DAY:
        return following
    return PartialDate(following.first - timedelta(days=1))


def _course(entry: DrugTreatment, place: Place) -> _Stretch:
    """The whole course; of start, end and length, a missing one is worked out only from whole dates."""
    start, end = place.when(entry.start, "from"), place.when(entry.end, "to")
    check_order(start, end, "to")
    days = entry.lasted.days if entry.lasted else None
    if entry.ongoing:
        if end is not None:
            refuse("both `to` and `ongoing` are given: keep one", "ongoing")
        return _Stretch(entry.dose, start, PartialDate(place.written_on), EndRule.ONGOING, days)
    if days is not None and end is None and _is_day(start):
        end = place.when(_days_on(start, days - 1), "lasted")
    if days is not None and start is None and _is_day(end):
        start = _days_on(end, 1 - days)
    rule = EndRule.STATED if end is not None or days is not None else EndRule.UNKNOWN
    return _Stretch(entry.dose, start, end, rule, days)


def _is_day(day: PartialDate | None) -> bool:
    return day is not None and day.precision is Precision.DAY


def _days_on(day: PartialDate | None, days: int) -> PartialDate | None:
    return PartialDate(day.first + timedelta(days=days)) if day is not None else None


def _procedure_rows(
    entry: ProcedureTreatment | TherapyTreatment, name: str, key: str, place: Place
) -> Iterator[Row]:
    procedure = find_procedure(codings(entry.code, entry.system), name)
    if procedure is None:
        if find_drugs((), name):
            refuse("this is a drug: begin the entry with `drug:`", key)
        refuse(f"{key} outside the codelists", key)
    start_key, end_key = ("date", "removed") if key == "procedure" else ("from", "to")
    start, end = place.when(entry.start, start_key), place.when(entry.end, end_key)
    check_order(start, end, end_key)
    recurrence, recurrence_days = _recurrence(entry, start, place)
    condition, words = indication(entry.indication)
    yield Procedure(
        person_id=place.person_id,
        record_id=place.record_id,
        procedure=procedure,
        text=name,
        code=entry.code,
        code_system=str(entry.system) if entry.system else None,
        start=start,
        end=end,
        sessions=entry.sessions,
        state=entry.state,
        indication=condition,
        indication_text=words,
        outcome=_procedure_outcome(entry),
        change_percent=entry.relief_percent,
        recurrence=recurrence,
        recurrence_days=recurrence_days,
        stop_reason=entry.stopped_because,
        adverse_event=entry.adverse_event,
    )


def _recurrence(
    entry: ProcedureTreatment | TherapyTreatment, start: PartialDate | None, place: Place
) -> tuple[PartialDate | None, int | None]:
    """The date and the days after which pain came back, as far as each is known."""
    if isinstance(entry.recurrence, After):
        length = entry.recurrence.length
        date = count_on(start, length) if start else None
        return place.when(date, "recurrence"), length.days
    date = place.when(entry.recurrence, "recurrence")
    check_order(start, date, "recurrence")
    return date, None


def _procedure_outcome(entry: ProcedureTreatment | TherapyTreatment) -> ProcedureOutcome:
    """As stated; a recurrence that is told is one, whatever relief came before it."""
    if entry.recurrence is not None and entry.outcome is not ProcedureOutcome.NO_EFFECT:
        return ProcedureOutcome.RECURRENCE
    return entry.outcome
