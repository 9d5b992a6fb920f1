"""Which ingredient a record means, and how strong one unit is."""

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.codes.drugs import DrugMatch, MappedBy, find_drugs, formulary
from assuage.codes.systems import Coding, System

INGREDIENTS = list(formulary().values())
RXNORM_ROWS = list(
    csv.DictReader((files("assuage.codes") / "data" / "rxnorm_drugs.csv").read_text().splitlines())
)


def ingredients(*codings: Coding, text: str = "") -> list[str]:
    return [match.ingredient for match in find_drugs(codings, text)]


def printed(text: str) -> list[tuple[str, float | None, str | None, str | None]]:
    return [
        (match.ingredient, match.strength, match.strength_unit, match.form) for match in find_drugs([], text)
    ]


# --- laws of the formulary


@pytest.mark.parametrize("ingredient", INGREDIENTS, ids=lambda ingredient: ingredient.key)
def test_every_code_of_an_ingredient_leads_to_it(ingredient) -> None:
    for rxcui in ingredient.rxcuis:
        assert ingredients(Coding(System.RXNORM, rxcui)) == [ingredient.key]
    for atc in ingredient.atc:
        assert ingredients(Coding(System.ATC, atc)) == [ingredient.key]
    for concept_id in ingredient.omop_concept_ids:
        assert ingredients(Coding(System.OMOP, str(concept_id))) == [ingredient.key]


@pytest.mark.parametrize("ingredient", INGREDIENTS, ids=lambda ingredient: ingredient.key)
def test_every_printed_name_leads_to_its_ingredient(ingredient) -> None:
    for name in ingredient.names:
        for text in (name, name.upper(), f"{name} 10 MG Oral Tablet", f"tablets of {name}, generic"):
            assert ingredients(text=text) == [ingredient.key]


def test_no_two_ingredients_claim_one_code_or_name() -> None:
    for claims in ("rxcuis", "atc", "omop_concept_ids", "names"):
        all_claims = [claim for ingredient in INGREDIENTS for claim in getattr(ingredient, claims)]
        assert len(all_claims) == len(set(all_claims))


def test_every_drug_of_the_rxnorm_table_leads_to_its_ingredients() -> None:
    for row in RXNORM_ROWS:
        assert row["ingredient"] in ingredients(Coding(System.RXNORM, row["rxcui"]))


def test_the_rxnorm_table_holds_no_ingredient_code() -> None:
    assert not {row["rxcui"] for row in RXNORM_ROWS} & {
        rxcui for ingredient in INGREDIENTS for rxcui in ingredient.rxcuis
    }


@given(st.text(max_size=60))
def test_any_printed_name_can_be_read(text) -> None:
    for match in find_drugs([], text):
        assert match.mapped_by is MappedBy.PRINTED_NAME
        assert (match.strength is None) == (match.strength_unit is None)


@given(
    st.sampled_from(["gabapentin", "topiramate", "amitriptyline"]),
    st.integers(1, 2000),
    st.sampled_from([("MG", 1.0), ("mg", 1.0), ("g", 1000.0), ("MCG", 0.001)]),
    st.sampled_from([("Oral Tablet", "oral"), ("Injection", "injection"), ("Nasal Spray", "nasal")]),
)
def test_a_printed_strength_is_read_in_milligrams(ingredient, amount, unit, form) -> None:
    word, milligrams = unit
    text = f"{ingredient} {amount} {word} {form[0]}"
    assert printed(text) == [(ingredient, pytest.approx(amount * milligrams), "mg", form[1])]


# --- which ingredient


def test_old_and_new_atc_codes_of_gabapentinoids_are_known() -> None:
    assert (
        ingredients(Coding(System.ATC, "N03AX12"))
        == ingredients(Coding(System.ATC, "N02BF01"))
        == ["gabapentin"]
    )
    assert (
        ingredients(Coding(System.ATC, "N03AX16"))
        == ingredients(Coding(System.ATC, "N02BF02"))
        == ["pregabalin"]
    )


