"""The mapping is written so that it also runs where a warehouse keeps its records."""

from __future__ import annotations

from datetime import date

import ibis
import pytest

from assuage.records.omop import conditions, drugs, encounters, findings, ingredients, periods, procedures
from assuage.records.omop.coded import distinct_codes
from assuage.records.omop.columns import typed
from assuage.records.omop.mapping import mark_copies, readable
from assuage.records.omop.people import map_death, map_person, people_of
from assuage.records.omop.tables import READ, Kind

WAREHOUSE = {
    Kind.ID: "int64",
    Kind.CONCEPT: "int32",
    Kind.NUMBER: "float64",
    Kind.DATE: "date",
    Kind.TEXT: "string",
}


def table(name: str):
    """A table with the column types of the model's own definition."""
    columns = {column: WAREHOUSE[kind] for column, kind in READ[name].columns.items()}
    return typed(ibis.table({"source_row": "int64"} | columns, name=name), READ[name])


def clinical(name: str):
    return mark_copies(table(name), READ[name].key, repeated=True)


def mappings():
    people = people_of(clinical("person"))
    death = map_death(clinical("death"), people)
    yield death
    yield map_person(clinical("person"), readable(death.checked))
    yield conditions.map_conditions(clinical("condition_occurrence"), people, [])
    vocabulary = ingredients.Vocabulary({}, {}, {})
    yield drugs.map_drugs(clinical("drug_exposure"), people, [], vocabulary, ["ineffective"])
    yield procedures.map_procedures(clinical("procedure_occurrence"), people, [])
    yield encounters.map_devices(clinical("device_exposure"), people, [])
    yield findings.map_findings("measurement", clinical("measurement"), people, [], table("concept"))
    yield findings.map_findings("observation", clinical("observation"), people, [], table("concept"))
    yield encounters.map_visits(clinical("visit_occurrence"), people, table("provider"), [])
    yield periods.map_periods(clinical("observation_period"), people, date(2010, 1, 1))


@pytest.mark.parametrize("dialect", ["postgres", "pyspark"])
def test_every_mapping_can_be_said_in_the_sql_of_each_engine(dialect):
    if dialect == "pyspark":
        pytest.importorskip("pyspark", reason="Spark's dialect needs pyspark")
        assert ibis.pyspark.name == dialect  # Ibis knows the dialect's options once its backend is loaded
    for mapped in mappings():
        assert ibis.to_sql(mapped.checked, dialect=dialect)
        for _, rows in mapped.outputs(readable(mapped.checked)):
            assert ibis.to_sql(rows, dialect=dialect)
    codes = distinct_codes(drugs.coded(clinical("drug_exposure")), table("concept"))
    assert ibis.to_sql(codes, dialect=dialect)
