"""Random people with random records of sodium, overuse, doubted diagnoses, gaps, NSAIDs and late contacts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from assuage.answers import Answer
from assuage.dates import PartialDate, Precision
from assuage.records.history import History
from assuage.records.rows import (
    TABLES,
    Condition,
    ConditionState,
    EndRule,
    ObservationKind,
    Outcome,
    ProcedureState,
    Purpose,
    Row,
    StatementKind,
)
from assuage.testing.people import diagnosis, drug, operation, says, score
from engines.crowds import crowd, renamed
from engines.odd_flags_more import seen, sodium

PAINS = (
    *("trigeminal_neuralgia", "migraine", "chronic_migraine", "postherpetic_neuralgia", "fibromyalgia"),
    *("hemicrania_continua", "cluster_headache", "painful_diabetic_neuropathy", "headache"),
)
ACUTE = ("sumatriptan", "ibuprofen", "acetaminophen", "tramadol", "rimegepant", "naproxen")


def crowd_with_more(seed: int, size: int) -> dict[date, list[History]]:
    """So many random people, by the day of their review, each with such records beside the usual ones."""
    rng = Random(seed)
    return {
        as_of: [renamed(with_more(rng, one, as_of), one.person.person_id) for one in people]
        for as_of, people in crowd(seed, size).items()
    }


def with_more(rng: Random, history: History, as_of: date) -> History:
    """The same person with random records of what these flags read; now and then a record twice."""
    extra: list[Row] = [diagnosis(rng.choice(PAINS), None) for _ in range(rng.randint(0, 2))]
    extra += [diagnosis("hyponatraemia", None)] if rng.random() < 0.1 else []
    extra += [diagnosis("medication_overuse_headache", None)] if rng.random() < 0.1 else []
    extra = [_diagnosed(rng, row, as_of) for row in extra]
    extra += [_observed(rng, as_of) for _ in range(rng.randint(0, 6))]
    extra += [row for _ in range(rng.randint(0, 3)) for row in _course(rng, as_of)]
    extra += _counts(rng, as_of) if rng.random() < 0.4 else []
    extra += [_said(rng, as_of) for _ in range(rng.randint(0, 2))]
    extra += [_programme(rng, as_of)] if rng.random() < 0.1 else []
    extra += rng.sample(extra, min(2, len(extra)))
    numbered = [
        row if row.record_id else replace(row, record_id=f"more/{rng.randint(1, 40):02}") for row in extra
    ]
    added = {
        table: (*getattr(history, table), *(row for row in numbered if isinstance(row, kind)))
        for table, kind in TABLES.items()
        if table != "person"
    }
    return replace(history, **added)


def _when(rng: Random, as_of: date, days: int = 700) -> PartialDate | None:
    exact = as_of - timedelta(days=rng.choice((-3, 0, 1, 30, 83, 84, 85, 90, 91, rng.randint(0, days))))
    shape = rng.random()
    if shape < 0.1:
        return None
    if shape < 0.25:
        return PartialDate(exact.replace(day=1), Precision.MONTH)
    return PartialDate(date(exact.year, 1, 1), Precision.YEAR) if shape < 0.32 else PartialDate(exact)


def _diagnosed(rng: Random, row: Row, as_of: date) -> Row:
    assert isinstance(row, Condition)
    recorded = _when(rng, as_of)
    return replace(row, start=_when(rng, as_of), recorded=recorded, state=rng.choice(tuple(ConditionState)))


def _observed(rng: Random, as_of: date) -> Row:
    kind = rng.choice(("sodium", "sodium", "visit", "image", "test"))
    present = rng.choice((Answer.YES, Answer.YES, Answer.NO, Answer.UNKNOWN))
    if kind == "sodium":
        value = rng.choice((118.0, 124.0, 124.9, 125.0, 130.0, 134.0, 135.0, 140.0))
        row = sodium(value, None, rng.choice(("mmol/L", "mEq/L", None, "mg/dL")))
    elif kind == "visit":
        row = seen(rng.choice(("neurology", "pain_medicine", "dentistry")), None, present=present)
    elif kind == "image":
        row = seen("mri_brain", None, ObservationKind.IMAGING, present)
    else:
        row = seen("response_to_indometacin", None, ObservationKind.EXAMINATION, present)
    return replace(row, start=_when(rng, as_of))


def _course(rng: Random, as_of: date) -> list[Row]:
    chosen = rng.choice((*ACUTE, *ACUTE, "indometacin", "carbamazepine", "oxcarbazepine"))
    purpose = rng.choice((Purpose.ACUTE, Purpose.ACUTE, Purpose.UNKNOWN, Purpose.TEST))
    indication = rng.choice((None, None, "migraine", "headache", "trigeminal_neuralgia"))
    outcome = rng.choice(tuple(Outcome))
    start = as_of - timedelta(days=rng.randint(1, 150))
    record = rng.choice(("", "", f"more/{rng.randint(1, 40):02}"))
    rows: list[Row] = []
    for _ in range(rng.randint(1, 4)):
        last = start + timedelta(days=rng.choice((5, 10, 20, 40)))
        row = drug(
            chosen, dose=rng.choice((None, 400.0, 900.0)), purpose=purpose, taken=rng.choice(tuple(Answer))
        )
        ended = rng.choice((EndRule.SUPPLIED, EndRule.SUPPLIED, EndRule.ONGOING, EndRule.STATED))
        rows.append(
            replace(
                row,
                record_id=record,
                start=PartialDate(start),
                end=PartialDate(last),
                end_rule=ended,
                indication=indication,
                outcome=outcome,
            )
        )
        start = last + timedelta(days=rng.choice((-3, 1, 10)))
    if rng.random() < 0.2:
        rows += [replace(row, ingredient="aspirin") for row in rows]
    return rows


def _counts(rng: Random, as_of: date) -> list[Row]:
    rows: list[Row] = []
    intake = rng.choice((8.0, 10.0, 12.0, 15.0, 20.0))
    for back in range(6):
        year, before = divmod(as_of.year * 12 + as_of.month - 1 - back, 12)
        when = PartialDate(date(year, before + 1, 1), Precision.MONTH)
        days = {
            "monthly_headache_days": rng.choice((16.0, 16.0, 16.0, 14.0)),
            "acute_medication_days": intake,
        }
        rows += [
            replace(score(name, low, None, high=low + rng.choice((0, 0, 0, 4))), start=when)
            for name, low in days.items()
            if rng.random() < 0.93
        ]
    return rows


def _said(rng: Random, as_of: date) -> Row:
    kind = rng.choice((StatementKind.INTERFERENCE, StatementKind.WORKED_UP, StatementKind.CHRONIC_PRIMARY))
    row = says(
        kind, answer=rng.choice((Answer.YES, Answer.YES, Answer.NO)), condition=rng.choice((None, *PAINS))
    )
    return replace(row, start=_when(rng, as_of))


def _programme(rng: Random, as_of: date) -> Row:
    row = operation("medication_withdrawal", state=rng.choice(tuple(ProcedureState)))
    return replace(row, start=_when(rng, as_of, 60))
