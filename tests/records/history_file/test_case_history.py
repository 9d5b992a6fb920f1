"""Published cases as histories: general rules, and the facts of real cases where they are at hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from assuage.dates import PartialDate
from assuage.records.history import History
from assuage.records.rows import (
    EndRule,
    Outcome,
    ProcedureOutcome,
    ProcedureState,
    Purpose,
    StatementKind,
    StopReason,
)
from assuage.testing.case_history import INDEX_DATE, case_history

CASES = Path(__file__).parents[3] / ".." / "shared" / "cases"
INDEX = PartialDate(INDEX_DATE)


def made_up(**parts: Any) -> History:
    case = {
        "id": "made-up",
        "index_point": "before surgery",
        "person": {"age": None, "sex": None},
        "diagnoses": [
            {"name": "trigeminal neuralgia", "onset_months_before_index": None, "icd10cm": "G50.0"}
        ],
        **parts,
    }
    return case_history(case)[0]


def drug(name: str, outcome: str = "no_effect", **parts: Any) -> dict[str, Any]:
    blank = {"dose_mg_day": None, "duration_days": None, "reason_text": "", "adverse_event": None}
    return {"drug": name, "outcome": outcome, **blank, **parts}


def procedure(name: str, outcome: str, months: float | None = None, **parts: Any) -> dict[str, Any]:
    return {
        "name": name,
        "when_relative_months": months,
        "outcome": outcome,
        "recurrence_months": None,
        **parts,
    }


class TestDrugs:
    def test_what_is_effective_is_still_taken_at_the_index_point(self) -> None:
        (row,) = made_up(drug_trials=[drug("gabapentin", "effective", duration_days=2190)]).exposure
        assert (row.end, row.end_rule, row.stated_days) == (INDEX, EndRule.ONGOING, 2190)

    def test_what_is_not_has_only_its_length(self) -> None:
        (row,) = made_up(drug_trials=[drug("topiramate", dose_mg_day=75, duration_days=14)]).exposure
        assert (row.start, row.end, row.stated_days, row.dose, row.dose_unit) == (None, None, 14, 75, "mg/d")

    def test_a_dose_held_back_by_adverse_events_is_the_highest_tolerated(self) -> None:
        trial = drug("pregabalin", "intolerance", dose_mg_day=150, reason_text="further increase limited")
        (row,) = made_up(drug_trials=[trial]).exposure
        assert (row.max_tolerated, row.stop_reason) == (True, StopReason.ADVERSE_EVENT)

    def test_intolerance_alone_is_not_the_highest_tolerated_dose(self) -> None:
        trial = drug("pregabalin", "intolerance", reason_text="stopped for dizziness")
        (row,) = made_up(drug_trials=[trial]).exposure
        assert (row.max_tolerated, row.stop_reason) == (False, StopReason.ADVERSE_EVENT)

    @pytest.mark.parametrize(
        ("name", "reason", "purpose"),
        [
            ("tramadol, as needed", "", Purpose.ACUTE),
            ("rimegepant (acute)", "", Purpose.ACUTE),
            ("indometacin", "no effect (diagnostic test)", Purpose.TEST),
            ("oxcarbazepine", "prophylactic", Purpose.PREVENTIVE),
            ("gabapentin", "", Purpose.UNKNOWN),
        ],
    )
    def test_the_words_say_what_a_drug_was_for(self, name: str, reason: str, purpose: Purpose) -> None:
        (row,) = made_up(drug_trials=[drug(name, reason_text=reason)]).exposure
        assert row.purpose is purpose

    def test_a_drug_for_something_else_is_not_for_the_pain(self) -> None:
        (row,) = made_up(drug_trials=[drug("methylprednisolone (for arteritis)")]).exposure
        assert row.indication != "trigeminal_neuralgia"

    def test_a_drug_is_for_the_pain_unless_it_says_otherwise(self) -> None:
        (row,) = made_up(drug_trials=[drug("gabapentin")]).exposure
        assert row.indication == "trigeminal_neuralgia"

    def test_a_monthly_dose_in_the_name_is_read(self) -> None:
        (row,) = made_up(drug_trials=[drug("erenumab 70 mg/month")]).exposure
        assert (row.dose, row.dose_unit) == (70, "mg/28d")

    def test_failed_for_an_unknown_reason_is_unknown_and_a_statement(self) -> None:
        history = made_up(drug_trials=[drug("lamotrigine", "unknown", reason_text="listed as failed")])
        (row,), (said,) = history.exposure, history.statement
        assert row.outcome is Outcome.UNKNOWN
        assert (said.kind, said.about) == (StatementKind.FAILED, "lamotrigine")


class TestUnnamedDrugs:
    @pytest.mark.parametrize(
        ("name", "about"),
        [
            ("conventional drugs (not named)", "conventional"),
            ("all first-line drugs", "conventional"),
            ("drugs (not named)", "unspecified"),
            ("medical therapy (not named)", "unspecified"),
            ("opioids", "opioid"),
        ],
    )
    def test_they_are_a_statement_about_as_much_as_the_words_say(self, name: str, about: str) -> None:
        history = made_up(drug_trials=[drug(name)])
        assert not history.exposure
        assert [(row.kind, row.about) for row in history.statement] == [(StatementKind.FAILED, about)]

    def test_without_a_word_of_failure_they_are_none(self) -> None:
        assert not made_up(drug_trials=[drug("drugs (not named)", "unknown")]).statement

    def test_they_are_about_the_disease_they_treated(self) -> None:
        (row,) = made_up(drug_trials=[drug("treatment for temporomandibular disorder (not named)")]).statement
        assert row.condition == "temporomandibular_disorder"


class TestProcedures:
    @pytest.mark.parametrize(
        ("words", "outcome"),
        [
            ("failed", ProcedureOutcome.NO_EFFECT),
            ("no relief", ProcedureOutcome.NO_EFFECT),
            ("did not block the pain", ProcedureOutcome.NO_EFFECT),
            ("ineffective at 1 week", ProcedureOutcome.NO_EFFECT),
            ("inadequate coverage", ProcedureOutcome.NOT_ASSESSABLE),
            ("significant relief at 5 months", ProcedureOutcome.RELIEF),
            ("result not stated", ProcedureOutcome.UNKNOWN),
            ("VAS 3-4 at 1 month", ProcedureOutcome.UNKNOWN),
        ],
    )
    def test_general_words_say_what_it_did(self, words: str, outcome: ProcedureOutcome) -> None:
        (row,) = made_up(procedures=[procedure("spinal cord stimulation", words)]).procedure
        assert row.outcome is outcome

    def test_relief_that_went_is_a_recurrence(self) -> None:
        entry = procedure("lumbar sympathetic block", "temporary improvement", recurrence_months=1)
        (row,) = made_up(procedures=[entry]).procedure
        assert (row.outcome, row.recurrence_days) == (ProcedureOutcome.RECURRENCE, 30)

    def test_a_device_removed_for_its_battery_did_not_fail(self) -> None:
        entry = procedure("deep brain stimulation", "pain continued; removed after battery depletion")
        (row,) = made_up(procedures=[entry]).procedure
        assert (row.outcome, row.stop_reason) == (ProcedureOutcome.UNKNOWN, StopReason.OTHER)

    def test_a_recommendation_is_no_more_than_that(self) -> None:
        (row,) = made_up(procedures=[procedure("cognitive-behavioural therapy", "recommended")]).procedure
        assert (row.state, row.outcome) == (ProcedureState.RECOMMENDED, ProcedureOutcome.UNKNOWN)

    def test_a_toxin_is_a_drug_with_its_units(self) -> None:
        (row,) = made_up(procedures=[procedure("botulinum toxin A 100 U", "marked relief", 0)]).exposure
        assert (row.dose, row.dose_unit, row.outcome) == (100, "U/session", Outcome.EFFECTIVE)

    def test_what_the_index_point_leads_to_is_not_known_at_it(self) -> None:
        entry = procedure("microvascular decompression", "complete relief", 0)
        assert not made_up(procedures=[entry]).until(INDEX_DATE).procedure

    def test_what_the_index_point_looks_back_on_is(self) -> None:
        entry = procedure("microvascular decompression", "complete relief", 0)
        history = made_up(procedures=[entry], index_point="after surgery")
        assert len(history.until(INDEX_DATE).procedure) == 1


class TestScores:
    @pytest.mark.parametrize(
        ("printed", "instrument"),
        [
            ("VAS 0-10", "nrs"),
            ("EVA 0-10", "nrs"),
            ("verbal scale 0-10, severe attacks", "nrs"),
            ("VAS, monthly mean of the pain diary", "nrs"),
            ("VAS mm", "vas_mm"),
            ("painDETECT", "paindetect"),
        ],
    )
    def test_numbers_from_0_to_10_are_one_scale(self, printed: str, instrument: str) -> None:
        (row,) = made_up(scores=[{"instrument": printed, "relative_month": 0, "value": "8-9"}]).score
        assert (row.instrument, row.low, row.high, row.start) == (instrument, 8, 9, INDEX)

    def test_a_score_without_a_month_has_no_date(self) -> None:
        (row,) = made_up(scores=[{"instrument": "NRS", "relative_month": None, "value": 5}]).score
        assert row.start is None

    def test_months_before_are_months_and_parts_of_a_month_days(self) -> None:
        rows = made_up(
            scores=[{"instrument": "NRS", "relative_month": month, "value": 5} for month in (-10, 0.25)]
        ).score
        assert sorted(str(row.start) for row in rows) == ["2019-08", "2020-06-23"]


def test_a_cause_that_a_diagnosis_names_is_a_diagnosis() -> None:
    named = [{"name": "trigeminal neuralgia secondary to multiple sclerosis", "icd10cm": "G50.0"}]
    conditions = {row.condition for row in made_up(diagnoses=named).condition}
    assert conditions == {"trigeminal_neuralgia", "multiple_sclerosis"}


def test_labels_and_free_text_change_nothing() -> None:
    told = {"facts": "carbamazepine failed", "authors_judgement": {"refractory": True}, "expected": {}}
    assert made_up(drug_trials=[drug("gabapentin")], **told) == made_up(drug_trials=[drug("gabapentin")])


@pytest.fixture(scope="module")
def cases() -> dict[str, dict[str, Any]]:
    if not CASES.is_dir():
        pytest.skip("the published cases are not beside this checkout")
    texts = [path.read_text(encoding="utf-8") for path in sorted(CASES.glob("*.yaml"))]
    return {case["id"]: case for case in map(yaml.safe_load, texts)}


def test_every_published_case_becomes_a_history_without_losing_an_entry(
    cases: dict[str, dict[str, Any]],
) -> None:
    for case in cases.values():
        history, as_of = case_history(case)
        rows = len(history.exposure) + len(history.procedure) + len(history.statement)
        entries = len(case["drug_trials"]) + len(case["procedures"])
        for_another_disease = sum("presumed" in trial["drug"] for trial in case["drug_trials"])
        assert rows >= entries - for_another_disease, case["id"]
        measured = len(case["scores"]) + len(case.get("rescue_use") or ())
        assert len(history.score) + len(history.observation) == measured, case["id"]
        assert as_of >= INDEX_DATE


def test_the_clinic_case_counts_from_its_procedure(cases: dict[str, dict[str, Any]]) -> None:
    history, as_of = case_history(cases["source-document-4"])
    assert as_of == date(2022, 10, 14)
    (operation,) = (row for row in history.procedure if row.procedure == "mrgfus_thalamotomy")
    assert str(operation.start) == "2022-07-14"
    (venlafaxine,) = (row for row in history.exposure if row.ingredient == "venlafaxine")
    assert (venlafaxine.start, venlafaxine.stated_days, venlafaxine.max_tolerated) == (None, 90, True)
    (tramadol,) = (row for row in history.exposure if row.ingredient == "tramadol")
    assert (tramadol.as_needed, tramadol.purpose) == (True, Purpose.ACUTE)
    (therapy,) = (row for row in history.procedure if row.procedure == "cbt")
    assert therapy.state is ProcedureState.RECOMMENDED
