"""What is left for the open published cases."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from assuage.options import OptionStanding, PersonOptions, TreatmentOption
from assuage.report.options_text import option_lines
from assuage.testing.case_history import case_history
from assuage.workflows.options import person_options
from options.left import reasons

CASES = Path(__file__).parents[2] / "../shared/cases"

pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="the published cases are not beside the repository"
)


@cache
def left_in(name: str, market: str | None = None) -> PersonOptions:
    (file,) = CASES.glob(f"{name}*.yaml")
    case: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    history, as_of = case_history(case)
    return person_options(history, as_of=as_of, market=market)


def option(case: str, key: str, market: str | None = None) -> TreatmentOption:
    (found,) = [one for one in left_in(case, market).options if one.option == key]
    return found


def test_every_case_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    for file in sorted(CASES.glob("*.yaml")):
        said = "\n".join(option_lines(left_in(file.stem)))
        assert said
        assert "{" not in said


def test_after_stevens_johnson_on_carbamazepine_no_aromatic_anticonvulsant_is_left() -> None:
    for key in ("carbamazepine", "oxcarbazepine", "phenytoin", "fosphenytoin_infusion"):
        assert option("006", key).standing is OptionStanding.CONTRAINDICATED, key


def test_hyponatraemia_under_oxcarbazepine_is_a_trial_that_was_not_tolerated() -> None:
    oxcarbazepine = option("002", "oxcarbazepine")
    assert (oxcarbazepine.standing, oxcarbazepine.reason_code) == (OptionStanding.TRIED, "not_tolerated")


def test_a_drug_that_holds_the_pain_is_named_before_the_options() -> None:
    (facial,) = left_in("019").conditions
    assert facial.works_now == ("carbamazepine",)
    assert facial.comes_first == ("intracranial_tumour",)
    assert "cause_mass" in reasons(option("019", "mvd"))


def test_the_operation_that_failed_is_tried_and_drugs_nobody_named_are_not() -> None:
    assert option("003", "mvd").standing is OptionStanding.TRIED
    assert "stated_failed_in_general" in reasons(option("003", "oxcarbazepine"))
    assert option("003", "oxcarbazepine").standing is OptionStanding.CAUTION


def test_pain_after_stroke_has_no_plaster_and_has_the_motor_cortex() -> None:
    assert option("062", "lidocaine_plaster").reason_code == "not_for_kind"
    assert option("062", "motor_cortex_stimulation").step == "last_resort"


def test_a_headache_without_a_ladder_says_so_and_lists_nothing() -> None:
    (only,) = left_in("037").conditions
    assert (only.ladder, only.options) == (None, ())


def test_e01_trigger_site_surgery_is_for_research() -> None:
    assert "research_only" in reasons(option("047", "migraine_trigger_site_surgery"))


def test_e02_the_clinic_case_repeats_its_operation_against_advice_and_trial() -> None:
    thalamotomy = option("source-document-4", "mrgfus_thalamotomy", "GB")
    assert thalamotomy.standing is OptionStanding.NOT_INDICATED
    assert {claim.kind for claim in thalamotomy.against_it} >= {"sham_trial", "guideline"}
    assert {claim.kind for claim in thalamotomy.for_it} == {"case_series"}


def test_gt09_therapy_that_was_recommended_is_open_and_not_tried() -> None:
    cbt = option("source-document-4", "cbt")
    assert cbt.standing is OptionStanding.OPEN
    assert "recommended_not_done" in reasons(cbt)
