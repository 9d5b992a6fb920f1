"""No patient value and no person's id stands in a message, a log, a file name or the read report.

Every source here is full of one made-up surname and one made-up number, in every place where records
hold words, ids, codes and dates: in good records, in broken ones, and in files that are refused whole.
"""

from __future__ import annotations

import gzip
import json
import logging
import re
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assuage.errors import AssuageError
from assuage.workflows import review
from workflows.command_line import assuage, table

NAME, NUMBER = "Quillfeather", "7766554433"
CANARIES = (NAME.lower(), NUMBER)

ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"


def holds_canary(text: str) -> bool:
    return any(canary in text.lower() for canary in CANARIES)


# ---------------------------------------------------------------- sources full of canaries


def fhir_resources() -> Iterator[dict[str, object]]:
    person = {"reference": f"Patient/{NAME}-{NUMBER}", "display": NAME}
    concept = {"text": NAME, "coding": [{"system": f"urn:{NAME}", "code": NUMBER, "display": NAME}]}
    face_pain = {"text": f"Trigeminal neuralgia of {NAME}", "coding": [{"system": ICD10CM, "code": "G50.0"}]}
    drug = {"text": f"carbamazepine 200 MG Oral Tablet for {NAME}"}
    wrong_dose = {
        "text": NAME,
        "timing": {"repeat": {"frequency": NAME}, "code": {"text": NAME}},
        "doseAndRate": [{"doseQuantity": {"value": -1, "unit": NAME, "code": NUMBER}}],
    }
    every = {"subject": person, "note": [{"text": NAME}], "text": {"div": NAME}}
    yield {
        "resourceType": "Patient",
        "id": f"{NAME}-{NUMBER}",
        "name": [{"family": NAME}],
        "identifier": [{"value": NUMBER}],
        "birthDate": NAME,
        "gender": NAME,
    }
    yield {"resourceType": "Condition", "id": f"{NAME}-1", "code": face_pain, "onsetDateTime": NAME, **every}
    yield {"resourceType": "Condition", "id": f"{NAME}-2", "code": concept, **every}
    yield {
        "resourceType": "MedicationStatement",
        "id": f"{NAME}-3",
        "status": NAME,
        "medicationCodeableConcept": drug,
        "effectivePeriod": {"start": "2024-05-01", "end": f"2024-{NUMBER}"},
        "dosage": [wrong_dose],
        "statusReason": [concept],
        "reasonCode": [concept],
        **every,
    }
    yield {
        "resourceType": "MedicationRequest",
        "id": NUMBER,
        "status": "active",
        "medicationReference": person,
        **every,
    }
    yield {
        "resourceType": "Observation",
        "id": f"{NAME}-4",
        "code": {"text": "pain severity 0-10"},
        "valueString": NAME,
        **every,
    }
    yield {
        "resourceType": "Procedure",
        "id": f"{NAME}-5",
        "status": "completed",
        "code": {"text": "microvascular decompression"},
        "performedString": NAME,
        "outcome": concept,
        **every,
    }
    yield {"resourceType": NAME, "id": NUMBER}
    yield {"resourceType": "Account", "id": NUMBER, "name": NAME, NAME: NUMBER}
    yield {"resourceType": "Condition", "id": f"{NAME}-6", "code": face_pain, "subject": {"reference": NAME}}
    yield {"resourceType": "Condition", "code": face_pain, "subject": person}


def fhir(folder: Path) -> Path:
    lines = "".join(json.dumps(one) + "\n" for one in fhir_resources())
    (folder / "export.ndjson").write_text(f'{lines}{{"resourceType": "{NAME}", "id": {NUMBER}\n{NAME}\n')
    (folder / "bundle.json").write_text(
        f'{{"resourceType": "Bundle", "entry": [{{"resource": "{NAME}"}}, {NAME}'
    )
    (folder / "cut.ndjson.gz").write_bytes(gzip.compress(lines.encode())[:-30])
    return folder


