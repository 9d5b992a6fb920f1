"""Made-up people: the same for the same seed, and what they are told to be."""

from __future__ import annotations

from collections import Counter

import pytest

from assuage.codes.conditions import concepts
from assuage.codes.drugs import formulary
from assuage.synth import MadeUpPerson, make_people
from assuage.synth.plan import Result

PEOPLE = list(make_people(400, seed=3))
COURSES = [course for person in PEOPLE for course in person.plan.courses]


def test_a_person_depends_on_the_seed_and_the_place_and_not_on_how_many_are_made():
    assert list(make_people(5, seed=3)) == PEOPLE[:5]
    assert list(make_people(5, seed=4)) != PEOPLE[:5]


def test_what_is_told_does_not_change_what_was_planned():
    assert [one.plan for one in make_people(60, seed=3, completeness=0.4)] == [
        one.plan for one in PEOPLE[:60]
    ]


def test_every_group_comes_to_the_clinic():
    groups = Counter(person.plan.group for person in PEOPLE)
    assert set(groups) == {"trigeminal", "migraine", "neuropathic", "other_pain", "no_pain"}
    assert min(groups.values()) > 20


def test_every_result_and_every_way_of_ending_occurs():
    assert {course.result for course in COURSES} == set(Result)
    assert {course.running for course in COURSES} == {True, False}


def test_drugs_and_diagnoses_are_ours():
    assert {course.ingredient for course in COURSES} <= set(formulary())
    assert {one.key for person in PEOPLE for one in person.diagnoses} <= set(concepts())


def test_nothing_is_recorded_after_the_review():
    for person in PEOPLE:
        days = [one.day for one in (*person.readings, *person.findings, *person.labs, *person.diagnoses)]
        days += [one.day for one in person.operations] + [day for _, day in person.visits]
        assert max(days, default=0) <= 0
        assert all(course.day < 0 for course in person.courses)


def test_a_course_goes_on_up_to_the_review_or_ended_more_than_a_month_before():
    for course in COURSES:
        if course.running and not course.medicine.acute:
            assert course.supplies[-1].end >= 0
        elif not course.medicine.acute:
            assert course.end < -30


def test_no_refill_comes_so_late_that_the_course_falls_in_two():
    for course in COURSES:
        ends = [one.end for one in course.supplies[:-1]]
        assert all(later.day - end <= 30 for later, end in zip(course.supplies[1:], ends, strict=True))


def test_relief_fits_the_result():
    for course in COURSES:
        relief = course.relief_percent
        if course.result is Result.RESPONSE and relief is not None:
            assert relief >= 50
        if course.result is Result.PARTIAL and relief is not None:
            assert 30 <= relief < 50
        if course.result in (Result.NO_RESPONSE, Result.LOST):
            assert relief is not None
            assert relief < 30
        if course.result in (Result.INTOLERANCE, Result.NONADHERENCE, Result.STOPPED_OTHER):
            assert relief is None


def test_scores_around_a_course_tell_its_relief_and_no_other():
    for person in PEOPLE:
        for place, course in enumerate(person.plan.courses):
            own = [one for one in person.readings if one.course == place]
            if own:
                before, after = own
                assert course.day - 28 <= before.day < course.day < after.day <= course.end
                assert [before.value, after.value] == [course.before, course.after]


@pytest.mark.parametrize("completeness", [-0.1, 1.1])
def test_completeness_is_a_share(completeness: float):
    with pytest.raises(ValueError, match="between 0 and 1"):
        next(make_people(1, seed=1, completeness=completeness))


def told(person: MadeUpPerson) -> int:
    facts = sum(len(course.hidden) for course in person.courses)
    return len(person.readings) + len(person.statements) + len(person.visits) - facts


def test_the_less_complete_the_fewer_facts_are_told():
    counts = [sum(map(told, make_people(60, seed=3, completeness=share))) for share in (1.0, 0.7, 0.4, 0.1)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 2 * counts[-1]
