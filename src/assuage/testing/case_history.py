"""A published case as a History: the case file is rewritten as a history file and read like one.

The format is that of the published-case files (person, diagnoses, drug_trials, procedures, scores,
with months counted from an index point). A case has no calendar: unless it names its `month_zero`, the
index point falls on `INDEX_DATE`, an arbitrary day (the project's own convention). Free text such
as `facts`, and the labels, are never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, cast

from assuage.codes.clinical import find_instrument, find_observation
from assuage.codes.conditions import concepts, find_condition
from assuage.codes.drugs import find_drugs, formulary
from assuage.codes.procedures import find_procedure, procedures
from assuage.codes.systems import Coding, System
from assuage.records.history import History
from assuage.records.history_file.entries import Place, WrongEntry
from assuage.records.history_file.naming import treatments_named
from assuage.records.history_file.quantities import MONTH_DAYS, month_start
from assuage.records.history_file.schema import HistoryFile
from assuage.records.history_file.to_rows import SECTIONS, entry_rows, person_row
from assuage.records.rows import Outcome, ProcedureState, Row
from assuage.records.tables import TABLE_OF
from assuage.testing import case_words

INDEX_DATE = date(2020, 6, 15)
_END_OF_MONTH = re.compile(r"\bend of month (\d+)\b", re.IGNORECASE)
_NUMERIC_0_10 = re.compile(r"\b(?:VAS|EVA|VRS|NRS|numeric|verbal)\b.*\b0 ?[-–] ?10\b", re.IGNORECASE)
_VAS = re.compile(r"\b(?:VAS|EVA)\b", re.IGNORECASE)
_LAST_DAY_OF_ANY_MONTH = 28
_AUTHOR = "published report"

Entry = dict[str, Any]


def case_history(case: Mapping[str, Any], *, index: date = INDEX_DATE) -> tuple[History, date]:
    """The case's history, and the date its label speaks about.

    What happened after that date is in the history too, dated; `History.until` leaves it out. Entries
    that no codelist knows are left out.
    """
    months = _Months.of(case, index)
    document = _document(case, months)
    file = HistoryFile.model_validate(document)
    place = Place(str(case["id"]), "person", 1, None, months.as_of, latest=date.max)
    rows: dict[str, list[Row]] = {}
    for section in SECTIONS:
        for number, entry in enumerate(getattr(file, section), start=1):
            where = Place(place.person_id, section, number, None, months.as_of, latest=date.max)
            for row in _rows_if_known(entry, where):
                rows.setdefault(TABLE_OF[type(row)], []).append(row)
    tables = cast("dict[str, Any]", {table: tuple(of_table) for table, of_table in rows.items()})
    return History(person_row(file.person, place), **tables), months.as_of


def _rows_if_known(entry: object, place: Place) -> list[Row]:
    try:
        return list(entry_rows(entry, place))
    except WrongEntry:
        return []


class _Months:
    """The case's calendar: relative months to dates no more precise than they are."""

    def __init__(self, zero: date, as_of: date, index_point: str) -> None:
        self.zero, self.as_of = zero, as_of
        self._month_0_is_past = zero < as_of or case_words.lies_after_treatment(index_point)

    @classmethod
    def of(cls, case: Mapping[str, Any], index: date) -> _Months:
        """The index point, or, where the case names its month zero, the end of the month it speaks of."""
        index_point = str(case.get("index_point") or "")
        if not case.get("month_zero"):
            return cls(index, index, index_point)
        zero = date.fromisoformat(str(case["month_zero"]))
        match = _END_OF_MONTH.search(index_point)
        months_later = int(match.group(1)) if match else 0
        return cls(
            zero,
            month_start(zero, months_later).replace(day=min(zero.day, _LAST_DAY_OF_ANY_MONTH)),
            index_point,
        )

    def when(self, months: float | None) -> str | None:
        """A month for whole months, a day for month 0 and for parts of a month."""
        if months is None:
            return None
        if months == int(months) and months != 0:
            return month_start(self.zero, int(months)).isoformat()[:7]
        return (self.zero + timedelta(days=round(months * MONTH_DAYS))).isoformat()

    def when_treated(self, months: float | None) -> str | None:
        """The same, for treatments.

        What was done in month 0 is what the judgement at the index point led to, so it comes a day
        later; unless the index point looks back on it.
        """
        if months == 0 and not self._month_0_is_past:
            return (self.zero + timedelta(days=1)).isoformat()
        return self.when(months)


