"""Published patients whose sign stands in the structured record: the flag comes before any verdict."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from assuage.flags import FlagState, Urgency, find_flags, holds_back
from assuage.testing.case_history import case_history
from assuage.trials.assemble import assemble_trials, reviewed_conditions
from flags.flagged import Flag

CASES = Path(__file__).parents[2] / "../shared/cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the published cases are not here")


def read(number: str) -> dict:
    (file,) = CASES.glob(f"{number}-*.yaml")
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def numbers() -> list[str]:
    return sorted(file.name[:3] for file in CASES.glob("0*.yaml"))


def flags_of(case: dict) -> tuple[Flag, ...]:
    history, as_of = case_history(case)
    known = history.until(as_of)
    trials = assemble_trials(history, as_of)
    return find_flags(known, trials, as_of=as_of, conditions=reviewed_conditions(known))


def urgent(case: dict) -> set[str]:
    return {
        flag.flag
        for flag in flags_of(case)
        if flag.urgency is Urgency.URGENT and flag.state is FlagState.OPEN
    }


@pytest.mark.parametrize(
    ("number", "sign"),
    [
        ("017", "giant_cell_arteritis"),
        ("020", "intracranial_tumour"),
        ("021", "head_or_neck_cancer"),
        ("025", "intracranial_tumour"),
        ("033", "cerebral_venous_thrombosis"),
        ("034", "intracranial_tumour"),
    ],
)
def test_a_red_flag_on_record_is_urgent_and_open(number, sign) -> None:
    case = read(number)
    assert case["expected"]["status"] == "red_flag"
    assert urgent(case) == {sign}


@pytest.mark.parametrize("number", numbers() if CASES.is_dir() else [])
def test_a_person_is_held_back_only_where_a_red_flag_is_expected_or_accepted(number) -> None:
    expected = read(number)["expected"]
    accepted = {expected["status"], *(expected.get("also_acceptable") or ())}
    held = any(holds_back(flag) for flag in flags_of(read(number)))
    assert not held or "red_flag" in accepted


def test_the_name_of_a_case_its_words_and_its_labels_decide_nothing() -> None:
    for number in numbers():
        case = read(number)
        stripped = {
            **case,
            "id": "nobody",
            "facts": "",
            "naive_rule_trap": "",
            "expected": {},
            "condition_group": "",
        }
        assert [flag.flag for flag in flags_of(stripped)] == [flag.flag for flag in flags_of(case)]


def test_a_tumour_that_was_excised_holds_nothing_back() -> None:
    (tumour,) = [flag for flag in flags_of(read("037")) if flag.flag == "intracranial_tumour"]
    assert (tumour.urgency, tumour.state) == (Urgency.NOTE, FlagState.RESOLVED)


def test_the_index_point_alone_opens_or_closes_a_flag() -> None:
    """The same patient a year later, with the tumour irradiated."""
    history, as_of = case_history(read("020"))
    later = date(as_of.year + 1, as_of.month, 1)
    known = history.until(later)
    found = find_flags(
        known, assemble_trials(history, later), as_of=later, conditions=reviewed_conditions(known)
    )
    assert "intracranial_tumour" in {flag.flag for flag in found if flag.state is FlagState.WORKED_UP}
