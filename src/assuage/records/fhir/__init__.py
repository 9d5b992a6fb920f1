"""FHIR R4: Bundles, folders of resources and bulk exports, read into the one set of tables."""

from assuage.records.fhir.reader import read_fhir

__all__ = ["read_fhir"]
