"""Every instrument's file is cited, fits its instrument, and ships words only where its owner lets it."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from assuage.codes.clinical import find_instrument, instruments
from assuage.codes.systems import Coding, System
from assuage.errors import FaultyKnowledge
from assuage.measures import instruments as loader
from assuage.measures.instruments import DECIDING, Role, instrument_rules, role

NO_TEXT = (
    "paindetect",
    "dn4",
    "hit6",
    "midas",
    "bpi_severity",
    "bpi_interference",
    "pcs",
    "eq5d_index",
    "peg",
)
TEXT = ("nrs", "nrs_101", "vas", "vas_mm", "pgic", "phq9", "gad7")


@pytest.mark.parametrize("key", NO_TEXT)
def test_item_text_that_is_not_free_does_not_ship(key) -> None:
    rules = instrument_rules()[key]
    assert rules.text is None
    assert not rules.licence.text_ships
    assert rules.licence.terms


@pytest.mark.parametrize("key", TEXT)
def test_free_forms_ship_whole(key) -> None:
    rules = instrument_rules()[key]
    assert rules.text is not None
    assert len(rules.text.items) == len(rules.scoring.items)
    assert rules.text.stem


def test_phq9_and_gad7_have_a_word_for_each_answer_and_a_code_for_each_item() -> None:
    for key in ("phq9", "gad7"):
        rules = instrument_rules()[key]
        assert len(rules.text.answers) == 4
        items = [code for code in rules.loinc if code.item is not None]
        assert [code.item for code in items] == list(range(1, len(rules.scoring.items) + 1))
        assert len({code.code for code in items}) == len(items)


def test_the_code_of_a_total_means_the_same_instrument_to_every_reader() -> None:
    for rules in instrument_rules().values():
        for code in rules.loinc:
            if code.item is None:
                assert find_instrument([Coding(System.LOINC, code.code)]) == rules.key


def test_a_loinc_code_has_its_check_digit() -> None:
    for rules in instrument_rules().values():
        for code in rules.loinc:
            number, check = code.code.split("-")
            assert mod10(number) == int(check), (rules.key, code.code)


def mod10(number: str) -> int:
    """The check digit of LOINC: every second digit doubled from the right (Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return -total % 10


def test_every_instrument_has_one_role_and_the_list_names_no_other() -> None:
    assert set(loader._roles()) == set(instruments())
    assert all(isinstance(role(key), Role) for key in instruments())


def test_pain_ranks_before_function_and_screening_never_decides() -> None:
    assert DECIDING[:2] == (Role.PAIN, Role.FUNCTION)
    assert not {Role.SCREENING, Role.MOOD, Role.ADVERSE} & set(DECIDING)
    assert {role(key) for key in ("paindetect", "dn4", "lanss", "s_lanss")} == {Role.SCREENING}


GOOD = {
    "name": "DN4",
    "provenance": {
        "house": {
            "source": "assuage-conventions",
            "place": "x",
            "date": date(2026, 1, 1),
            "verified": False,
        }
    },
    "scoring": {
        "from": "house",
        "method": "sum",
        "items": [{"low": 0, "high": 1, "times": 10}],
        "answered_at_least": 10,
    },
    "bands": {"from": "house", "starts": {"unlikely": 0, "likely": 4}},
    "licence": {"from": "house", "text_ships": False, "terms": "none"},
}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"scoring": {**GOOD["scoring"], "from": "nowhere"}}, "'from' has to name"),
        ({"licence": {"from": "house", "terms": "x"}}, "text_ships"),
        ({"licence": {"from": "house", "text_ships": True, "terms": "x"}}, "item text"),
        ({"bands": {"from": "house", "starts": {"unlikely": 1}}}, "first band"),
        ({"scoring": {**GOOD["scoring"], "items": [{"low": 0, "high": 2, "times": 10}]}}, "range"),
        ({"notes": "x"}, "unknown section"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(change, complaint) -> None:
    with pytest.raises(FaultyKnowledge, match=complaint):
        loader._File("dn4.yaml", "dn4", {**GOOD, **change}).rules()


def test_a_source_that_is_not_in_the_registry_is_refused() -> None:
    blank = {"house": {**GOOD["provenance"]["house"], "source": " "}}
    with pytest.raises(FaultyKnowledge, match="source is blank"):
        loader._File("dn4.yaml", "dn4", {**GOOD, "provenance": blank})


def test_no_file_names_a_source_that_it_does_not_use() -> None:
    folder = Path(loader.__file__).parent / "data" / "instruments"
    for file in folder.glob("*.yaml"):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        used = {found["from"] for found in sections(content) if "from" in found}
        assert used == set(content["provenance"]), file.name


def sections(content):
    """Every mapping of a file but its provenance, also those inside others."""
    for key, value in content.items():
        if isinstance(value, dict) and key != "provenance":
            yield value
            yield from sections(value)
