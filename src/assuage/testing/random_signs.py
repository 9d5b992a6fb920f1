"""Random facts of the kind that raise flags, settle them, or look as if they did, for random people.

Each person gets the facts around one or two causes or signs, on days that lie close together, so that
what came first, what came on the same day and what has no day all occur.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random

from assuage.answers import Answer
from assuage.codes.conditions import concepts
from assuage.dates import PartialDate, Precision
from assuage.flags.rules import SIGN_FAMILIES, numbers, signs
from assuage.flags.subject import is_one_of
from assuage.records.rows import (
    ConditionState,
    EndRule,
    Observation,
    ObservationKind,
    ProcedureState,
    Row,
    StatementKind,
)
from assuage.testing import people

_PAINS = (
    *("migraine", "cluster_headache", "new_daily_persistent_headache", "temporomandibular_disorder"),
    *("trigeminal_neuralgia", "radiculopathy", "chronic_low_back_pain", "headache"),
)
_OPERATIONS = (
    *("gamma_knife", "percutaneous_balloon_compression", "tumour_resection", "stereotactic_radiotherapy"),
    *("spine_surgery", "mvd"),
)
_STEROIDS = ("prednisolone", "dexamethasone")
_REACTION_WORDS = (
    *("rash", "itchy rash, no fever", "Exanthema", "dizziness", "", "possible SJS"),
    *("Stevens-Johnson syndrome", "toxic epidermal necrolysis"),
)
_PAIN_STATEMENTS = (
    *(StatementKind.WORKED_UP, StatementKind.WORKED_UP, StatementKind.CHRONIC_PRIMARY),
    *(StatementKind.CONTROLLED, StatementKind.UNCONTROLLED, StatementKind.REMISSION),
)


def random_signs(rng: Random, as_of: date) -> list[Row]:
    """Facts around one or two signs of the families of flags; some lie after the review."""
    days = [as_of - timedelta(days=rng.choice((0, 1, 80, 90, 91, 364, 366, 900, -3))) for _ in range(3)]
    rows: list[Row] = []
    for _ in range(rng.choice((1, 1, 2))):
        draw = rng.choice((_around_sign,) * 6 + (_around_skin, _around_mood, _around_sclerosis))
        rows += draw(rng, days)
    rows += [_pain(rng, days)] if rng.random() < 0.7 else []
    return rows


def _around_sign(rng: Random, days: Sequence[date]) -> list[Row]:
    family = rng.choice(SIGN_FAMILIES)
    sign = rng.choice(signs(family))
    causes = _kinds(sign.diagnoses)
    draws: list[Callable[[], Row]] = [
        *([lambda: _finding(rng, rng.choice(sorted(sign.findings)), days)] * 2 if sign.findings else []),
        *([lambda: _diagnosis(rng, rng.choice(causes), days)] * 2 if causes else []),
        lambda: _visit(rng, days),
        lambda: _visit(rng, days),
        lambda: _statement(rng, days),
        lambda: _pain_score(rng, days),
        lambda: _operation(rng, causes, days),
        lambda: _steroid(rng, causes, days),
    ]
    first = draws[0]()
    return [first, *(rng.choice(draws)() for _ in range(rng.randint(0, 5)))]


def _around_sclerosis(rng: Random, days: Sequence[date]) -> list[Row]:
    rows: list[Row] = [_diagnosis(rng, "multiple_sclerosis", days)]
    return [*rows, _finding(rng, "demyelinating_lesion", days), _visit(rng, days)]


def _around_skin(rng: Random, days: Sequence[date]) -> list[Row]:
    drugs: list[str] = rng.sample(numbers("skin_reaction")["drugs"].value, 2)
    rows: list[Row] = [_taken_with_rash(rng, rng.choice(drugs), days) for _ in range(rng.randint(0, 3))]
    rows += [_reaction(rng, drugs, days) for _ in range(rng.randint(0, 3))]
    rows += [_diagnosis(rng, "sjs_ten", days)] if rng.random() < 0.4 else []
    return [*rows, _finding(rng, "rash", days)]


def _around_mood(rng: Random, days: Sequence[date]) -> list[Row]:
    rows: list[Row] = []
    for _ in range(rng.randint(1, 3)):
        low = float(rng.choice((0, 0, 1, 3)))
        row = people.score("phq9_item9", low, None, high=low + rng.choice((0, 0, 0, 1)))
        rows.append(replace(row, start=_when(rng, days)))
    return [*rows, *([_visit(rng, days, "psychiatry")] if rng.random() < 0.5 else [])]


@cache
def _kinds(wider: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in concepts() if is_one_of(key, wider))


def _when(rng: Random, days: Sequence[date]) -> PartialDate | None:
    """One of these days, most often to the day; now and then none."""
    day, chance = rng.choice(days), rng.random()
    if chance < 0.1:
        return None
    if chance < 0.2:
        return PartialDate(day.replace(day=1), Precision.MONTH)
    if chance < 0.3:
        return PartialDate(date(day.year, 1, 1), Precision.YEAR)
    return PartialDate(day)


def _answer(rng: Random) -> Answer:
    return rng.choice((Answer.YES, Answer.YES, Answer.YES, Answer.NO, Answer.UNKNOWN))


def _pain(rng: Random, days: Sequence[date]) -> Row:
    return _diagnosis(rng, rng.choice(_PAINS), days)


def _diagnosis(rng: Random, condition: str, days: Sequence[date]) -> Row:
    state = rng.choice((ConditionState.ACTIVE, ConditionState.ACTIVE, *ConditionState))
    row = people.diagnosis(condition, None, state=state)
    return replace(row, start=_when(rng, days), recorded=_when(rng, days))


def _finding(rng: Random, name: str, days: Sequence[date]) -> Row:
    kind = rng.choice((ObservationKind.EXAMINATION,) * 4 + (ObservationKind.IMAGING, ObservationKind.DEVICE))
    return Observation(people.PERSON_ID, "", kind, name, name, present=_answer(rng), start=_when(rng, days))


def _visit(rng: Random, days: Sequence[date], name: str | None = None) -> Row:
    """What can settle a sign: a test, an image or a visit."""
    settling = sorted({one for family in SIGN_FAMILIES for sign in signs(family) for one in sign.settled_by})
    chosen = name or rng.choice(("mri_brain",) * len(settling) + tuple(settling))
    return Observation(
        people.PERSON_ID,
        "",
        ObservationKind.ENCOUNTER,
        chosen,
        chosen,
        present=_answer(rng),
        start=_when(rng, days),
    )


def _statement(rng: Random, days: Sequence[date]) -> Row:
    about = rng.choice((None, None, *_PAINS))
    row = people.says(rng.choice(_PAIN_STATEMENTS), condition=about, answer=_answer(rng))
    return replace(row, start=_when(rng, days))


def _pain_score(rng: Random, days: Sequence[date]) -> Row:
    row = people.score(rng.choice(("nrs", "hit6", "acute_medication_days")), 5.0, None)
    return replace(row, start=_when(rng, days), condition=rng.choice((None, *_PAINS)))


def _operation(rng: Random, causes: Sequence[str], days: Sequence[date]) -> Row:
    state = rng.choice((ProcedureState.DONE, ProcedureState.DONE, *ProcedureState))
    row = people.operation(rng.choice(_OPERATIONS), state=state, indication=_indication(rng, causes))
    return replace(row, start=_when(rng, days))


def _steroid(rng: Random, causes: Sequence[str], days: Sequence[date]) -> Row:
    row = people.drug(rng.choice(_STEROIDS), taken=_answer(rng), indication=_indication(rng, causes))
    return replace(row, start=_when(rng, days))


def _indication(rng: Random, causes: Sequence[str]) -> str | None:
    return rng.choice((None, *causes, *causes)) if causes else None


def _taken_with_rash(rng: Random, drug: str, days: Sequence[date]) -> Row:
    row = people.drug(drug, taken=_answer(rng), adverse_event=rng.choice((None, None, *_REACTION_WORDS)))
    row = replace(row, start=_when(rng, days))
    rule = rng.choice((EndRule.UNKNOWN, EndRule.STATED, EndRule.SUPPLIED, EndRule.ONGOING))
    return row if rule is EndRule.UNKNOWN else replace(row, end=_when(rng, days), end_rule=rule)


def _reaction(rng: Random, drugs: Sequence[str], days: Sequence[date]) -> Row:
    return Observation(
        people.PERSON_ID,
        "",
        rng.choice((ObservationKind.ADVERSE_EVENT, ObservationKind.ALLERGY)),
        rng.choice(("rash", "drug_allergy", "other")),
        rng.choice(_REACTION_WORDS),
        rng.choice((None, *drugs)),
        _answer(rng),
        start=_when(rng, days),
    )
