"""The tests that every definition inherits.

    class TestSmith2012(DefinitionTests):
        definition, thresholds_file = SMITH2012, "smith2012"
        condition, as_of = "postherpetic_neuralgia", "2023-01-01"
        met = person(diagnosis("postherpetic_neuralgia"), ...)

`met` is a person, drawn by hand, who meets it.
"""

# ruff: noqa: S101 -- a suite of tests, shipped so that definitions can inherit it
from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from assuage.answers import Answer
from assuage.codes.conditions import concepts
from assuage.codes.drugs import formulary
from assuage.codes.procedures import procedures
from assuage.records.history import History
from assuage.records.rows import ConditionState
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.definition import Definition
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.judge import Judged
from assuage.resistance.model import VerdictWord
from assuage.resistance.thresholds import thresholds
from assuage.sources import Provenance, sources
from assuage.testing.people import answer, complete, diagnosis, person


class DefinitionTests:
    """Laws of a definition; a subclass names it, its file of thresholds, and somebody who meets it."""

    definition: ClassVar[Definition]
    thresholds_file: ClassVar[str]
    condition: ClassVar[str]
    met: ClassVar[History]
    as_of: ClassVar[str]
    shares_thresholds_with: ClassVar[tuple[Definition, ...]] = ()

    def asked(self, history: History) -> Judged:
        """What the definition says of this history."""
        return answer(self.definition, history, self.as_of, condition=self.condition)

    def verdict(self, history: History) -> VerdictWord:
        """The verdict on this history."""
        return self.asked(history).verdict.verdict

    # --- what it is made of

    def test_it_is_listed_under_its_id(self) -> None:
        """And speaks of the condition that its example has."""
        assert DEFINITIONS[self.definition.id] is self.definition
        assert self.definition.speaks_of(self.condition)

    def test_every_criterion_says_what_it_asks_and_where_the_source_asks_it(self) -> None:
        """A title in a sentence, and a source that can be looked up."""
        for one in (self.definition, *self.definition.variants):
            assert one.title
            assert one.provenance.source in sources()
            assert len({criterion.id for criterion in one.criteria}) == len(one.criteria)
            for criterion in one.criteria:
                assert criterion.title.endswith(".")
                assert criterion.provenance.source in sources()

    def test_its_file_of_thresholds_has_no_entry_that_is_not_used(self) -> None:
        """Each entry's number is asked for, or its source is cited, somewhere in the definition."""
        parts = list(_parts((self.definition, *self.shares_thresholds_with)))
        for name, threshold in thresholds(self.thresholds_file).items():
            value = threshold.value
            wanted = tuple(value) if isinstance(value, list) else value
            members = set(wanted) if isinstance(wanted, tuple) else {None}
            cited = any(part is threshold.provenance for part in parts)
            asked = value is not None and any(part == wanted and type(part) is type(wanted) for part in parts)
            listed = isinstance(wanted, tuple) and members <= {
                part for part in parts if isinstance(part, str)
            }
            assert cited or asked or listed, name

    def test_a_convention_of_ours_never_passes_as_published(self) -> None:
        """The definition is published where its source is."""
        assert self.definition.published == self.definition.provenance.published

    def test_every_condition_and_treatment_it_names_is_known(self) -> None:
        """A misspelt key would never match anything."""
        assert set(self.definition.applies_to) | set(self.definition.not_for) <= set(concepts())
        for criterion in self.definition.criteria:
            if isinstance(criterion, FailedTreatments):
                members = {member for drawn in criterion.classes for member in drawn.members}
                assert members <= set(formulary()) | set(procedures())
                assert {key for drawn in criterion.classes for key in drawn.not_for} <= set(concepts())

    def test_its_doses_are_of_drugs_that_are_known(self) -> None:
        """And run from low to high."""
        assert set(self.definition.rules.target_doses) <= set(formulary())
        for dose in self.definition.rules.target_doses.values():
            assert 0 < dose.low <= (dose.high or dose.low)

    # --- what it says

    def test_the_example_meets_it(self) -> None:
        """With a reason and a record behind every criterion that decides."""
        judged = self.asked(self.met)
        assert judged.verdict.verdict is VerdictWord.MET, judged.findings
        assert (judged.verdict.missing, judged.verdict.completeness) == ((), 1.0)
        for finding in judged.findings:
            if finding.decides:
                assert finding.answer is Answer.YES
                assert finding.reason_code
                assert finding.evidence

    def test_nothing_but_the_diagnosis_on_record_is_unknown(self) -> None:
        """No record of a trial does not mean no trial."""
        judged = self.asked(person(diagnosis(self.condition)))
        assert judged.verdict.verdict is VerdictWord.UNKNOWN
        assert judged.verdict.missing

    def test_a_complete_history_without_any_treatment_does_not_meet_it(self) -> None:
        """Only a history said to be complete turns an absent record into "never tried"."""
        untreated = person(diagnosis(self.condition), complete(self.as_of))
        assert self.verdict(untreated) is VerdictWord.NOT_MET

    def test_without_its_treatments_the_example_is_unknown_and_with_a_complete_history_not_met(self) -> None:
        """What is not on record is open; what is known not to have been tried has not failed."""
        bare = replace(self.met, exposure=(), procedure=(), statement=_without_failures(self.met))
        assert self.verdict(bare) is VerdictWord.UNKNOWN
        covered = replace(bare, coverage=(replace(complete(self.as_of), record_id="coverage/1"),))
        assert self.verdict(covered) is VerdictWord.NOT_MET

    def test_a_resolved_diagnosis_does_not_meet_it_and_an_unconfirmed_one_is_unknown(self) -> None:
        """The pain that is spoken of has to be there."""
        for state, word in (
            (ConditionState.RESOLVED, VerdictWord.NOT_MET),
            (ConditionState.UNCONFIRMED, VerdictWord.UNKNOWN),
        ):
            diagnoses = tuple(replace(row, state=state) for row in self.met.condition)
            assert self.verdict(replace(self.met, condition=diagnoses)) is word

    def test_a_code_that_says_intractable_changes_nothing(self) -> None:
        """It is a coder's statement."""
        coded = person(replace(diagnosis(self.condition), intractable_code=True))
        assert self.verdict(coded) is VerdictWord.UNKNOWN

    def test_deleting_anything_from_a_history_that_does_not_meet_it_never_makes_it_met(self) -> None:
        """The example less one row may be anything; less that row and another it is no nearer to met."""
        for row in self.met.exposure:
            poorer = replace(self.met, exposure=tuple(one for one in self.met.exposure if one != row))
            if self.verdict(poorer) is VerdictWord.MET:
                continue
            for other in poorer.exposure:
                poorest = replace(poorer, exposure=tuple(one for one in poorer.exposure if one != other))
                assert self.verdict(poorest) is not VerdictWord.MET

    def test_variants_are_shown_beside_it_and_never_decide(self) -> None:
        """A point that the source leaves open is answered both ways."""
        findings = {finding.criterion: finding for finding in self.asked(self.met).findings}
        for variant in self.definition.variants:
            finding = findings[variant.id.removeprefix(f"{self.definition.id}+")]
            assert not finding.decides
            assert finding.reason_code.startswith("variant_")

    def test_asked_twice_it_says_the_same(self) -> None:
        """Nothing but the history, the day and the market goes in."""
        assert self.asked(self.met) == self.asked(self.met)


def _without_failures(history: History) -> tuple[Any, ...]:
    return tuple(row for row in history.statement if row.kind not in ("failed", "contraindicated"))


def _parts(value: Any) -> Iterator[Any]:
    """Every value inside a definition: fields, members and the numbers themselves, provenances whole."""
    yield value
    if isinstance(value, Provenance):
        return
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _parts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield key
            yield from _parts(part)
    elif isinstance(value, (tuple, list, frozenset)):
        for part in value:
            yield from _parts(part)
