"""Which condition a diagnosis means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.codes.codelist import DATA, read_codelist
from assuage.codes.conditions import belongs_to, concepts, find_condition, pain_conditions
from assuage.codes.systems import Coding, System

ENTRIES = read_codelist(
    DATA / "conditions.yaml", "conditions", frozenset({"name", "pain", "parents", "terms", "not_terms"})
)


def condition(*codings: Coding, text: str = "") -> str | None:
    match = find_condition(codings, text)
    return match.condition if match else None


# --- laws of the code lists


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.key)
def test_every_code_of_a_condition_leads_to_it_with_its_intractable_mark(entry) -> None:
    for listed in entry.codes:
        match = find_condition([Coding(listed.system, listed.code)])
        assert match is not None
        assert (match.condition, match.mapped_by) == (entry.key, listed.system.value)
        assert match.intractable_code == listed.intractable


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.key)
def test_every_printed_term_of_a_condition_leads_to_it(entry) -> None:
    for term in entry.words("terms"):
        assert condition(text=term) == condition(text=f"{term.upper()} (disorder)") == entry.key


def test_the_kinds_of_a_condition_have_no_circles_and_only_known_parents() -> None:
    for key, concept in concepts().items():
        assert key not in concept.parents
        assert set(concept.parents) <= set(concepts())


@given(st.sampled_from(sorted(concepts())), st.sampled_from(sorted(concepts())))
def test_belonging_is_transitive_and_never_mutual(one, other) -> None:
    assert belongs_to(one, one)
    if belongs_to(one, other):
        assert all(belongs_to(one, wider) for wider in concepts()[other].parents)
        assert one == other or not belongs_to(other, one)


def test_what_belongs_to_a_pain_condition_is_one() -> None:
    for key in pain_conditions():
        assert set(concepts()[key].parents) <= pain_conditions()
    for key in set(concepts()) - pain_conditions():
        assert not set(concepts()[key].parents) & pain_conditions()


# --- kinds


@pytest.mark.parametrize(
    ("kind", "wider"),
    [
        ("chronic_migraine", "migraine"),
        ("chronic_migraine", "headache"),
        ("migraine_without_aura", "migraine"),
        ("postherpetic_neuralgia", "neuropathic_pain"),
        ("postherpetic_trigeminal_neuralgia", "postherpetic_neuralgia"),
        ("painful_diabetic_neuropathy", "neuropathic_pain"),
        ("central_post_stroke_pain", "central_neuropathic_pain"),
        ("fibromyalgia", "chronic_pain"),
        ("meningioma", "intracranial_tumour"),
    ],
)
def test_a_kind_belongs_to_the_wider_condition(kind, wider) -> None:
    assert belongs_to(kind, wider)
    assert not belongs_to(wider, kind)


@pytest.mark.parametrize(
    "outside", ["trigeminal_neuralgia", "crps", "fibromyalgia", "persistent_spinal_pain_syndrome"]
)
def test_the_ladder_of_neuropathic_pain_does_not_hold_here(outside) -> None:
    assert not belongs_to(outside, "neuropathic_pain")


def test_causes_and_competing_indications_are_no_pain_conditions() -> None:
    assert not pain_conditions() & {"multiple_sclerosis", "meningioma", "epilepsy", "depression", "pregnancy"}


# --- codes


@pytest.mark.parametrize(
    ("system", "code", "expected", "intractable"),
    [
        (System.ICD10CM, "G50.0", "trigeminal_neuralgia", False),
        (System.ICD10CM, "G43.709", "chronic_migraine", False),
        (System.ICD10CM, "G43.711", "chronic_migraine", True),
        (System.ICD10CM, "G43.E19", "chronic_migraine", True),
        (System.ICD10CM, "G43.011", "migraine_without_aura", True),
        (System.ICD10CM, "G43.829", "menstrual_migraine", False),
        (System.ICD10CM, "G43.839", "menstrual_migraine", True),
        (System.ICD10CM, "G43.919", "migraine", True),
        (System.ICD10CM, "G43.A1", "abdominal_migraine", True),
        (System.ICD10CM, "G43.D0", "abdominal_migraine", False),
        (System.ICD10CM, "D32.0", "meningioma", False),
        (System.ICD10CM, "G44.41", "medication_overuse_headache", True),
        (System.ICD10CM, "B02.22", "postherpetic_trigeminal_neuralgia", False),
        (System.ICD10CM, "B02.29", "postherpetic_neuralgia", False),
        (System.ICD10CM, "G35", "multiple_sclerosis", False),
        (System.ICD10CM, "G35.C1", "multiple_sclerosis", False),
        (System.ICD10CM, "E11.42", "diabetic_neuropathy", False),
        (System.ICD10CM, "E11.9", "diabetes", False),
        (System.ICD9CM, "346.11", "migraine_without_aura", True),
        (System.ICD9CM, "346.10", "migraine_without_aura", False),
        (System.ICD9CM, "053.12", "postherpetic_trigeminal_neuralgia", False),
        (System.SNOMED, "124171000119105", "chronic_migraine", True),
        (System.ICD11, "MG30.51", "neuropathic_pain", False),
        (System.ICD11, "8A80.10", "migraine_with_aura", False),
        (System.SNOMED, "423279000", "migraine_without_aura", True),
        (System.OMOP, "443616", "migraine_without_aura", True),
    ],
)
def test_codes_lead_to_the_narrowest_condition_and_keep_the_coders_word(
    system, code, expected, intractable
) -> None:
    match = find_condition([Coding(system, code)])
    assert match is not None
    assert (match.condition, match.intractable_code) == (expected, intractable)


def test_a_later_code_makes_the_first_one_narrower_but_not_another() -> None:
    migraine, chronic = Coding(System.SNOMED, "37796009"), Coding(System.ICD10CM, "G43.711")
    epilepsy = Coding(System.ICD10CM, "G40.909")
    assert condition(migraine, chronic) == condition(chronic, migraine) == "chronic_migraine"
    assert condition(migraine, epilepsy) == "migraine"


def test_the_coders_word_is_kept_whichever_code_carries_it() -> None:
    match = find_condition([Coding(System.SNOMED, "23186000"), Coding(System.ICD9CM, "346.41")])
    assert match is not None
    assert (match.condition, match.intractable_code) == ("menstrual_migraine", True)


def test_codes_come_before_words() -> None:
    match = find_condition([Coding(System.ICD10CM, "G50.0")], "migraine")
    assert match is not None
    assert (match.condition, match.mapped_by) == ("trigeminal_neuralgia", "icd10cm")


def test_the_icd10_editions_are_told_apart() -> None:
    assert condition(Coding(System.ICD10, "R52.2")) == "chronic_pain"
    assert condition(Coding(System.ICD10CM, "R52.2")) is None


def test_abdominal_migraine_and_spinal_meningioma_are_not_what_they_sound_like() -> None:
    assert not belongs_to("abdominal_migraine", "migraine")
    assert condition(text="abdominal migraine") == "abdominal_migraine"
    assert condition(Coding(System.ICD10CM, "D32.1")) is None


def test_codes_that_do_not_say_chronic_are_not_taken_for_it() -> None:
    for code in ("G89.11", "M54.50", "R52", "R25.2"):
        assert condition(Coding(System.ICD10CM, code)) is None
    assert condition(Coding(System.ICD9CM, "729.1")) is None


# --- printed words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trigeminal neuralgia, right V2/V3 (treated for ten months)", "trigeminal_neuralgia"),
        ("trigeminal neuralgia secondary to multiple sclerosis", "trigeminal_neuralgia"),
        ("Neuropathy due to type 2 diabetes mellitus (disorder)", "diabetic_neuropathy"),
        ("Post-herpetic neuralgia, left T10", "postherpetic_neuralgia"),
        ("headache, migraine", "migraine"),
        ("probable neuropathic pain, left hand", "neuropathic_pain"),  # a grade, not a doubt
        ("chronic pain; fibromyalgia", "fibromyalgia"),
        ("SUNCT-like headache", "headache"),
        ("névralgie du trijumeau", "trigeminal_neuralgia"),
        ("idiopathic intracranial hypertension", "idiopathic_intracranial_hypertension"),
    ],
)
def test_words_are_read_where_no_code_is_known(text, expected) -> None:
    match = find_condition([Coding(System.OTHER, "x")], text)
    assert match is not None
    assert (match.condition, match.mapped_by, match.intractable_code) == (expected, "printed_name", False)


@pytest.mark.parametrize(
    "text",
    [
        "no migraine",
        "family history of migraine",
        "suspected multiple sclerosis",
        "pulmonary hypertension",
        "pregnancy test negative",
        "first degree atrioventricular block",
        "carcinoma in situ of prostate",
        "prediabetes",
        "viral sinusitis",
        "",
    ],
)
def test_what_only_looks_like_a_condition_is_none(text) -> None:
    assert condition(text=text) is None


@given(st.text(max_size=60))
def test_any_text_is_a_known_condition_or_none(text) -> None:
    assert condition(text=text) in {None, *concepts()}
