"""The dose per day: structured dosage, strength x quantity, or unknown with a note; never a guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.records.fhir.dosage import hours_between
from assuage.records.rows import DoseRule, Exposure
from records.fhir.made import Json, Read, concept, dosage, patient, quantity, read_resources, request


def dose_of(read: Read) -> tuple[float | None, str | None, DoseRule]:
    row = read.the("exposure")
    assert isinstance(row, Exposure)
    return row.dose, row.dose_unit, row.dose_rule


@pytest.mark.parametrize(
    ("instruction", "mg_per_day"),
    [
        (dosage(200, "mg"), 400),
        (dosage(0.2, "g"), 400),
        (dosage(200_000, "ug"), 400),
        (dosage(2, "{tbl}"), 800),
        (dosage(1), 400),
        (dosage(200, "mg", frequency=1, period=8, periodUnit="h"), 600),
        (dosage(200, "mg", frequency=1, period=2), 100),
        (dosage(700, "mg", frequency=1, periodUnit="wk"), 100),
        (dosage(350, "mg", frequency=2, periodUnit="wk", dayOfWeek=["mon", "thu"]), 100),
        (dosage(350, "mg", frequency=1, periodUnit="d", dayOfWeek=["mon", "thu"]), 100),
    ],
)
def test_an_amount_times_the_times_per_day_is_the_daily_dose(
    tmp_path: Path, instruction: Json, mg_per_day: float
) -> None:
    read = read_resources(tmp_path, patient(), request(dosageInstruction=[instruction]))
    value, unit, rule = dose_of(read)
    assert (value, unit, rule) == (pytest.approx(mg_per_day), "mg/d", DoseRule.STRUCTURED)


@pytest.mark.parametrize(
    ("instruction", "note"),
    [
        ({**dosage(), "doseAndRate": [{"doseRange": {"low": quantity(1, "mg")}}]}, "a range"),
        (dosage(-200, "mg"), "zero or negative"),
        (dosage(0, "mg"), "zero or negative"),
        (dosage(10, "mL"), "unit not read"),
        (dosage(200, "mg", frequencyMax=4), "times per day"),
        (dosage(200, "mg", frequency=1, periodUnit="wk", dayOfWeek=["mon", "thu"]), "times per day"),
        (dosage(200, "mg", period=5e-324), "times per day"),
        (dosage(200, "mg", periodUnit="fortnight"), "times per day"),
        ({"doseAndRate": [{"doseQuantity": quantity(200, "mg")}]}, "times per day"),
        (
            {**dosage(), "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "mg", "code": "g"}}]},
            "disagree",
        ),
    ],
)
def test_what_cannot_be_told_is_unknown_and_noted(tmp_path: Path, instruction: Json, note: str) -> None:
    read = read_resources(tmp_path, patient(), request(dosageInstruction=[instruction]))
    assert dose_of(read) == (None, None, DoseRule.UNKNOWN)
    assert any(note in reason for kind, reason in read.reasons() if kind == "MedicationRequest.dosage")
    assert read.report.read["MedicationRequest"] == 1


def test_as_needed_gives_no_dose_per_day(tmp_path: Path) -> None:
    needed = {**dosage(200, "mg"), "asNeededBoolean": True}
    row = read_resources(tmp_path, patient(), request(dosageInstruction=[needed])).the("exposure")
    assert isinstance(row, Exposure)
    assert (row.as_needed, row.dose, row.purpose) == (True, None, "acute")


def test_two_dosages_at_one_time_are_added_and_two_steps_are_not(tmp_path: Path) -> None:
    morning, evening = dosage(200, "mg", frequency=1), dosage(400, "mg", frequency=1)
    together = read_resources(tmp_path, patient(), request(dosageInstruction=[morning, evening]))
    assert dose_of(together)[0] == 600
    steps = [{**morning, "sequence": 1}, {**evening, "sequence": 2}]
    after = read_resources(tmp_path, patient(), request(dosageInstruction=steps))
    assert dose_of(after) == (None, None, DoseRule.UNKNOWN)


def test_a_mass_of_a_combination_belongs_to_nobody(tmp_path: Path) -> None:
    both = concept("acetaminophen 325 MG / hydrocodone bitartrate 5 MG Oral Tablet")
    of_mass = request(medicationCodeableConcept=both, dosageInstruction=[dosage(330, "mg")])
    rows = read_resources(tmp_path, patient(), of_mass).tables["exposure"]
    assert len(rows) == 2
    assert {row.dose for row in rows if isinstance(row, Exposure)} == {None}
    of_tablets = request(medicationCodeableConcept=both, dosageInstruction=[dosage(1)])
    rows = read_resources(tmp_path, patient(), of_tablets).tables["exposure"]
    assert {row.dose for row in rows if isinstance(row, Exposure)} == {650, 10}


def test_strength_times_quantity_over_days_of_supply(tmp_path: Path) -> None:
    supply = {"quantity": {"value": 90, "unit": "tablet"}, "expectedSupplyDuration": quantity(30, "d")}
    read = read_resources(tmp_path, patient(), request(dispenseRequest=supply))
    assert dose_of(read) == (600, "mg/d", DoseRule.STRENGTH_QUANTITY)


def test_a_patch_is_counted_by_its_rate(tmp_path: Path) -> None:
    patch = concept("fentanyl 0.025 MG/HR Transdermal System", "", "")
    worn = request(
        medicationCodeableConcept=patch,
        dosageInstruction=[dosage(1, "{patch}", frequency=1, period=72, periodUnit="h")],
    )
    assert dose_of(read_resources(tmp_path, patient(), worn)) == (25, "ug/h", DoseRule.STRUCTURED)


def test_a_monthly_injection_is_counted_per_28_days(tmp_path: Path) -> None:
    monthly = request(
        medicationCodeableConcept=concept("erenumab"),
        dosageInstruction=[dosage(140, "mg", frequency=1, period=1, periodUnit="mo")],
    )
    assert dose_of(read_resources(tmp_path, patient(), monthly)) == (140, "mg/28d", DoseRule.STRUCTURED)


def test_botulinum_toxin_is_counted_per_session(tmp_path: Path) -> None:
    toxin = request(
        medicationCodeableConcept=concept("onabotulinumtoxinA"),
        dosageInstruction=[{"doseAndRate": [{"doseQuantity": {"value": 155, "unit": "units", "code": "U"}}]}],
    )
    assert dose_of(read_resources(tmp_path, patient(), toxin)) == (155, "U/session", DoseRule.STRUCTURED)


@pytest.mark.parametrize(("code", "hours"), [("BID", 12), ("TID", 8), ("QD", 24), ("QOD", 48), ("Q4H", 4)])
def test_timing_codes_are_read(code: str, hours: float) -> None:
    assert hours_between({"code": {"coding": [{"code": code}]}}, depot=False) == hours
    assert hours_between({"code": {"text": code}}, depot=False) == hours


def test_moments_of_the_day_are_counted() -> None:
    assert hours_between({"repeat": {"timeOfDay": ["08:00", "20:00"]}}, depot=False) == 12
    assert hours_between({"repeat": {"when": ["MORN"]}}, depot=False) == 24


@given(frequency=st.integers(1, 24), period=st.integers(1, 30))
def test_doubling_the_frequency_halves_the_time_between(frequency: int, period: int) -> None:
    def hours(times: int) -> float:
        repeat = {"frequency": times, "period": period, "periodUnit": "d"}
        found = hours_between({"repeat": repeat}, depot=False)
        assert found is not None
        return found

    assert hours(2 * frequency) == pytest.approx(hours(frequency) / 2)
