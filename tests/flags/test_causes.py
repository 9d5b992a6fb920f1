"""Causes in or at the skull, and giant cell arteritis: open until treated and looked at again."""

import pytest

from assuage.flags import holds_back
from assuage.records.rows import ConditionState, Outcome, ProcedureState, StatementKind
from assuage.testing.people import diagnosis, drug, operation, says, score, still_taken
from flags.flagged import AS_OF, born, flags_of, found, imaged, lab, reason, standing, visit

CAUSES = [
    ("intracranial_tumour", "intracranial_tumour"),
    ("meningioma", "intracranial_tumour"),
    ("epidermoid_cyst", "intracranial_tumour"),
    ("pituitary_tumour", "intracranial_tumour"),
    ("head_and_neck_cancer", "head_or_neck_cancer"),
    ("cerebral_venous_thrombosis", "cerebral_venous_thrombosis"),
    ("subarachnoid_haemorrhage", "subarachnoid_haemorrhage"),
]
FACE = diagnosis("trigeminal_neuralgia", "2020-01-01")
TUMOUR = diagnosis("meningioma", "2022-01-01")


@pytest.mark.parametrize(("cause", "flag"), CAUSES)
@pytest.mark.parametrize("pain", ["trigeminal_neuralgia", "migraine", "atypical_facial_pain"])
def test_a_cause_behind_pain_of_head_or_face_is_urgent(cause, flag, pain) -> None:
    assert standing(born("1970", diagnosis(pain, "2020"), diagnosis(cause, "2022")), flag) == "urgent open"


@pytest.mark.parametrize(("cause", "flag"), CAUSES)
def test_a_cause_is_urgent_where_no_pain_is_on_record_at_all(cause, flag) -> None:
    (raised,) = flags_of(born("1970", diagnosis(cause, "2022")))
    assert (raised.flag, raised.condition) == (flag, None)
    assert holds_back(raised)


@pytest.mark.parametrize(("cause", "flag"), CAUSES)
def test_a_cause_in_the_head_does_not_hold_back_pain_of_the_feet(cause, flag) -> None:
    person = born("1970", diagnosis("painful_diabetic_neuropathy"), diagnosis(cause, "2022"))
    assert standing(person, flag) == "none"


def test_a_mass_on_an_image_is_a_cause() -> None:
    assert standing(born("1970", FACE, imaged("2024-01-01", "mass_lesion")), "intracranial_tumour") == (
        "urgent open"
    )


def test_a_suspected_cause_is_as_urgent_and_says_so() -> None:
    suspected = diagnosis("meningioma", "2022", state=ConditionState.UNCONFIRMED)
    assert standing(born("1970", FACE, suspected), "intracranial_tumour") == "urgent open"
    assert reason(born("1970", FACE, suspected), "intracranial_tumour") == "cause_suspected"


def test_a_cause_that_is_over_is_resolved() -> None:
    over = diagnosis("schwannoma", "2022", state=ConditionState.RESOLVED)
    assert standing(born("1970", FACE, over), "intracranial_tumour") == "note resolved"


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        (operation("tumour_resection", "2022-05-01"), "note worked_up"),
        (operation("gamma_knife", "2022-05-01", indication="meningioma"), "note worked_up"),
        (operation("gamma_knife", "2022-05-01", indication="trigeminal_neuralgia"), "urgent open"),
        (operation("tumour_resection", "2021-05-01"), "urgent open"),
        (operation("tumour_resection", None), "urgent open"),
        (
            operation("tumour_resection", "2022-05-01", state=ProcedureState.RECOMMENDED),
            "urgent open",
        ),
        (operation("tumour_resection", "2024-12-01"), "urgent open"),
    ],
)
def test_what_treats_the_cause_works_it_up(treatment, expected) -> None:
    assert standing(born("1970", FACE, TUMOUR, treatment), "intracranial_tumour") == expected


@pytest.mark.parametrize(
    ("seen", "assessed", "expected"),
    [
        ("2022-06-01", "2023-01-01", "note worked_up"),
        (None, "2023-01-01", "urgent open"),
        ("2022-06-01", None, "urgent open"),
        ("2021-06-01", "2023-01-01", "urgent open"),
        ("2022-06-01", "2021-06-01", "urgent open"),
        ("2022-06-01", AS_OF, "urgent open"),
    ],
)
def test_follow_up_with_pain_assessed_since_and_before_the_review_works_it_up(
    seen, assessed, expected
) -> None:
    rows = [visit("neurosurgery", seen)] if seen else []
    rows += [score("nrs", 6, assessed)] if assessed else []
    assert standing(born("1970", FACE, TUMOUR, *rows), "intracranial_tumour") == expected


