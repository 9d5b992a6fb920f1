"""SNNOOP10: red flags for secondary headache, for headache only."""

import pytest

from assuage.answers import Answer
from assuage.records.rows import ConditionState, StatementKind
from assuage.testing.people import diagnosis, says
from flags.flagged import born, flags_of, found, imaged, reason, standing, visit

MIGRAINE = diagnosis("migraine", "2015-03-01")

FINDINGS = [
    ("fever", "systemic_symptoms", "look"),
    ("weight_loss", "systemic_symptoms", "look"),
    ("motor_deficit", "neurological_deficit", "urgent"),
    ("sensory_loss_trigeminal", "neurological_deficit", "urgent"),
    ("thunderclap_onset", "thunderclap_onset", "urgent"),
    ("positional_headache", "positional_headache", "look"),
    ("exertional_headache", "exertional_headache", "look"),
    ("papilloedema", "papilloedema", "urgent"),
    ("progressive_pain", "progressive_headache", "look"),
    ("autonomic_features", "painful_eye", "look"),
]
DIAGNOSES = [
    ("cancer", "neoplasm_history", "look"),
    ("cranial_nerve_palsy", "neurological_deficit", "urgent"),
    ("papilloedema", "papilloedema", "urgent"),
    ("pregnancy", "pregnancy", "look"),
    ("hiv_infection", "immune_pathology", "look"),
]


@pytest.mark.parametrize(("finding", "flag", "urgency"), FINDINGS)
def test_a_finding_beside_headache_raises_its_flag(finding, flag, urgency) -> None:
    assert standing(born("1985", MIGRAINE, found(finding, "2024-06-01")), flag) == f"{urgency} open"


@pytest.mark.parametrize(("finding", "flag", "urgency"), FINDINGS)
@pytest.mark.parametrize("present", [Answer.NO, Answer.UNKNOWN])
def test_a_finding_that_is_absent_or_left_open_raises_none(finding, flag, urgency, present) -> None:
    assert standing(born("1985", MIGRAINE, found(finding, "2024-06-01", present=present)), flag) == "none"


@pytest.mark.parametrize(("finding", "flag", "urgency"), FINDINGS)
def test_the_list_is_for_headache_only(finding, flag, urgency) -> None:
    person = born("1985", diagnosis("painful_diabetic_neuropathy"), found(finding, "2024-06-01"))
    assert standing(person, flag) == "none"


@pytest.mark.parametrize(("other", "flag", "urgency"), DIAGNOSES)
def test_a_diagnosis_beside_headache_raises_its_flag(other, flag, urgency) -> None:
    assert standing(born("1985", MIGRAINE, diagnosis(other, "2024-05-01")), flag) == f"{urgency} open"


@pytest.mark.parametrize(("other", "flag", "urgency"), DIAGNOSES)
def test_a_diagnosis_that_is_over_is_resolved_and_no_more_than_a_note(other, flag, urgency) -> None:
    over = diagnosis(other, "2024-05-01", state=ConditionState.RESOLVED)
    assert standing(born("1985", MIGRAINE, over), flag) == "note resolved"


def test_headache_after_an_injury_is_a_flag_of_that_headache() -> None:
    person = born("1985", diagnosis("post_traumatic_headache", "2020-01-01"))
    assert standing(person, "post_traumatic_onset") == "look open"


def test_an_image_since_the_sign_works_it_up() -> None:
    person = born("1985", MIGRAINE, found("papilloedema", "2024-06-01"), imaged("2024-06-02"))
    assert standing(person, "papilloedema") == "note worked_up"


def test_an_image_before_a_new_sign_does_not_clear_it() -> None:
    person = born(
        "1985",
        MIGRAINE,
        imaged("2024-04-01"),
        found("sensory_loss_trigeminal", "2024-03-01"),
        found("motor_deficit", "2024-06-01"),
    )
    assert standing(person, "neurological_deficit") == "urgent open"


