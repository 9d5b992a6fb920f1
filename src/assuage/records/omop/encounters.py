"""visit_occurrence with its provider's specialty, and device_exposure, to observations."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.codes.clinical import find_specialty
from assuage.codes.procedures import find_procedure
from assuage.records.omop.coded import Code, join_codes, lookup, with_code
from assuage.records.omop.mapping import REASON, Mapped, as_rows, reason, record_id, with_person
from assuage.records.omop.tables import CLINICAL
from assuage.records.rows import ObservationKind

_FOUND = {"name": "string", "text": "string", "unknown_because": "string"}


def coded_providers(providers: ir.Table) -> ir.Table:
    """Providers, each once, with the code of their specialty; two specialties for one id are none."""
    code = with_code(
        providers, "specialty_concept_id", "specialty_source_concept_id", "specialty_source_value"
    )
    same = code.group_by("provider_id").agg(
        rows=code.count(),
        **{
            name: code[name].min()
            for name in ("concept_id", "source_concept_id", "source_text", "value_concept_id")
        },
    )
    return same.filter(same.rows == 1).drop("rows")


def find_specialist(code: Code) -> dict[str, Any]:
    """The specialty a code means, or why it is none of ours."""
    name = find_specialty(code.codings(), code.text)
    return {"name": name, "text": code.text, "unknown_because": None if name else "no specialty of ours"}


def map_visits(rows: ir.Table, people: ir.Table, providers: ir.Table, codes: Iterable[Code]) -> Mapped:
    """Visits to specialists that matter for pain."""
    specialists = join_codes(coded_providers(providers), lookup(codes, find_specialist, _FOUND))
    found = with_person(rows, people).left_join(specialists, "provider_id").drop("provider_id_right")
    checked = found.mutate(
        **{
            REASON: reason(
                found,
                CLINICAL["visit_occurrence"],
                (found.provider_id.isnull(), "names no provider, so no specialty"),
                (found.text.isnull(), "the provider is not in the provider table"),
                (found.unknown_because.notnull(), found.unknown_because),
            ),
            "no_start": found.visit_start_date.isnull(),
        }
    )
    outputs = partial(_observations, ObservationKind.ENCOUNTER, "visit_occurrence", "visit_start_date")
    notes = {"no_start": ("visit_start_date", "missing: left unknown")}
    return Mapped("visit_occurrence", checked, outputs, notes)


def coded_devices(rows: ir.Table) -> ir.Table:
    """Rows with the code of their device."""
    return with_code(rows, "device_concept_id", "device_source_concept_id", "device_source_value")


def find_device(code: Code) -> dict[str, Any]:
    """The procedure whose device a code means, or why it is none of ours."""
    name = find_procedure(code.codings(), code.text)
    because = None if name else code.unknown_because("device outside the codelists")
    return {"name": name, "text": code.text, "unknown_because": because}


def map_devices(rows: ir.Table, people: ir.Table, codes: Iterable[Code]) -> Mapped:
    """Devices of treatments that we know, such as stimulators and pumps."""
    found = join_codes(with_person(coded_devices(rows), people), lookup(codes, find_device, _FOUND))
    checked = found.mutate(
        **{
            REASON: reason(
                found,
                CLINICAL["device_exposure"],
                (found.unknown_because.notnull(), found.unknown_because),
            ),
            "no_start": found.device_exposure_start_date.isnull(),
        }
    )
    outputs = partial(_observations, ObservationKind.DEVICE, "device_exposure", "device_exposure_start_date")
    notes = {"no_start": ("device_exposure_start_date", "missing: left unknown")}
    return Mapped("device_exposure", checked, outputs, notes)


def _observations(
    kind: ObservationKind, source: str, start: str, read: ir.Table
) -> list[tuple[str, ir.Table]]:
    rows = as_rows(
        "observation",
        read,
        person_id=read.person_id,
        record_id=record_id(read, source, CLINICAL[source].key),
        kind=str(kind),
        name=read.name,
        text=read.text,
        present=str(Answer.YES),
        start=read[start],
    )
    return [("observation", rows)]
