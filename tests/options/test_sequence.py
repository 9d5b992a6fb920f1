"""A first step first tried after something that can't be undone."""

from __future__ import annotations

from datetime import date

import pytest

from assuage.options import SequenceWarning
from assuage.records.history import History
from assuage.records.rows import Outcome
from assuage.testing.people import diagnosis, drug, operation, person
from assuage.workflows.options import person_options

PAIN = diagnosis("neuropathic_pain", "2019-01-10")
ULTRASOUND = operation("mrgfus_thalamotomy", "2022-07-14")


def warnings(history: History) -> list[SequenceWarning]:
    (only,) = person_options(history, as_of=date(2024, 6, 1)).conditions
    return list(only.sequence)


def venlafaxine(start: str | None) -> object:
    return drug("venlafaxine", start, None, dose=75, outcome=Outcome.INTOLERANCE)


def test_gt07_a_first_line_class_first_tried_after_thalamotomy_is_a_warning() -> None:
    (warning,) = warnings(person(PAIN, ULTRASOUND, venlafaxine("2022-08-01")))
    assert (warning.treatment, warning.irreversible) == ("venlafaxine", "mrgfus_thalamotomy")
    assert dict(warning.reason_values)["treatment_class"] == "snri"
    assert warning.evidence == ("exposure/1", "procedure/1")


@pytest.mark.parametrize(
    ("why", "start"),
    [
        ("the day of the operation", "2022-07-14"),
        ("before it", "2022-01-01"),
        ("a month that it lies in", "2022-07"),
        ("a year that it lies in", "2022"),
        ("a day that nobody knows", None),
    ],
)
def test_no_order_is_read_into_dates_that_do_not_tell_it(why: str, start: str | None) -> None:
    assert warnings(person(PAIN, ULTRASOUND, venlafaxine(start))) == []


def test_an_earlier_trial_of_another_member_of_the_class_is_enough() -> None:
    earlier = drug("duloxetine", "2021-01-01", "2021-06-01", dose=60)
    assert warnings(person(PAIN, ULTRASOUND, earlier, venlafaxine("2022-08-01"))) == []


def test_an_undated_trial_of_the_class_may_have_been_the_first() -> None:
    undated = drug("duloxetine", None, None, dose=60)
    assert warnings(person(PAIN, ULTRASOUND, undated, venlafaxine("2022-08-01"))) == []


def test_what_can_be_undone_gives_no_warning() -> None:
    stimulator = operation("spinal_cord_stimulation", "2022-07-14")
    assert warnings(person(PAIN, stimulator, venlafaxine("2022-08-01"))) == []


def test_a_drug_of_a_later_step_gives_no_warning() -> None:
    tramadol = drug("tramadol", "2022-08-01", None, dose=200)
    assert warnings(person(PAIN, ULTRASOUND, tramadol)) == []
