"""The gradings of many people are those of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from random import Random
from typing import Any

import ibis
import pytest

from assuage.answers import Answer
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.records.history import History
from assuage.records.rows import Observation, ObservationKind, Row, StatementKind
from assuage.resistance.grading import AETIOLOGY, NEUPSIG, PRIMARY, grade
from assuage.resistance.tabular.facts import reviewed_cases
from assuage.resistance.tabular.grading import gradings
from assuage.testing.people import PERSON_ID, day, diagnosis, person, says
from assuage.trials.assemble import reviewed_conditions
from assuage.trials.tabular.known import known_by
from engines.crowds import crowd, renamed, tables_of

AS_OF = date(2024, 2, 29)
COLUMNS = ("answer", "reason_code", "missing", "evidence")
ASKED = {
    "painful_diabetic_neuropathy": ("plausible_distribution", "sensory_signs", "confirmatory_test"),
    "neuropathic_pain": ("plausible_distribution", "sensory_signs", "confirmatory_test"),
    "trigeminal_neuralgia": (
        *("mri_brain", "demyelinating_lesion", "mass_lesion"),
        "neurovascular_compression_morphological",
    ),
}
"""The findings that each kind of pain is graded by."""

Rows = dict[tuple[str, str, str, str], dict[str, Any]]


def found(name: str, present: Answer, start: str | None = None) -> Observation:
    return Observation(
        PERSON_ID, "", ObservationKind.EXAMINATION, name, name, present=present, start=day(start)
    )


def every_answer_to_every_finding() -> list[History]:
    """All that a grade can rest on: each finding present, absent, doubted, or never looked for."""
    return [
        person(
            diagnosis(condition),
            *(found(name, answer) for name, answer in zip(names, answers, strict=True) if answer),
        )
        for condition, names in ASKED.items()
        for answers in product((*Answer, None), repeat=len(names))
    ]


def odd_people() -> list[History]:
    """Records that disagree, are doubled, lie after the review, share an id, or speak of several pains."""
    primary = StatementKind.CHRONIC_PRIMARY
    shown, denied = found("sensory_signs", Answer.YES), found("sensory_signs", Answer.NO)
    later = found("mri_brain", Answer.YES, "2024-03-01")
    one_exam = [examined(name, "exam/1") for name in ("sensory_signs", "plausible_distribution")]
    sets: list[list[Row]] = [
        [diagnosis("postherpetic_neuralgia"), shown, denied],
        [diagnosis("postherpetic_neuralgia"), *one_exam, *one_exam],
        [diagnosis("trigeminal_neuralgia"), later],
        [diagnosis("trigeminal_neuralgia"), diagnosis("multiple_sclerosis"), diagnosis("schwannoma")],
        [diagnosis("trigeminal_neuralgia"), diagnosis("multiple_sclerosis", "2025")],
        [diagnosis("trigeminal_neuralgia"), diagnosis("painful_diabetic_neuropathy"), shown, shown],
        [diagnosis("fibromyalgia"), diagnosis("chronic_low_back_pain"), says(primary, answer=Answer.NO)],
        [diagnosis("chronic_low_back_pain"), says(primary), says(primary, answer=Answer.NO)],
        [diagnosis("chronic_low_back_pain"), says(primary), says(primary, start="2023")],
        *([diagnosis("chronic_low_back_pain"), says(primary, answer=answer)] for answer in Answer),
        [diagnosis("chronic_low_back_pain"), says(primary, start="2024-12-01")],
        [diagnosis("migraine")],
        [diagnosis("crps"), shown],
    ]
    return [person(*rows) for rows in sets]


def examined(name: str, record_id: str) -> Observation:
    return Observation(
        PERSON_ID, record_id, ObservationKind.EXAMINATION, name, "sensation", present=Answer.YES
    )


def plain_rows(people: list[History]) -> Rows:
    rows: Rows = {}
    for history in people:
        known = history.until(AS_OF)
        for condition in reviewed_conditions(known):
            for finding in grade(known, condition):
                key = history.person.person_id, condition, finding.definition, finding.criterion
                rows[key] = {
                    "answer": str(finding.answer),
                    "reason_code": finding.reason_code,
                    "missing": sorted(finding.missing),
                    "evidence": list(finding.evidence),
                }
    return rows


def tabular_rows(people: list[History]) -> Rows:
    tables = tables_of(people, DuckDBBackend().connect())
    known = known_by(tables, AS_OF, ibis.Table.cache)
    cases = reviewed_cases(tables, known, None)
    table = gradings(known, cases).inner_join(cases.select("case_id", "person_id", "condition"), "case_id")
    found_rows = table.to_pyarrow().to_pylist()
    rows = {
        (row["person_id"], row["condition"], row["definition"], row["criterion"]): {
            name: row[name] for name in COLUMNS
        }
        for row in found_rows
    }
    assert len(rows) == len(found_rows), "one row for each grade of a case"
    return rows


def assert_same(people: list[History]) -> Rows:
    named = [renamed(one, f"person-{number:05}") for number, one in enumerate(people)]
    plain, tabular = plain_rows(named), tabular_rows(named)
    assert plain.keys() == tabular.keys()
    for key, row in plain.items():
        assert tabular[key] == row, f"grading of {key}"
    return plain


def test_every_answer_to_every_finding_gives_the_same_grades() -> None:
    told = assert_same(every_answer_to_every_finding())
    for system, grades in ((NEUPSIG, 3), (AETIOLOGY, 3)):
        answers = {(key[3], row["answer"]) for key, row in told.items() if key[2] == system}
        assert len(answers) == 3 * grades, "each grade occurs with each answer"


def test_odd_records_give_the_same_grades() -> None:
    told = assert_same(odd_people())
    assert {row["answer"] for key, row in told.items() if key[2] == PRIMARY} == {"yes", "no", "unknown"}


def test_a_crowd_is_graded_as_each_of_its_people() -> None:
    rng = Random(5)
    names = sorted({name for asked in ASKED.values() for name in asked})
    people = [
        History(
            history.person,
            history.condition,
            observation=tuple(
                replace(
                    found(rng.choice(names), rng.choice(tuple(Answer))), record_id=f"observation/{number}"
                )
                for number in range(rng.randint(0, 6))
            ),
            statement=history.statement,
        )
        for history in crowd(5, 400)[AS_OF]
    ]
    assert_same(people)


@pytest.mark.parametrize("answers", [(Answer.YES, Answer.NO), (Answer.NO, Answer.YES)])
def test_clinicians_who_disagree_on_primary_pain_leave_it_unknown(answers: tuple[Answer, Answer]) -> None:
    said = [says(StatementKind.CHRONIC_PRIMARY, answer=answer) for answer in answers]
    (finding,) = grade(person(diagnosis("chronic_low_back_pain"), *said), "chronic_low_back_pain")
    assert finding.answer is Answer.UNKNOWN
    assert len(finding.evidence) == 2