def _document(case: Mapping[str, Any], months: _Months) -> Entry:
    """The case in the terms of a history file."""
    pain = _pain_condition(case)
    person = case.get("person") or {}
    drugs = [_drug_entries(trial, pain) for trial in case.get("drug_trials") or ()]
    interventions = [_procedure_entries(one, pain, months) for one in case.get("procedures") or ()]
    scores = list(case.get("scores") or ())
    return {
        "written_on": months.as_of.isoformat(),
        "person": {"age": person.get("age"), "sex": person.get("sex")},
        "diagnoses": list(_diagnoses(case, months)),
        "treatments": [entry for treatments, _ in [*drugs, *interventions] for entry in treatments],
        "statements": [entry for _, statements in [*drugs, *interventions] for entry in statements],
        "scores": [
            *(_score_entry(score, scores, pain, months) for score in scores if not _is_lab(score)),
            *(_rescue_entry(use, pain, months) for use in case.get("rescue_use") or ()),
        ],
        "labs": [_lab_entry(score, months) for score in scores if _is_lab(score)],
    }


def _diagnoses(case: Mapping[str, Any], months: _Months) -> Iterator[Entry]:
    """Every diagnosis, and the causes they name that have no entry of their own."""
    listed = list(case.get("diagnoses") or ())
    known = {_condition(diagnosis) for diagnosis in listed}
    for diagnosis in listed:
        onset = diagnosis.get("onset_months_before_index")
        code = diagnosis.get("icd10cm")
        yield {
            "name": diagnosis["name"],
            "code": code,
            "system": "icd10cm" if code else None,
            "since": None if onset is None else months.when(-onset),
            "resolved": case_words.is_resolved(diagnosis["name"]),
        }
        cause = case_words.stated_cause(diagnosis["name"])
        match = find_condition((), cause) if cause else None
        if match is not None and match.condition not in known:
            known.add(match.condition)
            yield {"name": cause}


def _condition(diagnosis: Mapping[str, Any]) -> str | None:
    code = diagnosis.get("icd10cm")
    match = find_condition((Coding(System.ICD10CM, code),) if code else (), diagnosis["name"])
    return match.condition if match else None


def _pain_condition(case: Mapping[str, Any]) -> str | None:
    """The first pain condition: what treatments were for where they name nothing else."""
    for diagnosis in case.get("diagnoses") or ():
        condition = _condition(diagnosis)
        if condition is not None and concepts()[condition].is_pain:
            return condition
    return None


def _drug_entries(trial: Mapping[str, Any], pain: str | None) -> tuple[list[Entry], list[Entry]]:
    """Treatments and statements that one drug trial gives."""
    name, reason = trial["drug"], trial.get("reason_text") or ""
    outcome = Outcome(trial.get("outcome") or "unknown")
    indication = case_words.stated_indication(name) or pain
    matches = find_drugs((), name)
    if not matches:
        return [], _unnamed_failure(name, reason, outcome, indication)
    held_back = outcome is Outcome.INTOLERANCE and case_words.dose_held_back(reason)
    dose, days = trial.get("dose_mg_day"), trial.get("duration_days")
    treatment = {
        "drug": name,
        "dose": f"{dose} mg/d" if dose else case_words.depot_dose(name),
        "lasted": f"{days} days" if days else None,
        "ongoing": outcome is Outcome.EFFECTIVE,
        "purpose": case_words.purpose(name, reason),
        "as_needed": True if case_words.as_needed(name) else None,
        "for": indication,
        "outcome": outcome,
        "stopped_because": "adverse_event" if outcome is Outcome.INTOLERANCE else None,
        "highest_tolerated": held_back,
        "adverse_event": trial.get("adverse_event"),
    }
    if outcome is not Outcome.UNKNOWN or not case_words.says_failed(reason):
        return [treatment], []
    named = [match.ingredient.replace("_", " ") for match in matches]
    return [treatment], [_failed(about, reason, indication) for about in named]