def omop(folder: Path) -> Path:
    person = f"{NAME}{NUMBER}"
    tables = {
        "person": (
            "person_id,gender_concept_id,year_of_birth,person_source_value",
            f"{person},{NAME},{NAME},{NAME}",
        ),
        "condition_occurrence": (
            "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_source_value",
            f"{NUMBER},{person},318736,2020-01-01,{NAME}\n"
            f"{NAME},{person},0,2020-01-01,{NAME} {NUMBER}\n"
            f"1,{person},318736,{NAME},{NAME}\n"
            f"2,{NAME},318736,2020-01-01,{NAME}\n{NAME}",
        ),
        "drug_exposure": (
            "drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,quantity,days_supply,"
            "stop_reason,drug_source_value",
            f"{NUMBER},{person},0,2020-02-01,{NAME},{NAME},{NAME},carbamazepine 200 MG for {NAME}\n"
            f"3,{person},{NAME},2020-02-01,1,{NUMBER},{NAME},{NAME}",
        ),
        "measurement": (
            "measurement_id,person_id,measurement_concept_id,measurement_date,value_as_number,measurement_source_value",
            f"{NUMBER},{person},0,2020-03-01,{NAME},nrs",
        ),
        "note": ("note_id,note_text", f"{NUMBER},{NAME}"),
    }
    for name, (header, rows) in tables.items():
        (folder / f"{name}.csv").write_text(f"{header}\n{rows}\n")
    return folder


def history(folder: Path) -> Path:
    (folder / "a.history.yaml").write_text(
        f"""
written_on: 2026-01-15
person: {{id: {NAME}-{NUMBER}, birth: 1960}}
note: {NAME}
diagnoses:
  - {{name: trigeminal neuralgia, note: {NAME}}}
  - {{name: {NAME} syndrome}}
  - {{code: {NUMBER}, system: {NAME}}}
treatments:
  - {{drug: {NAME}, dose: {NUMBER} mg/d}}
  - {{drug: carbamazepine, dose: two {NAME} at night}}
  - {{drug: carbamazepine, {NAME}: {NUMBER}}}
  - {{drug: gabapentin, from: {NAME}, stopped_because: {NAME}}}
  - {{procedure: {NAME}}}
  - {NAME}
scores:
  - {{instrument: {NAME}, value: 3}}
  - {{instrument: nrs, value: {NUMBER}}}
never_tried: [{NAME}]
statements:
  - {{says: {NAME}}}
  - {{says: uncontrolled, author: {NAME}, text: {NAME} {NUMBER}}}
""".lstrip()
    )
    for name, head in {
        "b": f"written_on: {NAME}",
        "c": f"written_on: 2026-01-15\n{NAME}: {NUMBER}",
        "d": f"written_on: 2026-01-15\nnote: '{NAME}",
        "e": f"{NAME}",
        "f": f"written_on: 2026-01-15\nperson: {{id: {NAME}-{NUMBER}}}",
        "g": f"written_on: 2026-01-15\nnote: &{NAME} {NUMBER}\nperson: *{NAME}",
        "h": f"written_on: 2026-01-15\nperson: {{age: {NUMBER}, sex: {NAME}}}",
    }.items():
        (folder / f"{name}.history.yaml").write_text(f"{head}\n")
    return folder


SOURCES = {"fhir": fhir, "omop": omop, "history": history}


# ---------------------------------------------------------------- sources that are refused whole


def fhir_not_json(folder: Path) -> Path:
    (folder / "a.ndjson").write_text(f"{NAME} {NUMBER}\n")
    return folder


def fhir_bundle_cut_off(folder: Path) -> Path:
    (folder / "a.json").write_text(f'{{"resourceType": "Bundle", "entry": [{{"resource": {{"id": "{NAME}')
    return folder


def omop_quotation_mark_open(folder: Path) -> Path:
    path = omop(folder) / "drug_exposure.csv"
    path.write_text(path.read_text() + f'{NUMBER},"{NAME}\n{NUMBER},{NAME}\n')
    return folder


def omop_person_columns_renamed(folder: Path) -> Path:
    (omop(folder) / "person.csv").write_text(f"{NAME},sex\n{NUMBER},F\n")
    return folder


def omop_not_parquet(folder: Path) -> Path:
    (omop(folder) / "drug_exposure.csv").rename(folder / "drug_exposure.parquet")
    return folder


def omop_not_duckdb(folder: Path) -> Path:
    path = folder / "cdm.duckdb"
    path.write_text(f"{NAME} {NUMBER}")
    return path