@pytest.mark.parametrize(
    ("sign", "image"), [(None, "2024-06-02"), ("2024-06-01", None), ("2024-06", "2024-06")]
)
def test_what_cannot_be_put_in_order_clears_nothing(sign, image) -> None:
    person = born("1985", MIGRAINE, found("thunderclap_onset", sign), imaged(image))
    assert standing(person, "thunderclap_onset") == "urgent open"


def test_a_sign_that_is_gone_later_is_resolved() -> None:
    person = born(
        "1985",
        MIGRAINE,
        found("papilloedema", "2024-01-01"),
        found("papilloedema", "2024-06-01", present=Answer.NO),
    )
    assert standing(person, "papilloedema") == "note resolved"


def test_a_clinicians_word_since_that_nothing_else_explains_the_pain_works_it_up() -> None:
    sign = found("progressive_pain", "2024-01-01")
    after = says(StatementKind.CHRONIC_PRIMARY, start="2024-02-01")
    before = says(StatementKind.CHRONIC_PRIMARY, start="2023-02-01")
    assert standing(born("1985", MIGRAINE, sign, after), "progressive_headache") == "note worked_up"
    assert standing(born("1985", MIGRAINE, sign, before), "progressive_headache") == "look open"


def test_a_fever_of_long_ago_is_no_flag() -> None:
    assert standing(born("1985", MIGRAINE, found("fever", "2023-01-01")), "systemic_symptoms") == "none"


@pytest.mark.parametrize("own", ["cluster_headache", "paroxysmal_hemicrania", "suna", "hemicrania_continua"])
def test_tears_belong_to_a_headache_that_is_defined_by_them(own) -> None:
    person = born("1985", diagnosis(own), found("autonomic_features", "2024-06-01"))
    assert standing(person, "painful_eye") == "none"


# --- age at onset


@pytest.mark.parametrize(
    ("birth", "onset", "expected", "code"),
    [
        ("1970-01-01", "2019-12-31", "none", None),
        ("1970-01-01", "2020-01-01", "look open", "older_onset"),
        ("1970", "2020", "look open", "older_onset_possible"),
        ("1955-01-01", "2020-01-01", "look open", "older_onset_by_both_ages"),
        ("1956-01-01", "2020-12-31", "look open", "older_onset"),
        (None, "2020-01-01", "none", None),
        ("1950-01-01", None, "none", None),
    ],
)
def test_onset_from_fifty_on_is_to_be_looked_at_and_the_other_age_is_named(
    birth, onset, expected, code
) -> None:
    person = born(birth, diagnosis("migraine", onset))
    assert standing(person, "older_onset") == expected
    assert code is None or reason(person, "older_onset") == code


def test_the_first_headache_counts_not_the_one_under_review() -> None:
    person = born("1960-01-01", diagnosis("migraine", "1985"), diagnosis("chronic_migraine", "2018"))
    assert standing(person, "older_onset") == "none"


def test_an_older_person_with_a_headache_of_youth_is_no_flag() -> None:
    assert standing(born("1940-01-01", diagnosis("migraine", "1960")), "older_onset") == "none"


def test_older_onset_is_worked_up_by_an_image_since() -> None:
    person = born("1960", diagnosis("migraine", "2020-01-01"), imaged("2021-01-01"))
    assert standing(person, "older_onset") == "note worked_up"


@pytest.mark.parametrize(("onset", "expected"), [("2024-06-01", "look open"), ("2024-01-01", "none")])
def test_a_headache_of_the_last_weeks_is_new(onset, expected) -> None:
    assert standing(born("1985", diagnosis("migraine", onset)), "new_headache") == expected


def test_every_headache_under_review_gets_the_flag() -> None:
    person = born(
        "1985",
        diagnosis("migraine"),
        diagnosis("cluster_headache"),
        found("thunderclap_onset", "2024-06-01"),
        visit("neurology", "2024-06-02"),
    )
    raised = {flag.condition for flag in flags_of(person) if flag.flag == "thunderclap_onset"}
    assert raised == {"migraine", "cluster_headache"}