def test_the_three_rxnorm_ingredients_of_valproate_are_one() -> None:
    assert {ingredients(Coding(System.RXNORM, code))[0] for code in ("40254", "11118", "266856")} == {
        "valproate"
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("acetaminophen", "paracetamol"),
        ("indometacin", "indomethacin"),
        ("valproic acid", "divalproex sodium"),
        ("meperidine", "pethidine"),
        ("onabotulinumtoxinA", "Botox"),
        ("pizotifen", "pizotyline"),
        ("lidocaine", "lignocaine"),
        ("aspirin", "acide acétylsalicylique"),
    ],
)
def test_spellings_of_one_drug_are_one_ingredient(one, other) -> None:
    assert ingredients(text=one) == ingredients(text=other) != []


def test_a_name_inside_another_name_is_not_found() -> None:
    assert ingredients(text="dihydrocodeine 30 mg") == ["dihydrocodeine"]
    assert ingredients(text="apomorphine") == ingredients(text="bupivacaine") == []
    assert ingredients(text="desvenlafaxine") == ["desvenlafaxine"]


@pytest.mark.parametrize(
    "text", ["", "not named", "drugs (not named)", "opioids", "painkillers (various)", "caffeine"]
)
def test_a_drug_that_is_not_named_or_not_ours_gives_nothing(text) -> None:
    assert find_drugs([], text) == ()


def test_a_combination_counts_for_each_ingredient() -> None:
    assert ingredients(Coding(System.ATC, "N02CC51")) == ["sumatriptan", "naproxen"]
    assert ingredients(Coding(System.ATC, "N02AJ13")) == ["tramadol", "acetaminophen"]
    assert ingredients(text="Percocet") == ["oxycodone", "acetaminophen"]
    assert ingredients(text="aspirin/paracetamol/caffeine combination") == ["aspirin", "acetaminophen"]


def test_depot_drugs_say_how_long_one_administration_lasts() -> None:
    days = {key: entry.depot_interval_days for key, entry in formulary().items() if entry.depot_interval_days}
    assert days == {
        "botulinum_toxin_a": 84,
        "eptinezumab": 84,
        "erenumab": 28,
        "fremanezumab": 28,
        "galcanezumab": 28,
    }


def test_lamotrigine_and_phenytoin_are_no_sodium_channel_blockers_in_the_sense_of_the_guidelines() -> None:
    blockers = {
        key for key, entry in formulary().items() if entry.treatment_class == "sodium_channel_blocker"
    }
    assert blockers == {"carbamazepine", "oxcarbazepine", "eslicarbazepine"}


# --- how it was found


def test_codes_come_before_words_and_the_best_code_first() -> None:
    ingredient = Coding(System.RXNORM, "2002")
    drug = Coding(System.RXNORM, "310431")  # gabapentin 300 MG Oral Capsule
    atc, omop = Coding(System.ATC, "N03AX09"), Coding(System.OMOP, "742267")
    in_order = [
        ("carbamazepine", MappedBy.RXNORM_INGREDIENT),
        ("gabapentin", MappedBy.RXNORM_DRUG),
        ("lamotrigine", MappedBy.ATC),
        ("topiramate", MappedBy.OMOP_CONCEPT),
        ("baclofen", MappedBy.PRINTED_NAME),
    ]
    codings = [omop, atc, drug, ingredient]
    for expected in in_order:
        (match,) = find_drugs(codings, "baclofen")
        assert (match.ingredient, match.mapped_by) == expected
        codings = codings[:-1]


def test_a_display_is_read_where_code_and_text_say_nothing() -> None:
    coding = Coding(System.OTHER, "local-1", "Oxcarbazepine 300 MG Oral Tablet")
    assert find_drugs([coding]) == (DrugMatch("oxcarbazepine", MappedBy.PRINTED_NAME, 300.0, "mg", "oral"),)


def test_a_code_keeps_its_way_of_mapping_when_the_print_gives_the_strength() -> None:
    coding = Coding(System.ATC, "N03AF01")
    assert find_drugs([coding], "Tegretol 200 mg tablet") == (
        DrugMatch("carbamazepine", MappedBy.ATC, 200.0, "mg", "oral"),
    )


def test_a_code_of_another_system_is_not_read() -> None:
    assert find_drugs([Coding(System.SNOMED, "2002")]) == ()