def history_alone(name: str) -> Callable[[Path], Path]:
    def one(folder: Path) -> Path:
        return history(folder) / f"{name}.history.yaml"

    one.__name__ = f"history_file_{name}"
    return one


def unknown_kind(folder: Path) -> Path:
    (folder / "letter.txt").write_text(f"{NAME} {NUMBER}")
    return folder


REFUSED = [
    fhir_not_json,
    fhir_bundle_cut_off,
    omop_quotation_mark_open,
    omop_person_columns_renamed,
    omop_not_parquet,
    omop_not_duckdb,
    *(history_alone(name) for name in "bcdegh"),
    unknown_kind,
]


# ---------------------------------------------------------------- what is held


@pytest.fixture(scope="module", params=SOURCES)
def reviewed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A reviewed source of each format: its output folder, and everything it printed, logged or warned of."""
    folder = tmp_path_factory.mktemp("source")
    out = tmp_path_factory.mktemp("out")
    log = _Log()
    logging.getLogger().addHandler(log)
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            ended = assuage("review", SOURCES[request.param](folder), "--out", out, "--json")
    finally:
        logging.getLogger().removeHandler(log)
        logging.getLogger().setLevel(level)
    assert ended.exit_code == 0
    return out, "\n".join((ended.out, ended.err, *log.lines, *(str(one.message) for one in warned)))


class _Log(logging.Handler):
    """Keeps every line that any library logs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def test_the_canaries_are_really_read(reviewed: tuple[Path, str]) -> None:
    """They stand on the person's page, which is what the page is for."""
    out, _ = reviewed
    (page,) = (out / "people").iterdir()
    assert holds_canary(page.read_text())
    assert all(holds_canary(str(row["person_id"])) for row in table(out, "people"))


def test_nothing_printed_logged_or_warned_of_holds_a_value(reviewed: tuple[Path, str]) -> None:
    _, said = reviewed
    assert said
    assert not holds_canary(said)


def test_no_file_name_holds_a_value(reviewed: tuple[Path, str]) -> None:
    out, _ = reviewed
    assert not any(holds_canary(str(path.relative_to(out))) for path in out.rglob("*"))


def test_the_read_report_holds_no_value(reviewed: tuple[Path, str]) -> None:
    out, _ = reviewed
    rows = table(out, "read_report")
    assert sum(int(str(row["skipped"])) for row in rows) >= 5
    assert [row for row in rows if holds_canary(json.dumps(row))] == []


def test_no_address_or_title_of_a_page_holds_a_value(reviewed: tuple[Path, str]) -> None:
    """Both travel further than the page itself: into histories, bookmarks and print-outs."""
    out, _ = reviewed
    for page in (out / "index.html", *(out / "people").iterdir()):
        text = page.read_text()
        travelling = re.findall(r"""(?:href|src|action)=["']([^"']*)["']|<title>(.*?)</title>""", text)
        assert len(travelling) > 1
        assert not any(holds_canary(part) for parts in travelling for part in parts)


@pytest.mark.parametrize("write", REFUSED, ids=[write.__name__ for write in REFUSED])
def test_the_message_about_a_source_that_is_refused_holds_no_value(
    tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    ended = assuage("review", write(tmp_path), "--out", tmp_path / "out")
    assert ended.exit_code == 3
    assert not holds_canary(ended.out + ended.err)


@pytest.mark.parametrize("write", REFUSED, ids=[write.__name__ for write in REFUSED])
def test_not_even_the_traceback_of_a_refusal_holds_a_value(
    tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    """A program that logs the exception logs its causes too."""
    with pytest.raises(AssuageError) as refusal:
        review(write(tmp_path))
    causes = traceback.TracebackException.from_exception(refusal.value, lookup_lines=False)
    assert not holds_canary("".join(causes.format()))


def test_someone_without_a_pain_condition_is_not_named(tmp_path: Path) -> None:
    (tmp_path / "a.history.yaml").write_text(
        f"written_on: 2026-01-15\nperson: {{id: {NAME}}}\nnote: {NUMBER}\n"
    )
    ended = assuage("review", tmp_path)
    assert ended.exit_code == 4
    assert not holds_canary(ended.out + ended.err)
