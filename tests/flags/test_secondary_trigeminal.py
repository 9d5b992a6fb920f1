"""Signs that trigeminal neuralgia has a cause."""

import pytest

from assuage.answers import Answer
from assuage.records.rows import ConditionState
from assuage.testing.people import diagnosis, operation
from flags.flagged import born, found, imaged, reason, standing

NEURALGIA = diagnosis("trigeminal_neuralgia", "2018-01-01")

SIGNS = [
    ("sensory_loss_trigeminal", "trigeminal_sensory_loss", "urgent"),
    ("abnormal_trigeminal_reflexes", "abnormal_trigeminal_reflexes", "urgent"),
    ("visual_loss", "other_cranial_nerves", "urgent"),
    ("bilateral_pain", "bilateral_trigeminal_pain", "look"),
    ("hearing_loss", "hearing_loss", "look"),
]


@pytest.mark.parametrize(("finding", "flag", "urgency"), SIGNS)
def test_a_sign_raises_its_flag(finding, flag, urgency) -> None:
    assert standing(born("1960", NEURALGIA, found(finding, "2024-01-01")), flag) == f"{urgency} open"


@pytest.mark.parametrize(("finding", "flag", "urgency"), SIGNS)
def test_an_absent_sign_raises_none_and_neither_does_another_pain(finding, flag, urgency) -> None:
    absent = found(finding, "2024-01-01", present=Answer.NO)
    assert standing(born("1960", NEURALGIA, absent), flag) == "none"
    elsewhere = born("1960", diagnosis("postherpetic_neuralgia"), found(finding, "2024-01-01"))
    assert standing(elsewhere, flag) == "none"


@pytest.mark.parametrize(("finding", "flag", "urgency"), SIGNS)
def test_imaging_since_works_a_sign_up(finding, flag, urgency) -> None:
    person = born("1960", NEURALGIA, found(finding, "2024-01-01"), imaged("2024-01-20"))
    assert standing(person, flag) == "note worked_up"


@pytest.mark.parametrize(
    ("operated", "expected"),
    [("2023-05-01", "note worked_up"), ("2024-03-01", "urgent open"), (None, "urgent open")],
)
def test_numbness_after_an_operation_that_numbs_was_to_be_expected(operated, expected) -> None:
    person = born(
        "1960",
        NEURALGIA,
        operation("gamma_knife", operated),
        found("sensory_loss_trigeminal", "2024-01-01"),
    )
    assert standing(person, "trigeminal_sensory_loss") == expected


def test_numbness_after_decompression_is_not_expected() -> None:
    person = born(
        "1960", NEURALGIA, operation("mvd", "2023-05-01"), found("sensory_loss_trigeminal", "2024-01-01")
    )
    assert standing(person, "trigeminal_sensory_loss") == "urgent open"


@pytest.mark.parametrize(
    ("birth", "onset", "expected", "code"),
    [
        ("1979-01-01", "2018-06-01", "look open", "young_trigeminal_onset"),
        ("1978-01-01", "2018-01-01", "none", None),
        ("1978", "2018", "look open", "young_trigeminal_onset_possible"),
        (None, "2018", "none", None),
        ("1990", None, "none", None),
    ],
)
def test_onset_before_forty_is_to_be_looked_at(birth, onset, expected, code) -> None:
    person = born(birth, diagnosis("trigeminal_neuralgia", onset))
    assert standing(person, "young_trigeminal_onset") == expected
    assert code is None or reason(person, "young_trigeminal_onset") == code


def test_known_multiple_sclerosis_is_a_note() -> None:
    person = born("1970", NEURALGIA, diagnosis("multiple_sclerosis", "2009"))
    assert standing(person, "multiple_sclerosis") == "note worked_up"


def test_suspected_multiple_sclerosis_is_to_be_looked_at() -> None:
    suspected = diagnosis("multiple_sclerosis", "2023", state=ConditionState.UNCONFIRMED)
    assert standing(born("1970", NEURALGIA, suspected), "multiple_sclerosis") == "look open"


@pytest.mark.parametrize("known", [True, False])
def test_what_multiple_sclerosis_explains_is_a_flag_only_without_it(known) -> None:
    rows = [NEURALGIA, diagnosis("optic_neuritis", "2020"), imaged("2020-05-01", "demyelinating_lesion")]
    person = born("1970", *rows, *([diagnosis("multiple_sclerosis", "2021")] if known else []))
    expected = "none" if known else "look open"
    assert standing(person, "demyelinating_lesion") == expected
    assert standing(person, "optic_neuritis") == expected
