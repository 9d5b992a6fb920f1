"""Records of every format with a text of the caller's in every field that has room for one."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

from formats.made_up_people import refractory_face_pain
from formats.write_omop import write_cdm

# ---------------------------------------------------------------- texts into records


def with_text(value: Any, text: str, kept: Collection[str], key: str = "") -> Any:
    """The same document with `text` after every string, but for those under the keys that are kept."""
    if isinstance(value, dict):
        return {name: with_text(part, text, kept, name) for name, part in value.items()}
    if isinstance(value, list):
        return [with_text(part, text, kept, key) for part in value]
    return f"{value} {text}" if isinstance(value, str) and key not in kept else value


def file_name(text: str) -> str:
    """As much of the text as the name of a file can hold."""
    return text.replace("/", "").replace("\0", "")


def word(text: str) -> str:
    """As much of the text as an id of FHIR or OMOP can hold."""
    return "".join(
        character for character in file_name(text) if not (character.isspace() or character in "#?%")
    )


ICD10CM, RXNORM = "http://hl7.org/fhir/sid/icd-10-cm", "http://www.nlm.nih.gov/research/umls/rxnorm"
LOINC = "http://loinc.org"
FORM_OF_FHIR = [
    "resourceType",
    "id",
    "reference",
    "url",
    "system",
    "code",
    "status",
    "intent",
    "birthDate",
    "gender",
    "onsetDateTime",
    "recordedDate",
    "authoredOn",
    "start",
    "end",
    "date",
    "performedDateTime",
    "effectiveDateTime",
    "whenHandedOver",
    "periodUnit",
    "linkId",
]
"""Keys whose words the reader needs to take a resource for what it is."""


def _concept(text: str, system: str = "", code: str = "") -> dict[str, Any]:
    coding = {"coding": [{"system": system, "code": code, "display": text}]} if code else {}
    return {"text": text} | coding


def fhir_resources(number: int) -> list[dict[str, Any]]:
    """A person with every resource type that is read, and a text wherever FHIR has room for one."""
    face_pain = _concept("trigeminal neuralgia", ICD10CM, "G50.0")
    drug = {"medicationCodeableConcept": _concept("carbamazepine 200 MG Oral Tablet", RXNORM, "2002")}
    period = {"start": "2023-01-09", "end": "2023-07-07"}
    mg = {"value": 200, "unit": "mg", "code": "mg", "system": "http://unitsofmeasure.org"}
    repeat = {"frequency": 3, "period": 1, "periodUnit": "d"}
    dosage = {
        "text": "three a day",
        "patientInstruction": "with food",
        "timing": {"repeat": repeat, "code": _concept("TID")},
        "route": _concept("oral"),
        "doseAndRate": [{"doseQuantity": mg}],
    }
    why = {"reasonCode": [face_pain], "statusReason": _concept("ineffective")}
    rash = _concept("rash")
    found: list[dict[str, Any]] = [
        {"resourceType": "Condition", "code": face_pain, "onsetDateTime": "2022-11-02", "bodySite": [rash]},
        {"resourceType": "Condition", "code": face_pain, "onsetString": "long ago", "recordedDate": "2022"},
        {"resourceType": "MedicationStatement", "status": "stopped", "effectivePeriod": period,
         "dosage": [dosage], **drug, **why},
        {"resourceType": "MedicationRequest", "status": "stopped", "intent": "order",
         "authoredOn": "2024-01-08", "dosageInstruction": [dosage], **drug, **why},
        {"resourceType": "MedicationDispense", "status": "completed", "whenHandedOver": "2024-05-01",
         "daysSupply": {"value": 30, "unit": "d"}, "quantity": mg, **drug},
        {"resourceType": "MedicationAdministration", "status": "completed",
         "effectiveDateTime": "2024-06-01", "dosage": {"text": "slowly", "dose": mg}, **drug},
        {"resourceType": "Procedure", "status": "completed", "performedDateTime": "2024-02-01",
         "code": _concept("microvascular decompression"), "reasonCode": [face_pain], "complication": [rash],
         "outcome": rash},
        {"resourceType": "Observation", "status": "final", "effectiveDateTime": "2025-06-25",
         "code": _concept("Pain severity", LOINC, "72514-3"), "valueInteger": 8, "interpretation": [rash]},
        {"resourceType": "Observation", "status": "final", "effectiveDateTime": "2025-06-25",
         "code": _concept("sodium", LOINC, "2951-2"), "valueString": "low",
         "component": [{"code": rash, "valueString": "low"}]},
        {"resourceType": "QuestionnaireResponse", "status": "completed",
         "item": [{"linkId": "/44261-6", "text": "how often", "answer": [{"valueString": "daily"}]}]},
        {"resourceType": "AllergyIntolerance", "code": _concept("oxcarbazepine 300 MG"),
         "reaction": [{"manifestation": [rash], "description": "all over"}]},
        {"resourceType": "AdverseEvent", "event": rash, "date": "2023-02-01",
         "suspectEntity": [{"instance": {"display": "carbamazepine 200 MG"}}]},
        {"resourceType": "Encounter", "status": "finished", "serviceType": _concept("Neurology"),
         "period": period, "reasonCode": [rash]},
        {"resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "plan", "period": period,
         "activity": [{"detail": {"code": _concept("acupuncture"), "status": "completed"}}]},
        {"resourceType": "DeviceUseStatement", "status": "active",
         "device": {"display": "spinal cord stimulator"}},
    ]  # fmt: skip
    more = {"note": [{"text": "see letter", "authorString": "Dr"}], "text": {"div": "<div>letter</div>"}}
    more |= {"extension": [{"url": "urn:x", "valueString": "x"}], "identifier": [{"value": "x"}]}
    return [one | more | {"id": f"{number}-{place}"} for place, one in enumerate(found)]


def write_fhir(folder: Path, texts: list[str]) -> Path:
    """One NDJSON file for each text: read whole, with words of the form spoilt too, and with all spoilt."""
    folder.mkdir()
    for number, text in enumerate(texts):
        person = {"resourceType": "Patient", "id": f"p{number}{word(text)}", "name": [{"family": text}]}
        lines: list[object] = [person | {"birthDate": "1961-04-17", "gender": "female"}]
        for one in fhir_resources(number):
            owner = "patient" if one["resourceType"] == "AllergyIntolerance" else "subject"
            mine = {owner: {"reference": f"Patient/{person['id']}"}}
            lines.append(with_text(one, text, FORM_OF_FHIR) | mine)
            lines.append(with_text(one, text, ["resourceType"]) | mine)
            lines.append(with_text(one, text, []) | {text: text})
        path = folder / f"{number}{file_name(text)}.ndjson"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder


# ---------------------------------------------------------------- a CDM of OMOP


def write_omop(folder: Path, texts: list[str]) -> Path:
    """A CDM of one person for each text: its rows with the text in them, and again with nothing else."""
    write_cdm(folder, [refractory_face_pain(number) for number in range(1, 1 + len(texts))])
    for path in sorted(folder.iterdir()):
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        if not rows:
            continue
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*rows[0], "note=1+1"])
            writer.writeheader()
            for place, row in enumerate(rows):
                number = int(row.get("person_id", place + 1))
                text = texts[(number - 1) % len(texts)]
                writer.writerow(_omop_row(row, text))
                writer.writerow(dict.fromkeys(row, text))
    (folder / f"{file_name(texts[0])}.csv").write_text("a,b\n1,2\n")
    return folder


def _omop_row(row: dict[str, str], text: str) -> dict[str, str]:
    owner = {"person_id": f"{row['person_id']}{word(text)}"} if "person_id" in row else {}
    texts = {key: f"{row[key]} {text}" for key in row if key.endswith(("_source_value", "_name", "_reason"))}
    return row | texts | owner


# ---------------------------------------------------------------- history files

FORM_OF_HISTORY = [
    "written_on",
    "name",
    "code",
    "system",
    "since",
    "drug",
    "dose",
    "from",
    "to",
    "date",
    "for",
    "outcome",
    "stopped_because",
    "present",
    "says",
    "instrument",
    "value",
    "procedure",
    "therapy",
    "specialty",
    "birth",
    "sex",
    "declined",
    "never_tried",
    "treatment",
    "about",
]


def history_document(number: int) -> dict[str, Any]:
    """A person with every section of a history file, and a text in every place that has room for one."""
    face_pain = {"for": "trigeminal neuralgia", "note": "see letter"}
    return {
        "written_on": "2025-06-30",
        "person": {"id": f"p{number}", "birth": "1961", "sex": "female"},
        "diagnoses": [{"name": "trigeminal neuralgia", "since": "2022-11", "note": "see letter"}],
        "treatments": [
            {"drug": "carbamazepine", "dose": "1200 mg/d", "from": "2023-01-09", "to": "2023-07-07",
             "outcome": "no effect", "stopped_because": "adverse event", "adverse_event": "rash",
             "form": "oral", **face_pain},
            {"procedure": "microvascular decompression", "date": "2024-02-01", "adverse_event": "numb",
             **face_pain},
            {"therapy": "acupuncture", "from": "2024-03", "adverse_event": "bruise", **face_pain},
        ],
        "scores": [{"instrument": "NRS", "value": "8", "date": "2025-06-25", **face_pain}],
        "imaging": [{"name": "neurovascular contact", "present": "no", "note": "report"}],
        "examination": [{"name": "sensory loss", "present": "no", "note": "report"}],
        "labs": [{"name": "sodium", "value": "138", "unit": "mmol/L", "note": "report"}],
        "allergies": [{"drug": "oxcarbazepine", "reaction": "rash", "note": "told"}],
        "visits": [{"specialty": "neurology", "date": "2023-11", "note": "told"}],
        "contraindicated": [{"treatment": "phenytoin", "because": "liver"}],
        "declined": ["gabapentin"],
        "never_tried": ["lamotrigine"],
        "statements": [
            {"says": "uncontrolled", "author": "letter", "text": "all has failed", **face_pain}
        ],
        "note": "see letter",
    }  # fmt: skip


def write_history(folder: Path, texts: list[str]) -> Path:
    """Three files for each text: read whole, with every entry doubled and spoilt, and refused."""
    folder.mkdir()
    for number, text in enumerate(texts):
        whole = with_text(history_document(number), text, FORM_OF_HISTORY)
        spoilt = with_text(history_document(number), text, ["written_on"])
        del spoilt["person"]
        sections = {key: part for key, part in spoilt.items() if isinstance(part, list)}
        whole |= {key: [*whole[key], *part] for key, part in sections.items()}
        name = f"{number}{file_name(text)}.history.yaml"
        (folder / name).write_text(yaml.safe_dump(whole, sort_keys=False))
        (folder / f"refused-{name}").write_text(yaml.safe_dump({text: whole, "person": text}))
    return folder
