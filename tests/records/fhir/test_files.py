"""Bundles, folders and bulk exports, plain or packed: the same records give the same tables."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.errors import UnreadableInput
from assuage.records.fhir import files as fhir_files
from records.fhir.made import Json, Read, condition, patient, read, request, resource, write_lines

RESOURCES = [patient(), condition(), request(reasonReference=[{"reference": "Condition/tn"}])]


def bundle(*resources: Json) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def as_bundle(folder: Path) -> Path:
    path = folder / "bundle.json"
    path.write_text(json.dumps(bundle(*RESOURCES), indent=2), encoding="utf-8")
    return path


def as_packed_bundle(folder: Path) -> Path:
    path = folder / "bundle.json.gz"
    path.write_bytes(gzip.compress(json.dumps(bundle(*RESOURCES)).encode()))
    return path


def as_lines(folder: Path) -> Path:
    write_lines(folder / "all.ndjson", *RESOURCES)
    return folder


def as_packed_lines_by_type(folder: Path) -> Path:
    for one in RESOURCES:
        line = json.dumps(one).encode() + b"\n"
        (folder / f"{one['resourceType']}.000.ndjson.gz").write_bytes(gzip.compress(line))
    return folder


def as_files_of_one_resource(folder: Path) -> Path:
    for one in RESOURCES:
        (folder / f"{one['id']}.json").write_text(json.dumps(one, indent=1), encoding="utf-8")
    return folder


def as_lines_in_a_json_file(folder: Path) -> Path:
    write_lines(folder / "all.json", *RESOURCES)
    return folder / "all.json"


def as_a_bundle_on_one_line(folder: Path) -> Path:
    write_lines(folder / "all.ndjson", bundle(*RESOURCES))
    return folder / "all.ndjson"


def as_bundle_with_full_urls(folder: Path) -> Path:
    body = {
        "resourceType": "Bundle",
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in RESOURCES],
    }
    (folder / "bundle.json").write_text(json.dumps(body), encoding="utf-8")
    return folder


FORMS = [
    as_bundle,
    as_packed_bundle,
    as_lines,
    as_packed_lines_by_type,
    as_files_of_one_resource,
    as_lines_in_a_json_file,
    as_a_bundle_on_one_line,
    as_bundle_with_full_urls,
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_same_records_gives_the_same_tables(tmp_path: Path, form: object) -> None:
    (tmp_path / "form").mkdir()
    (tmp_path / "lines").mkdir()
    assert callable(form)
    got = read(form(tmp_path / "form"))
    assert got.tables == read(as_lines(tmp_path / "lines")).tables
    assert len(got.tables["exposure"]) == 1
    assert got.reasons() == set()


def test_a_bundle_over_the_limit_is_streamed_entry_by_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read(as_bundle(tmp_path))
    monkeypatch.setattr(fhir_files, "RECORD_LIMIT_BYTES", 100)
    assert read(tmp_path / "bundle.json").tables == whole.tables


def test_a_folder_inside_the_folder_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    as_lines(tmp_path / "a" / "b")
    assert len(read(tmp_path).tables["condition"]) == 1


def test_the_log_of_a_bulk_export_is_lines_in_the_report_not_an_error(tmp_path: Path) -> None:
    as_lines(tmp_path)
    write_lines(tmp_path / "log.ndjson", {"exportId": "e", "eventId": "kickoff"}, {"exportId": "e"})
    got = read(tmp_path)
    assert got.report.skipped == {("resource", "no resource type of FHIR R4"): 2}


def test_other_files_are_reported_and_passed_over(tmp_path: Path) -> None:
    as_lines(tmp_path)
    (tmp_path / "scan.png").write_bytes(b"\x89PNG")
    got = read(tmp_path)
    assert got.report.examples == {("file", "not a FHIR file"): "scan.png"}


def test_a_resource_type_that_is_not_used_is_skipped_with_that_reason(tmp_path: Path) -> None:
    write_lines(tmp_path / "all.ndjson", patient(), resource("Immunization"), resource("Immunization", "2"))
    assert read(tmp_path).report.skipped == {("Immunization", "resource type not used"): 2}


def test_a_resource_without_an_id_takes_that_of_its_full_url(tmp_path: Path) -> None:
    body = patient()
    del body["id"]
    entry = {"fullUrl": "urn:uuid:abc", "resource": body}
    (tmp_path / "b.json").write_text(json.dumps({"resourceType": "Bundle", "entry": [entry]}))
    assert read(tmp_path).the("person").person_id == "abc"


def test_of_two_versions_of_a_record_the_newer_is_kept_in_any_order(tmp_path: Path) -> None:
    old = condition(meta={"lastUpdated": "2020-01-01T00:00:00Z"}, onsetDateTime="2001")
    new = condition(meta={"lastUpdated": "2021-01-01T00:00:00Z"}, onsetDateTime="2002")
    for name, order in (("a", (old, new)), ("b", (new, old))):
        (tmp_path / name).mkdir()
        write_lines(tmp_path / name / "all.ndjson", patient(), *order)
        got = read(tmp_path / name)
        assert str(getattr(got.the("condition"), "start", None)) == "2002"
        assert got.reasons() == {("Condition", "same id, other content: the newer version is kept")}


@pytest.mark.parametrize("name", ["nothing", "folder"])
def test_what_is_not_there_or_empty_is_unreadable(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UnreadableInput) as caught:
        read(tmp_path / name)
    assert "What to do" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def clinic() -> list[Json]:
    """Four people, each with a diagnosis and a prescription for it; one record twice, one in two versions."""
    people = [patient(f"p{n}") for n in range(4)]
    about = [
        body
        for n in range(4)
        for body in (
            condition(f"c{n}", subject={"reference": f"urn:uuid:p{n}"}),
            request(
                f"r{n}",
                subject={"reference": f"Patient/p{n}"},
                reasonReference=[{"reference": f"Condition/c{n}"}],
            ),
        )
    ]
    return [*people, *about, condition("c1", onsetDateTime="2001"), people[0]]


def read_in_files(lines: list[Json], names: list[str]) -> Read:
    """Read the resources dealt in turn to files of these names."""
    with tempfile.TemporaryDirectory() as folder:
        for place, name in enumerate(names):
            write_lines(Path(folder) / f"{name}.ndjson", *lines[place :: len(names)])
        return read(Path(folder))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(lines=st.permutations(clinic()), names=st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True))
def test_the_order_of_files_and_lines_changes_nothing(lines: list[Json], names: list[str]) -> None:
    first, again = read_in_files(clinic(), ["all"]), read_in_files(lines, names)
    assert again.tables == first.tables
    assert again.report.read == first.report.read
    assert again.report.skipped == first.report.skipped
    assert set(first.report.skipped) == {
        ("Patient", "duplicate"),
        ("Condition", "same id, other content: the newer version is kept"),
    }
