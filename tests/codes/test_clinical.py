"""Which score, laboratory value, gene, finding or specialty a record means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.codes.clinical import find_instrument, find_observation, find_specialty, instruments
from assuage.codes.codelist import DATA, read_codelist
from assuage.codes.systems import Coding, System

FIELDS = frozenset({"name", "range", "higher_is_worse", "unit", "kind", "terms"})
FINDERS = {
    "instruments": find_instrument,
    "observations": lambda codings, text="": (find_observation(codings, text) or ("", None))[1],
    "specialties": find_specialty,
}
ENTRIES = [
    (section, entry)
    for section in FINDERS
    for entry in read_codelist(DATA / "clinical.yaml", section, FIELDS).values()
]


@pytest.mark.parametrize(("section", "entry"), ENTRIES, ids=lambda value: getattr(value, "key", value))
def test_every_code_and_every_printed_term_leads_to_its_entry(section, entry) -> None:
    find = FINDERS[section]
    for listed in entry.codes:
        assert find([Coding(listed.system, listed.code)]) == entry.key
    for term in entry.words("terms"):
        assert find([], term) == find([], term.upper()) == entry.key


def test_every_instrument_has_a_range_a_unit_and_a_direction() -> None:
    for instrument in instruments().values():
        assert instrument.highest is None or instrument.lowest < instrument.highest
        assert instrument.unit
        assert instrument.name


def test_millimetres_and_points_of_ten_are_never_mixed() -> None:
    assert find_instrument([], "VAS mm") == find_instrument([], "VAS 0-100") == "vas_mm"
    assert find_instrument([], "VAS 0-10") == "vas"
    assert find_instrument([], "NRS 0-10") == "nrs"
    assert (instruments()["vas_mm"].highest, instruments()["vas"].highest) == (100, 10)


def test_paindetect_ends_at_38_and_starts_below_nothing() -> None:
    assert (instruments()["paindetect"].lowest, instruments()["paindetect"].highest) == (-1, 38)


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("72514-3", "nrs"),
        ("77565-0", "bpi_interference"),
        ("44261-6", "phq9"),
        ("44260-8", "phq9_item9"),
        ("70274-6", "gad7"),
    ],
)
def test_loinc_codes_of_scores_are_known(code, key) -> None:
    assert find_instrument([Coding(System.LOINC, code)]) == key


def test_headache_migraine_and_debilitating_days_are_three_things() -> None:
    keys = [
        find_instrument([], f"{kind} days per month")
        for kind in ("headache", "migraine", "debilitating headache")
    ]
    assert keys == ["monthly_headache_days", "monthly_migraine_days", "debilitating_headache_days"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("serum sodium", ("lab", "sodium")),
        ("HLA-B*15:02 negative", ("gene", "hla_b_1502")),
        ("HLA-A*31:01", ("gene", "hla_a_3101")),
        ("no sensory loss in the face", ("examination", "sensory_signs")),
        ("neurovascular contact, left", ("imaging", "neurovascular_contact")),
        (
            "neurovascular compression with morphological changes",
            ("imaging", "neurovascular_compression_morphological"),
        ),
        ("blood pressure", None),
    ],
)
def test_findings_are_named_whether_present_or_not(text, expected) -> None:
    assert find_observation([], text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Department of Neurology, follow-up", "neurology"),
        ("Neurosurgery outpatient", "neurosurgery"),
        ("Chronic pain clinic", "pain_medicine"),
        ("headache clinic", "headache_medicine"),
        ("General practice", "primary_care"),
        ("Encounter for check up", None),
    ],
)
def test_the_specialty_of_an_encounter_is_found(text, expected) -> None:
    assert find_specialty([], text) == expected


@given(st.text(max_size=60))
def test_any_text_can_be_read(text) -> None:
    assert find_instrument([], text) in {None, *instruments()}
    find_observation([], text)
    find_specialty([], text)
