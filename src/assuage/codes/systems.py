"""Coding systems are types: an ICD-10-CM code is not a SNOMED CT code, whatever its characters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class System(StrEnum):
    """The coding systems we read."""

    RXNORM = "rxnorm"
    ATC = "atc"
    NDC = "ndc"
    SNOMED = "snomed"
    ICD10CM = "icd10cm"
    ICD10 = "icd10"  # the WHO edition
    ICD9CM = "icd9cm"
    ICD11 = "icd11"
    LOINC = "loinc"
    ICD10PCS = "icd10pcs"
    OMOP = "omop"  # a concept_id, as text
    OTHER = "other"


@dataclass(frozen=True)
class Coding:
    """One code with the words printed beside it."""

    system: System
    code: str
    display: str = ""


_URIS = {
    "http://www.nlm.nih.gov/research/umls/rxnorm": System.RXNORM,
    "http://www.whocc.no/atc": System.ATC,
    "http://hl7.org/fhir/sid/ndc": System.NDC,
    "http://snomed.info/sct": System.SNOMED,
    "http://hl7.org/fhir/sid/icd-10-cm": System.ICD10CM,
    "http://hl7.org/fhir/sid/icd-10": System.ICD10,
    "http://hl7.org/fhir/sid/icd-9-cm": System.ICD9CM,
    "http://id.who.int/icd/release/11/mms": System.ICD11,
    "http://loinc.org": System.LOINC,
    "http://www.cms.gov/medicare/coding/icd10": System.ICD10PCS,
}

# vocabulary_id as in the OMOP vocabulary table
_OMOP_VOCABULARIES = {
    "RxNorm": System.RXNORM,
    "RxNorm Extension": System.OTHER,
    "ATC": System.ATC,
    "NDC": System.NDC,
    "SNOMED": System.SNOMED,
    "ICD10CM": System.ICD10CM,
    "ICD10": System.ICD10,
    "ICD9CM": System.ICD9CM,
    "LOINC": System.LOINC,
    "ICD10PCS": System.ICD10PCS,
}


def from_uri(uri: str | None) -> System:
    """The system a FHIR `system` URI names; a version or trailing slash does not matter.

    >>> from_uri("http://snomed.info/sct/731000124108")
    <System.SNOMED: 'snomed'>
    """
    wanted = (uri or "").strip().rstrip("/").lower()
    for known, system in _URIS.items():
        if wanted == known or wanted.startswith((known + "/", known + "|")):
            return system
    return System.OTHER


def from_omop_vocabulary(vocabulary_id: str | None) -> System:
    """The system an OMOP `vocabulary_id` names."""
    return _OMOP_VOCABULARIES.get((vocabulary_id or "").strip(), System.OTHER)


def uri_of(system: str) -> str | None:
    """The URI that names a system in FHIR; None for one that has none here.

    >>> uri_of("loinc")
    'http://loinc.org'
    """
    return next((uri for uri, known in _URIS.items() if known.value == system), None)
