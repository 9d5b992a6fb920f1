"""Each kind of criterion, with the examples that the definitions make of it."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from assuage.resistance.criteria.age import AgeBetween
from assuage.resistance.criteria.days_a_month import DaysAMonth
from assuage.resistance.criteria.diagnosis import Diagnosed
from assuage.resistance.criteria.duration import PainDuration
from assuage.resistance.criteria.either import Either
from assuage.resistance.criteria.failed_treatments import FailedTreatments
from assuage.resistance.criteria.helped import Completed, Helped
from assuage.resistance.criteria.interference import Interferes
from assuage.resistance.criteria.measured import MeasuredAtMost
from assuage.resistance.criteria.opioids import OpioidsAtMost
from assuage.resistance.criteria.overuse import NoOveruse
from assuage.resistance.criteria.severity import PainAtLeast
from assuage.resistance.criteria.stated import Stated
from assuage.resistance.criteria.uncontrolled import Uncontrolled
from assuage.resistance.definitions import DEFINITIONS
from assuage.sources import Provenance
from assuage.testing.criterion_tests import CriterionTests

CONVENTION = Provenance("assuage-conventions", "example of a test", date(2026, 11, 22), verified=True)

Kind = TypeVar("Kind")


def in_use(kind: type[Kind]) -> tuple[Kind, ...]:
    """Every criterion of a kind that a definition, or a variant of one, is made of; equal ones once."""
    found: dict[str, Kind] = {}
    for definition in DEFINITIONS.values():
        for each in (definition, *definition.variants):
            for criterion in each.criteria:
                if isinstance(criterion, kind):
                    found.setdefault(repr(criterion), criterion)
    return tuple(found.values())


def one_of_each_shape(criteria: tuple[FailedTreatments, ...]) -> tuple[FailedTreatments, ...]:
    """One for each way in which a count of failures can differ from the next."""
    shapes: dict[object, FailedTreatments] = {}
    for one in criteria:
        markets = any(drawn.not_available_in for drawn in one.classes)
        meant = any(drawn.not_for for drawn in one.classes)
        how = one.needed is None, one.counts_contraindication, one.accepts_statements
        shapes.setdefault((*how, markets, meant, len(one.classes) > 2), one)
    return tuple(shapes.values())


class TestFailedTreatments(CriterionTests):
    examples = one_of_each_shape(in_use(FailedTreatments))


class TestDiagnosed(CriterionTests):
    examples = in_use(Diagnosed)[:1]


class TestPainDuration(CriterionTests):
    examples = in_use(PainDuration)


class TestPainAtLeast(CriterionTests):
    examples = in_use(PainAtLeast)


class TestUncontrolled(CriterionTests):
    examples = in_use(Uncontrolled)


class TestInterferes(CriterionTests):
    examples = in_use(Interferes)


class TestDaysAMonth(CriterionTests):
    examples = (*in_use(DaysAMonth), DaysAMonth("one", "Eight days in one month.", CONVENTION, 8, 1))


class TestEither(CriterionTests):
    durations = tuple(
        PainDuration(f"days_{days}", "Pain has lasted.", CONVENTION, days) for days in (400, 2000)
    )
    examples = (*in_use(Either), Either("either", "One of two lengths.", CONVENTION, durations))


class TestMeasuredAtMost(CriterionTests):
    examples = in_use(MeasuredAtMost)


class TestOpioidsAtMost(CriterionTests):
    examples = in_use(OpioidsAtMost)


class TestHelped(CriterionTests):
    examples = (*in_use(Helped), Helped("any", "A drug helped.", CONVENTION, ("carbamazepine", "gabapentin")))


class TestCompleted(CriterionTests):
    examples = in_use(Completed)


class TestNoOveruse(CriterionTests):
    examples = in_use(NoOveruse)


class TestAgeBetween(CriterionTests):
    examples = in_use(AgeBetween)


class TestStated(CriterionTests):
    examples = in_use(Stated)


def test_every_kind_of_criterion_in_use_is_held_here() -> None:
    held = {type(one) for suite in CriterionTests.__subclasses__() for one in suite.examples}
    assert {type(one) for one in in_use(object)} <= held
