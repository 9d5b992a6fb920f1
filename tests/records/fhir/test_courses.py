"""When a course began and ended, and by which rule its end is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from assuage.answers import Answer
from assuage.records.rows import EndRule, Exposure
from records.fhir.made import (
    CARBAMAZEPINE_200,
    Json,
    Read,
    about,
    dosage,
    patient,
    quantity,
    read_resources,
    request,
)


def course(read: Read) -> tuple[str, str, EndRule, int | None]:
    row = read.the("exposure")
    assert isinstance(row, Exposure)
    return str(row.start), str(row.end), row.end_rule, row.stated_days


def bounds(**fields: object) -> Json:
    return {"dosageInstruction": [dosage(200, "mg", **fields)]}


SUPPLY = {"dispenseRequest": {"expectedSupplyDuration": quantity(30, "d"), "numberOfRepeatsAllowed": 3}}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ("2021-03-01", "None", EndRule.ACTIVE_ORDER, None)),
        ({"status": "stopped"}, ("2021-03-01", "None", EndRule.UNKNOWN, None)),
        ({"status": "completed"}, ("2021-03-01", "None", EndRule.UNKNOWN, None)),
        (
            bounds(boundsPeriod={"start": "2021-03-02", "end": "2021-04-30"}),
            ("2021-03-02", "2021-04-30", EndRule.STATED, None),
        ),
        (
            bounds(boundsPeriod={"start": "2021-03-02"}),
            ("2021-03-02", "None", EndRule.ACTIVE_ORDER, None),
        ),
        (bounds(boundsDuration=quantity(2, "wk")), ("2021-03-01", "2021-03-14", EndRule.STATED, None)),
        (
            {**bounds(boundsDuration=quantity(2, "wk")), "authoredOn": "2021-03"},
            ("2021-03", "None", EndRule.STATED, 14),
        ),
        (SUPPLY, ("2021-03-01", "2021-03-30", EndRule.SUPPLIED, None)),
        ({**SUPPLY, "status": "stopped"}, ("2021-03-01", "None", EndRule.UNKNOWN, None)),
    ],
)
def test_the_end_of_a_prescription(
    tmp_path: Path, fields: Json, expected: tuple[str, str, EndRule, int | None]
) -> None:
    assert course(read_resources(tmp_path, patient(), request(**fields))) == expected


def statement(**fields: object) -> Json:
    return about(
        "MedicationStatement",
        **{"status": "active", "medicationCodeableConcept": CARBAMAZEPINE_200, **fields},
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"effectivePeriod": {"start": "2020-01", "end": "2020-06"}, "status": "completed"},
            ("2020-01", "2020-06", EndRule.STATED, None),
        ),
        (
            {"effectivePeriod": {"start": "2020-01-05"}, "dateAsserted": "2021-02-03"},
            ("2020-01-05", "2021-02-03", EndRule.ONGOING, None),
        ),
        ({"effectiveDateTime": "2020-01-05"}, ("2020-01-05", "None", EndRule.ACTIVE_ORDER, None)),
        (
            {"effectivePeriod": {"start": "2020-01-05"}, "status": "stopped", "dateAsserted": "2021-02-03"},
            ("2020-01-05", "None", EndRule.UNKNOWN, None),
        ),
    ],
)
def test_the_end_of_a_statement(
    tmp_path: Path, fields: Json, expected: tuple[str, str, EndRule, int | None]
) -> None:
    assert course(read_resources(tmp_path, patient(), statement(**fields))) == expected


def test_not_taken_is_a_fact_of_its_own(tmp_path: Path) -> None:
    row = read_resources(tmp_path, patient(), statement(status="not-taken")).the("exposure")
    assert isinstance(row, Exposure)
    assert row.taken is Answer.NO


def test_an_end_before_the_start_is_left_unknown(tmp_path: Path) -> None:
    backwards = statement(effectivePeriod={"start": "2021-03-05", "end": "2021-03-01"}, status="completed")
    read = read_resources(tmp_path, patient(), backwards)
    assert course(read) == ("2021-03-05", "None", EndRule.UNKNOWN, None)
    assert read.reasons() == {("MedicationStatement.effectivePeriod", "end before start: end left unknown")}


@pytest.mark.parametrize("days", [quantity(0, "d"), quantity(-3, "d"), quantity(1e9, "d"), {"value": "30"}])
def test_an_impossible_length_is_left_unknown(tmp_path: Path, days: Json) -> None:
    read = read_resources(tmp_path, patient(), request(dispenseRequest={"expectedSupplyDuration": days}))
    assert course(read) == ("2021-03-01", "None", EndRule.ACTIVE_ORDER, None)
    assert ("MedicationRequest", None) not in read.reasons()
    assert len(read.reasons()) == 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [("2021-03-01T23:30:00-05:00", "2021-03-01"), ("2021-03-01T00:15:00+14:00", "2021-03-01")],
)
def test_the_calendar_date_is_kept_as_written(tmp_path: Path, written: str, kept: str) -> None:
    assert course(read_resources(tmp_path, patient(), request(authoredOn=written)))[0] == kept


@pytest.mark.parametrize(
    ("authored", "note"),
    [
        ("1950-01-01", "before birth: left unknown"),
        ("2023-01-01", "more than a year after death: left unknown"),
        ("2021-02-30", "not a date: left unknown"),
        ("yesterday", "not a date: left unknown"),
    ],
)
def test_a_date_that_cannot_be_this_persons_is_left_unknown(tmp_path: Path, authored: str, note: str) -> None:
    dead = patient(deceasedDateTime="2021-06-01T10:00:00Z")
    read = read_resources(tmp_path, dead, request(authoredOn=authored))
    assert course(read)[0] == "None"
    assert read.reasons() == {("MedicationRequest.authoredOn", note)}
    assert read.report.read["MedicationRequest"] == 1
