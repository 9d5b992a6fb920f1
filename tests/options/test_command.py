"""`assuage options`, its JSON, its rows, and the words for everything it says."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from assuage.options.tried import RANK
from assuage.report.options_text import SAFETY, options_to_json
from assuage.report.wording import words
from assuage.testing.random_people import random_person
from assuage.workflows import made_up_clinic
from assuage.workflows.options import options_of, person_options
from workflows.command_line import assuage, table

WORDS = words()


def test_it_prints_each_option_with_its_standing_and_what_speaks_for_and_against() -> None:
    ended = assuage("options", made_up_clinic(), "--person", "demo-02")
    assert ended.exit_code == 0
    assert "Carbamazepine: Tried. Carbamazepine failed at an adequate dose and length." in ended.out
    assert "Speaks against it:" in ended.out
    assert ended.out.rstrip().endswith("assuage supports decisions; it does not make them.")


def test_the_day_and_the_market_are_those_that_are_asked_for() -> None:
    early = assuage("options", made_up_clinic(), "--person", "demo-02", "--as-of", "2000-01-01", "--json")
    assert json.loads(early.out)["as_of"] == "2000-01-01"
    british = assuage("options", made_up_clinic(), "--person", "demo-07", "--market", "gb", "--json")
    assert json.loads(british.out)["market"] == "GB"


def test_somebody_who_is_not_there_is_said_without_repeating_the_id() -> None:
    ended = assuage("options", made_up_clinic(), "--person", "Quillfeather")
    assert ended.exit_code == 2
    assert "Quillfeather" not in ended.err
    assert "Nobody in the source" in ended.err


@pytest.mark.parametrize("day", ["yesterday", "0001-01-01"])
def test_a_day_that_is_none_is_a_wrong_command_line(day: str) -> None:
    ended = assuage("options", made_up_clinic(), "--person", "demo-02", "--as-of", day)
    assert ended.exit_code == 2


def test_a_source_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "x.history.yaml"
    broken.write_text("[", encoding="utf-8")
    assert assuage("options", broken, "--person", "1").exit_code == 3


def test_the_json_carries_every_claim_with_its_address_and_whether_it_was_read() -> None:
    found = options_to_json(options_of(made_up_clinic(), "demo-07"))
    assert found["format"] == "assuage-options/1"
    claims = [
        claim
        for condition in found["conditions"]
        for option in condition["options"]
        for claim in option["claims"]
    ]
    assert claims
    assert all(claim["address"] and claim["reviewed_by"] is None for claim in claims)
    assert {claim["verified"] for claim in claims} == {True, False}
    json.dumps(found)


def test_a_review_writes_a_row_for_each_option(tmp_path: Path) -> None:
    assert assuage("review", made_up_clinic(), "--out", tmp_path).exit_code == 0
    rows = [row for row in table(tmp_path, "options") if row["person_id"] == "demo-04"]
    found = options_of(made_up_clinic(), "demo-04").options
    assert [(row["option"], row["standing"], row["reason_code"]) for row in rows] == [
        (option.option, option.standing, option.reason_code) for option in found
    ]
    assert all(row["source"] and row["evidence_grade"] for row in rows)


def test_everything_said_of_random_people_has_words() -> None:
    rng = Random(11)
    for _ in range(40):
        history, as_of = random_person(rng)
        for option in person_options(history, as_of=as_of, market=rng.choice((None, "US", "GB"))).options:
            said = [(option.reason_code, option.reason_values, option.missing)]
            said += [(one.reason_code, one.reason_values, one.missing) for one in option.because]
            for code, values, missing in said:
                assert WORDS.templates(code), code
                assert not WORDS.reason(code, values).startswith(code), code
                if code not in SAFETY and not code.startswith("eligibility"):
                    assert {fact.partition(":")[0] for fact in missing} <= set(WORDS.missing), code


def test_every_way_a_trial_can_end_has_words() -> None:
    assert [code for code in RANK if not WORDS.templates(code)] == []
