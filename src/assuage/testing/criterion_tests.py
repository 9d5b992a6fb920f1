"""The tests that every kind of criterion inherits.

    class TestPainDuration(CriterionTests):
        examples = (PainDuration("one_year", "Pain has lasted a year.", provenance, days=365),)

An example needs no more than that to be held equal in both its forms on 2,000 random people.
"""

# ruff: noqa: S101 -- a suite of tests, shipped so that plug-ins can inherit it
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from typing import ClassVar, NamedTuple

import ibis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assuage.answers import Answer
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import Criterion, Reading
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import NUMBER_BITS, Facts, asked_id, facts_of
from assuage.testing.random_people import random_cases

CROWDS, CROWD_SIZE = 4, 500

_seeds = st.integers(0, 2**20)
_crowds = settings(
    max_examples=CROWDS,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],  # a smaller seed is no simpler crowd
    # one test method serves every kind of criterion, each with examples of its own
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)


@lru_cache(maxsize=16)
def _facts(seed: int) -> Facts:
    """The facts of a crowd, as tables that stand in the database already, so that kinds can share them."""
    facts = facts_of(random_cases(seed, CROWD_SIZE))
    connection = DuckDBBackend().connect()
    return Facts(
        **{
            name: connection.create_table(name, getattr(facts, name).to_pyarrow())
            for name in Facts.__dataclass_fields__
        }
    )


class CriterionTests:
    """Laws of a kind of criterion; a subclass gives `examples` of it."""

    examples: ClassVar[Sequence[Criterion]]
    answers_seen: ClassVar[frozenset[Answer]] = frozenset(Answer)
    """The answers that random people bring out of the examples: all three, unless a kind has none of one."""

    @_crowds
    @given(_seeds)
    def test_plain_and_tabular_forms_give_the_same_answers_for_the_same_reasons(self, seed: int) -> None:
        """The law that lets definitions run over a whole health system."""
        cases = random_cases(seed, CROWD_SIZE)
        told = _told_by_tables(seed, self.examples)
        for number, criterion in enumerate(self.examples):
            plain = dict(enumerate(_as_told(criterion.read(case)) for case in cases))
            tabular = {case: one for (case, asked), one in told.items() if asked == number}
            assert len(tabular) == len(cases), f"{criterion.id}: one row for each case"
            differing = {case: (plain[case], tabular[case]) for case in plain if plain[case] != tabular[case]}
            assert not differing, f"{criterion.id}: case: (plain, tabular) {differing}"

    def test_what_asks_of_trials_says_so(self) -> None:
        """Definitions share the answers of those that do not, though each judges trials its own way."""
        told = _told_by_tables(1, self.examples)
        without = _told_by_tables(1, self.examples, with_trials=False)
        for number, criterion in enumerate(self.examples):
            changed = any(told[key] != without[key] for key in told if key[1] == number)
            assert changed <= criterion.asks_of_trials, criterion.id

    def test_random_people_bring_out_every_answer(self) -> None:
        """Else the law above would be held by nobody."""
        seen = Counter(criterion.read(case).answer for criterion in self.examples for case in _some_cases())
        assert set(seen) == self.answers_seen

    def test_what_is_unknown_says_what_would_settle_it_and_nothing_else_does(self) -> None:
        """`missing` is the list of facts that would turn unknown into yes or no."""
        for criterion in self.examples:
            for case in _some_cases():
                reading = criterion.read(case)
                assert bool(reading.missing) == (reading.answer is Answer.UNKNOWN), reading.reason_code

    def test_the_evidence_is_on_record(self) -> None:
        """A criterion rests on records of the person it speaks of, each named once."""
        for criterion in self.examples:
            for case in _some_cases():
                evidence = criterion.read(case).evidence
                records = {row.record_id for row in case.history.rows()}
                assert set(evidence) <= records | {case.history.person.record_id}
                assert len(set(evidence)) == len(evidence)

    def test_reading_a_case_twice_says_the_same(self) -> None:
        """No state, no clock, no chance."""
        for criterion in self.examples:
            for case in _some_cases()[:50]:
                assert criterion.read(case) == criterion.read(case)

    def test_every_example_has_a_title_and_a_source(self) -> None:
        """What is asked, and by whom."""
        for criterion in self.examples:
            assert criterion.id
            assert criterion.title.endswith(".")
            assert criterion.provenance.source


class Told(NamedTuple):
    """What both forms say, what is missing and the records in no order."""

    answer: str
    reason_code: str
    reason_values: Mapping[str, object]
    missing: Set[str]
    records: Set[str]


def _as_told(reading: Reading) -> Told:
    values, missing, records = dict(reading.reason_values), set(reading.missing), set(reading.evidence)
    return Told(str(reading.answer), reading.reason_code, values, missing, records)


def _told_by_tables(
    seed: int, examples: Sequence[Criterion], *, with_trials: bool = True
) -> Mapping[tuple[int, int], Told]:
    """What the tabular form says of each case and example, all examples being asked at once."""
    asked, facts = Asked(dict(enumerate(examples))), _facts_asked(seed, len(examples), with_trials)
    kind = type(examples[0])
    answered = kind.tabular(facts, asked).cache()
    records: dict[int, set[str]] = {}
    for row in kind.evidence(facts, asked, answered).to_pyarrow().to_pylist():
        records.setdefault(row["case_id"], set()).update(row["records"])
    rows = answered.to_pyarrow().to_pylist()
    told = {
        (row["case_id"] >> NUMBER_BITS, row["case_id"] % 2**NUMBER_BITS): Told(
            row["answer"],
            row["reason_code"],
            json.loads(row["reason_values"]),
            set(row["missing"]),
            records.get(row["case_id"], set()),
        )
        for row in rows
    }
    assert len(told) == len(rows), "one row for each case and criterion"
    return told


def _facts_asked(seed: int, examples: int, with_trials: bool) -> Facts:
    """The facts of a crowd, every case asked by every example."""
    facts = _facts(seed)
    numbers = ibis.memtable({"number": list(range(examples))})
    cases, trials = (
        rows.cross_join(numbers).mutate(of_case=rows.case_id, case_id=asked_id(rows.case_id, numbers.number))
        for rows in (facts.cases, facts.trials.filter(with_trials))
    )
    return facts.asked_as(cases.drop("number"), trials.drop("number", "of_case"))


def _some_cases() -> tuple[Case, ...]:
    return random_cases(1, CROWD_SIZE)
