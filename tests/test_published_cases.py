"""Published patients: no false "refractory", and the answers that the facts settle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from assuage.resistance.model import CountsAs, TrialCode, VerdictWord
from assuage.testing.published_cases import main, review_case, totals

CASES = Path(__file__).parents[1] / "../shared/cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the published cases are not on this machine")


def case(name: str) -> dict[str, Any]:
    (file,) = CASES.glob(f"{name}*.yaml")
    return yaml.safe_load(file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def results() -> list[Any]:
    return [review_case(case(file.stem))[1] for file in sorted(CASES.glob("*.yaml"))]


def test_no_case_labelled_not_refractory_or_red_flag_comes_out_refractory(results: list[Any]) -> None:
    called = {each.id for each in results if each.answer == "refractory"}
    assert not called & {each.id for each in results if each.expected in ("not_refractory", "red_flag")}
    assert totals(results)["false_refractory"] == []


def test_every_red_flag_is_raised(results: list[Any]) -> None:
    assert {each.id for each in results if each.expected == "red_flag" and each.answer != "red_flag"} == set()


def test_drugs_that_nobody_names_count_by_the_statement_that_they_failed_and_it_is_named() -> None:
    review, result = review_case(case("003"))
    assert result.answer == "refractory"
    (first_choice,) = [
        finding
        for finding in review.findings
        if (finding.definition, finding.criterion) == ("tn-ean2019", "first_choice")
    ]
    assert first_choice.reason_code == "by_statement"
    assert dict(first_choice.reason_values)["author"]


def test_gt05_a_dose_held_down_by_adverse_effects_is_intolerance_and_counts_under_both() -> None:
    review, _ = review_case(case("source-document-4"))
    (venlafaxine,) = [trial for trial in review.trials if trial.treatment == "venlafaxine"]
    assert venlafaxine.peak_dose == 75
    judged = {each.definition: each for each in review.judgements if each.trial_id == venlafaxine.trial_id}
    for definition in ("smith2012", "sin2019"):
        assert judged[definition].code is TrialCode.INTOLERANCE
        assert judged[definition].counts_as is CountsAs.FAILED


def test_gt06_one_class_and_rescue_tramadol_demonstrate_nothing_under_any_definition() -> None:
    review, result = review_case(case("source-document-4"))
    assert result.answer == "indeterminate"
    assert {verdict.verdict for verdict in review.verdicts} == {VerdictWord.UNKNOWN}
    assert {trial.treatment_class for trial in review.trials if trial.kind == "drug"} == {"snri", "opioid"}


def test_the_command_prints_every_case_and_the_totals(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(CASES), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert len(printed["cases"]) == len(list(CASES.glob("*.yaml")))
    assert sum(printed["totals"]["all"].values()) == len(printed["cases"])


def test_a_folder_without_cases_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 3
    assert "published case" in capsys.readouterr().err