def _unnamed_failure(name: str, reason: str, outcome: Outcome, indication: str | None) -> list[Entry]:
    """A statement that treatments without a name failed, where the words say so."""
    failed = outcome in (Outcome.NO_EFFECT, Outcome.LOST_EFFECT, Outcome.INTOLERANCE)
    words = f"{name}; {reason}"
    if not failed and not case_words.says_failed(words):
        return []
    match = find_condition((), name)
    if match is not None and concepts()[match.condition].is_pain:
        indication = match.condition
    about = treatments_named(re.sub(r"\(.*?\)", "", name))
    if about:
        return [_failed(key.replace("_", " "), words, indication) for key in about]
    return [
        _failed("conventional" if case_words.says_conventional(words) else "unspecified", words, indication)
    ]


def _failed(about: str, words: str, indication: str | None) -> Entry:
    return {"says": "failed", "about": about, "for": indication, "author": _AUTHOR, "text": words}


def _procedure_entries(
    one: Mapping[str, Any], pain: str | None, months: _Months
) -> tuple[list[Entry], list[Entry]]:
    """Treatments and statements that one entry among the procedures gives."""
    name, words = one["name"], one.get("outcome") or ""
    indication = case_words.stated_indication(name) or pain
    day = months.when_treated(one.get("when_relative_months"))
    if _is_toxin(name):
        toxin = {"drug": name, "dose": case_words.toxin_dose(name), "from": day, "for": indication}
        return [{**toxin, "outcome": case_words.drug_outcome(words)}], []
    key = find_procedure((), name)
    if key is None:
        return [], _unnamed_failure(name, words, Outcome.UNKNOWN, indication)
    recurrence = one.get("recurrence_months")
    state = case_words.procedure_state(words)
    treatment = {
        "sessions": case_words.sessions(name),
        "state": state,
        "for": indication,
        "outcome": case_words.procedure_outcome(words) if state is ProcedureState.DONE else None,
        "recurrence": f"after {round(recurrence * MONTH_DAYS)} days" if recurrence else None,
        "stopped_because": "other" if case_words.removed_for_another_reason(words) else None,
    }
    if procedures()[key].kind == "therapy":
        return [{"therapy": name, "from": day, **treatment}], []
    return [{"procedure": name, "date": day, **treatment}], []


def _is_toxin(name: str) -> bool:
    """Whether an entry among the procedures is an injected drug, which is an exposure to us."""
    return any(
        formulary()[match.ingredient].treatment_class == "botulinum_toxin" for match in find_drugs((), name)
    )


def _score_entry(
    score: Mapping[str, Any], scores: list[Mapping[str, Any]], pain: str | None, months: _Months
) -> Entry:
    return {
        "instrument": _instrument(score["instrument"], scores),
        "value": score["value"],
        "date": months.when(score.get("relative_month")),
        "for": pain,
    }


def _rescue_entry(use: Mapping[str, Any], pain: str | None, months: _Months) -> Entry:
    """How many times a rescue drug was taken in a month."""
    when = months.when(use.get("relative_month"))
    return {"instrument": "rescue intakes", "value": use["times"], "date": when, "for": pain}


def _instrument(printed: str, scores: list[Mapping[str, Any]]) -> str:
    """The instrument's name for our codelist.

    Numbers from 0 to 10 are one scale, whatever it is called. A VAS without its printed scale counts
    as 0 to 10 when none of its readings is above 10 (our convention).
    """
    if _NUMERIC_0_10.search(printed):
        return "NRS"
    if not _VAS.search(printed):
        return printed
    if re.search(r"\bmm\b", printed):
        return "VAS mm"
    readings = [str(score["value"]) for score in scores if score["instrument"] == printed]
    fits = all(
        float(number) <= 10 for reading in readings for number in re.findall(r"\d+(?:\.\d+)?", reading)
    )
    return "NRS" if fits else printed


def _is_lab(score: Mapping[str, Any]) -> bool:
    found = find_observation((), score["instrument"])
    return find_instrument((), score["instrument"]) is None and found is not None and found[0] == "lab"


def _lab_entry(score: Mapping[str, Any], months: _Months) -> Entry:
    _, _, unit = score["instrument"].partition(" ")
    return {
        "name": score["instrument"],
        "value": score["value"],
        "unit": unit or None,
        "date": months.when(score.get("relative_month")),
    }