def test_coding_a_cause_again_at_every_visit_does_not_reopen_it() -> None:
    again = diagnosis("meningioma", "2024-06-01")
    followed = [visit("neurosurgery", "2022-06-01"), score("nrs", 6, "2023-01-01")]
    assert standing(born("1970", FACE, TUMOUR, again, *followed), "intracranial_tumour") == "note worked_up"


def test_a_drug_that_holds_the_pain_clears_no_tumour() -> None:
    helped = still_taken("carbamazepine", "2022-06-01", "2024-06-01", outcome=Outcome.EFFECTIVE)
    assert standing(born("1970", FACE, TUMOUR, helped), "intracranial_tumour") == "urgent open"


def test_a_clinicians_word_works_a_cause_up() -> None:
    word = says(StatementKind.CHRONIC_PRIMARY, start="2023-01-01", condition="trigeminal_neuralgia")
    assert standing(born("1970", FACE, TUMOUR, word), "intracranial_tumour") == "note worked_up"


# --- giant cell arteritis

ARTERITIS = diagnosis("giant_cell_arteritis", "2024-01-01")
STEROID = drug("prednisolone", "2024-01-05", "2024-06-01", dose=60)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), "urgent open"),
        ((STEROID,), "urgent open"),
        ((score("nrs", 3, "2024-03-01"),), "urgent open"),
        ((STEROID, score("nrs", 3, "2024-03-01")), "note worked_up"),
        ((STEROID, score("nrs", 3, "2024-01-02")), "urgent open"),
        ((STEROID, score("nrs", 3, AS_OF)), "urgent open"),
        ((STEROID, lab("esr", 8, "2024-03-01", "mm/h")), "urgent open"),
        ((STEROID, says(StatementKind.CONTROLLED, start="2024-03-01")), "note worked_up"),
        ((says(StatementKind.CHRONIC_PRIMARY, start="2024-03-01"),), "note worked_up"),
        ((says(StatementKind.CHRONIC_PRIMARY, start="2023-03-01"),), "urgent open"),
    ],
)
def test_arteritis_is_urgent_until_treated_and_pain_assessed_since(rows, expected) -> None:
    person = born("1955", diagnosis("trigeminal_neuralgia", "2024-01-01"), ARTERITIS, *rows)
    assert standing(person, "giant_cell_arteritis") == expected


def test_arteritis_that_is_over_is_resolved() -> None:
    over = diagnosis("giant_cell_arteritis", "2015", state=ConditionState.RESOLVED)
    assert standing(born("1955", diagnosis("migraine"), over), "giant_cell_arteritis") == "note resolved"


@pytest.mark.parametrize("sign", ["jaw_claudication", "scalp_tenderness", "visual_loss"])
@pytest.mark.parametrize(
    ("birth", "expected"), [("1960", "urgent open"), (None, "look open"), ("1990", "none")]
)
def test_a_sign_of_arteritis_is_urgent_from_fifty_on(sign, birth, expected) -> None:
    person = born(birth, diagnosis("migraine", "2015"), found(sign, "2024-06-01"))
    assert standing(person, sign) == expected


def test_a_sign_of_arteritis_is_worked_up_by_those_who_know_it() -> None:
    rows = [diagnosis("migraine"), found("jaw_claudication", "2024-06-01")]
    assert standing(born("1960", *rows, visit("rheumatology", "2024-06-03")), "jaw_claudication") == (
        "note worked_up"
    )


@pytest.mark.parametrize("pain", ["headache", "temporomandibular_disorder"])
@pytest.mark.parametrize(
    ("birth", "onset", "expected"),
    [
        ("1960", "2024-05-01", "look open"),
        ("1980", "2024-05-01", "none"),
        ("1960", "2019-05-01", "none"),
        (None, "2024-05-01", "none"),
    ],
)
def test_new_headache_or_jaw_pain_from_fifty_on_is_enough_to_look(pain, birth, onset, expected) -> None:
    assert standing(born(birth, diagnosis(pain, onset)), "age_and_new_pain") == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((lab("crp", 3, "2024-05-10", "mg/L"),), "note worked_up"),
        ((lab("crp", 3, "2024-04-10", "mg/L"),), "look open"),
        ((lab("esr", 8, "2024-05-10", "mm/h"), drug("prednisolone", "2024-05-02")), "look open"),
        ((lab("esr", 8, "2024-05-10", "mm/h"), drug("prednisolone", "2024-05-20")), "note worked_up"),
    ],
)
def test_blood_tests_since_count_unless_a_steroid_was_on_board(rows, expected) -> None:
    person = born("1960", diagnosis("headache", "2024-05-01"), *rows)
    assert standing(person, "age_and_new_pain") == expected
