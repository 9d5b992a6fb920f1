"""Which procedure or therapy a record means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.codes.codelist import DATA, read_codelist
from assuage.codes.procedures import find_procedure, procedures
from assuage.codes.systems import Coding, System

FIELDS = frozenset({"name", "kind", "class", "judged_after_days", "terms", "unless"})
ENTRIES = read_codelist(DATA / "procedures.yaml", "procedures", FIELDS)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.key)
def test_every_code_and_every_printed_term_leads_to_its_procedure(entry) -> None:
    for listed in entry.codes:
        assert find_procedure([Coding(listed.system, listed.code)]) == entry.key
    for term in entry.words("terms"):
        assert find_procedure([], term) == find_procedure([], f"{term.upper()}, left, second") == entry.key


def test_no_cpt_code_is_listed() -> None:
    assert {listed.system for entry in ENTRIES.values() for listed in entry.codes} <= {
        System.SNOMED,
        System.ICD10PCS,
    }


def test_gamma_knife_is_judged_after_three_months_and_most_others_at_once() -> None:
    late = {key for key, concept in procedures().items() if concept.judged_after_days}
    assert procedures()["gamma_knife"].judged_after_days == 90
    assert late == {"gamma_knife", "stereotactic_radiotherapy"}


def test_operations_and_courses_of_therapy_are_told_apart() -> None:
    assert {procedures()[key].kind for key in ("mvd", "spinal_cord_stimulation", "nerve_block")} == {
        "procedure"
    }
    assert {procedures()[key].kind for key in ("cbt", "physiotherapy", "rtms")} == {"therapy"}


@pytest.mark.parametrize(
    "text",
    [
        "microvascular decompression for migraine",
        "microvascular decompression of the occipital nerve",
        "occipital nerve decompression",
        "migraine trigger site surgery",
    ],
)
def test_decompression_of_scalp_nerves_is_not_decompression_of_the_trigeminal_root(text) -> None:
    assert find_procedure([], text) == "migraine_trigger_site_surgery"


def test_an_unclear_decompression_is_neither() -> None:
    assert find_procedure([], "microvascular decompression, supraorbital, forehead") is None
    assert find_procedure([], "microvascular decompression") == "mvd"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("burst SCS trial", "spinal_cord_stimulation_trial"),
        ("spinal cord stimulation T8", "spinal_cord_stimulation"),
        ("MRgFUS central lateral thalamotomy", "mrgfus_thalamotomy"),
        ("central lateral thalamotomy", "thalamotomy"),
        ("T1 dorsal root ganglion stimulation added", "dorsal_root_ganglion_stimulation"),
        ("pulsed radiofrequency", "pulsed_radiofrequency"),
        ("radiofrequency ablation of facet joints", "rf_ablation"),
        ("radiofrequency thermocoagulation", "percutaneous_rf_thermocoagulation"),
    ],
)
def test_procedures_of_like_name_are_told_apart(text, expected) -> None:
    assert find_procedure([], text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "botulinum toxin injection",
        "procedures (not named)",
        "no nerve block",
        "epidural anesthesia",
        "MRI of the brain",
        "",
    ],
)
def test_drugs_unnamed_denied_and_other_procedures_give_none(text) -> None:
    assert find_procedure([], text) is None


def test_codes_come_before_words() -> None:
    assert find_procedure([Coding(System.SNOMED, "228557008", "rTMS")], "acupuncture") == "cbt"


@given(st.text(max_size=60))
def test_any_text_is_a_known_procedure_or_none(text) -> None:
    assert find_procedure([], text) in {None, *procedures()}