def test_an_rxnorm_code_under_the_full_name_of_another_drug_is_left_out() -> None:
    code = "833036"  # acetaminophen 750 MG / hydrocodone 7.5 MG
    assert ingredients(Coding(System.RXNORM, code)) == ["acetaminophen", "hydrocodone"]
    assert ingredients(Coding(System.RXNORM, code, "Captopril 25 MG Oral Tablet")) == []
    assert ingredients(Coding(System.RXNORM, code, "Lisinopril 10 MG Oral Tablet")) == ["lisinopril"]


# --- strength of one unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oxycodone hydrochloride 10 MG Oral Tablet", [("oxycodone", 10, "mg", "oral")]),
        (
            "Acetaminophen 325 MG / oxyCODONE Hydrochloride 5 MG Oral Tablet",
            [("acetaminophen", 325, "mg", "oral"), ("oxycodone", 5, "mg", "oral")],
        ),
        ("12 HR Carbamazepine 200 MG Extended Release Oral Capsule", [("carbamazepine", 200, "mg", "oral")]),
        (
            "Acetaminophen 300 MG / HYDROcodone Bitartrate 5 MG [Vicodin]",
            [("acetaminophen", 300, "mg", None), ("hydrocodone", 5, "mg", None)],
        ),
        ("fentanyl 0.025 MG/HR Transdermal System", [("fentanyl", 25, "ug/h", "patch")]),
        ("fentanyl 75 ug/h patch", [("fentanyl", 75, "ug/h", "patch")]),
        ("buprenorphine 10 micrograms/hour transdermal patch", [("buprenorphine", 10, "ug/h", "patch")]),
        ("1 ML Galcanezumab 120 MG/ML Prefilled Syringe", [("galcanezumab", 120, "mg", "injection")]),
        ("2 ML Verapamil hydrochloride 2.5 MG/ML Injection", [("verapamil", 5, "mg", "injection")]),
        ("onabotulinumtoxinA 100 UNT Injection [Botox]", [("botulinum_toxin_a", 100, "U", "injection")]),
        ("botulinum toxin A 100 U subcutaneous", [("botulinum_toxin_a", 100, "U", "injection")]),
        ("Valproic Acid 0.5 g tablet", [("valproate", 500, "mg", "oral")]),
        ("ibuprofen 1,000 mg", [("ibuprofen", 1000, "mg", None)]),
        ("amitriptyline 12,5 mg tablet", [("amitriptyline", 12.5, "mg", "oral")]),
    ],
)
def test_the_strength_of_one_unit_is_read_with_its_form(text, expected) -> None:
    assert printed(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Morphine Sulfate 2 MG/ML Oral Solution",  # per millilitre, volume of a dose unknown
        "gabapentin 300 mg three times daily",  # a dose, perhaps of several tablets
        "carbamazepine 200-400 mg",  # a range
        "Metamizol 1.000 mg",  # one, or with a thousands point
        "topiramate 25 mg, 50 mg titration pack",  # two strengths
        "erenumab 140 mg/month",  # a rate
        "Lidocaine 0.05 MG/MG Medicated Patch",  # a fraction
        "oxycodone (with naloxone 10 mg)",  # another substance's strength
        "oxycodone and acetaminophen 5-325",
        "amitriptyline 25 mg at night",
        "carbamazepine",
    ],
)
def test_a_strength_that_is_not_certain_is_unknown(text) -> None:
    assert next(strength for _, strength, _, _ in printed(text)) is None


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Timolol 5 MG/ML Ophthalmic Solution", "ophthalmic"),
        ("sumatriptan 20 MG Nasal Spray", "nasal"),
        ("diclofenac 10 MG/MG Topical Gel", "topical"),
        ("Lidocaine 0.05 MG/MG Medicated Patch [Lidoderm]", "patch"),
        ("Capsaicin 0.00075 MG/MG Topical Cream", "topical"),
        ("indomethacin 50 MG Rectal Suppository", "rectal"),
        ("Fentanyl 0.4 MG Oral Lozenge [Actiq]", "oral"),
        ("sumatriptan", None),
    ],
)
def test_the_form_tells_eye_drops_creams_and_patches_from_tablets(text, form) -> None:
    assert printed(text)[0][3] == form
