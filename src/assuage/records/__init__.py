"""Readers of FHIR, OMOP and history files, and the one set of tables that they fill."""
