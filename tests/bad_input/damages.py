"""Damaged inputs that no text file in this folder can hold, by name: each writes itself into a folder.

The first argument is the folder; what lies there already is the good input that is to survive.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

FACE_PAIN = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "G50.0"}]}
STRANGER = {"reference": "Patient/stranger"}


def _lines(*resources: object) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in resources)


def _drug(start: str, end: str) -> object:
    return {
        "resourceType": "MedicationStatement",
        "id": f"from-{start}",
        "subject": STRANGER,
        "status": "completed",
        "medicationCodeableConcept": {"text": "carbamazepine 200 MG Oral Tablet"},
        "effectivePeriod": {"start": start, "end": end},
    }


PATIENT = {"resourceType": "Patient", "id": "stranger", "gender": "female"}
DIAGNOSIS = {"resourceType": "Condition", "id": "pain", "subject": STRANGER, "code": FACE_PAIN}


def _random_bytes(count: int) -> bytes:
    """Bytes that no format begins with; the same every time."""
    return bytes((7 * place + place // 5) % 251 + 1 for place in range(count))


# ---------------------------------------------------------------- FHIR


def gzip_cut_off(folder: Path) -> None:
    packed = gzip.compress(_lines(PATIENT, DIAGNOSIS, *(DIAGNOSIS | {"id": str(n)} for n in range(5_000))))
    (folder / "cut.ndjson.gz").write_bytes(packed[: len(packed) // 2])


def plain_text_called_gzip(folder: Path) -> None:
    (folder / "plain.ndjson.gz").write_bytes(b"\x1f\x8bnothing is packed here")


def line_of_50_mb(folder: Path) -> None:
    with (folder / "huge.ndjson").open("wb") as file:
        file.write(b'{"resourceType":"Observation","id":"')
        for _ in range(50):
            file.write(b"x" * 2**20)
        file.write(b'"}\n')


def two_byte_text(folder: Path) -> None:
    (folder / "utf16.ndjson").write_bytes(_lines(DIAGNOSIS).decode().encode("utf-16"))


def nested_without_end(folder: Path) -> None:
    (folder / "deep.ndjson").write_text("[" * 100_000 + "\n")


def picture_called_ndjson(folder: Path) -> None:
    (folder / "scan.ndjson").write_bytes(b"\x89PNG\r\n\x1a\n" + _random_bytes(4_000))


def picture_beside(folder: Path) -> None:
    (folder / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\n" + _random_bytes(4_000))


def days_at_the_ends_of_the_calendar(folder: Path) -> None:
    """Exports write the first or last day that a calendar has for "ever" and "for good"."""
    rows = (PATIENT, DIAGNOSIS, _drug("0001-01-01", "2019-05-01"), _drug("2019-07-01", "9999-12-31"))
    (folder / "sentinels.ndjson").write_bytes(_lines(*rows))


def everything_of_another_type(folder: Path) -> None:
    rows = (
        {"resourceType": "Patient", "id": "stranger", "birthDate": [1], "gender": {"a": 1}},
        {"resourceType": "Condition", "id": "list", "subject": STRANGER, "code": [[]]},
        {"resourceType": "Condition", "id": {"a": 1}, "subject": STRANGER, "code": FACE_PAIN},
        {"resourceType": ["Condition"], "id": "kind"},
        {"resourceType": "MedicationRequest", "id": 7, "subject": "stranger"},
    )
    (folder / "types.ndjson").write_bytes(_lines(*rows))


def half_a_letter(folder: Path) -> None:
    """Half a surrogate pair, which no text can be made of."""
    body = json.dumps(DIAGNOSIS | {"code": FACE_PAIN | {"text": "half \ud800 letter"}})
    (folder / "half.ndjson").write_text(body + "\n")


# ---------------------------------------------------------------- OMOP


def _damage(path: Path, more: bytes) -> None:
    path.write_bytes(path.read_bytes() + more)


def no_person_table(folder: Path) -> None:
    (folder / "person.csv").unlink()


def person_columns_renamed(folder: Path) -> None:
    (folder / "person.csv").write_text("patient,sex\n1,F\n")


def quotation_mark_left_open(folder: Path) -> None:
    _damage(folder / "drug_exposure.csv", b'99,1,"2000000001\n98,1,2000000001\n')


def omop_gzip_cut_off(folder: Path) -> None:
    path = folder / "drug_exposure.csv"
    packed = gzip.compress(path.read_bytes())
    path.unlink()
    path.with_suffix(".csv.gz").write_bytes(packed[:-20])


def picture_called_parquet(folder: Path) -> None:
    (folder / "drug_exposure.csv").unlink()
    (folder / "drug_exposure.parquet").write_bytes(b"\x89PNG\r\n\x1a\n" + _random_bytes(4_000))


def picture_called_duckdb(folder: Path) -> None:
    (folder / "cdm.duckdb").write_bytes(b"\x89PNG\r\n\x1a\n" + _random_bytes(4_000))


# ---------------------------------------------------------------- history files


def text_of_3_mb(folder: Path) -> None:
    (folder / "long.history.yaml").write_text("written_on: 2026-01-15\nnote: " + "x" * 3_000_000 + "\n")


def file_of_nobody(folder: Path) -> None:
    """A name that ends rightly and holds somebody else's format."""
    (folder / "export.history.yaml").write_bytes(_lines(PATIENT))


def same_person_twice(folder: Path) -> None:
    for name in ("again-1", "again-2"):
        (folder / f"{name}.history.yaml").write_text(
            "written_on: 2026-01-15\nperson: {id: stranger}\ndiagnoses: [{name: trigeminal neuralgia}]\n"
        )


def letter_beside(folder: Path) -> None:
    (folder / "letter.pdf").write_bytes(b"%PDF-1.7\n" + _random_bytes(1_000))
