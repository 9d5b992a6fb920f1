"""person and death to our person table."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.records.omop.columns import SOURCE_ROW
from assuage.records.omop.mapping import COPY, REASON, Mapped, as_rows, reason, with_person
from assuage.records.omop.tables import CLINICAL
from assuage.records.rows import Sex

# OMOP vocabulary "Gender"; every other concept, also 0, is unknown
_SEXES = {8507: Sex.MALE, 8532: Sex.FEMALE, 8521: Sex.OTHER}
_LONG_MONTHS = (1, 3, 5, 7, 8, 10, 12)
_SHORT_MONTHS = (4, 6, 9, 11)


def people_of(person: ir.Table) -> ir.Table:
    """The ids in the person table, each once."""
    return person.filter(person.person_id.notnull()).select("person_id").distinct()


def map_death(death: ir.Table, people: ir.Table) -> Mapped:
    """Days of death; they reach the person table through `map_person`."""
    rows = with_person(death, people)
    checked = rows.mutate(
        **{REASON: reason(rows, CLINICAL["death"], (rows.death_date.isnull(), "no death_date"))}
    )
    return Mapped("death", checked, lambda _: [])


def map_person(person: ir.Table, died: ir.Table) -> Mapped:
    """Persons with birth as exact as it is written, sex, and the day of death out of `died`.

    Where rows of one person disagree, what they disagree on is unknown.
    """
    checked = person.mutate(
        **{
            REASON: ibis.cases(
                (person.person_id.isnull(), "no person_id"),
                (person[COPY] > 0, "the same row again"),
                else_=ibis.null("string"),
            )
        }
    )
    return Mapped("person", checked, lambda read: [("person", _persons(read, died))])


def _persons(read: ir.Table, died: ir.Table) -> ir.Table:
    agreed = _agreed(_parts(read), died)
    birth, precision = _birth(agreed)
    return as_rows(
        "person",
        agreed,
        person_id=agreed.person_id,
        record_id=ibis.literal("person/") + agreed.person_id,
        birth=birth,
        birth_precision=precision,
        sex=agreed.sex.fill_null(str(Sex.UNKNOWN)),
        death=agreed.death_date,
    )


def _parts(person: ir.Table) -> ir.Table:
    """Year, month, day and sex, each only where it can be."""
    year = _whole(person.year_of_birth, 1, 9999)
    month = _whole(person.month_of_birth, 1, 12)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days = ibis.cases((month.isin(_LONG_MONTHS), 31), (month.isin(_SHORT_MONTHS), 30), (leap, 29), else_=28)
    day = _whole(person.day_of_birth, 1, 31)
    sexes = ((person.gender_concept_id == concept, str(sex)) for concept, sex in _SEXES.items())
    return person.select(
        SOURCE_ROW,
        "person_id",
        year=year,
        month=month,
        day=ibis.cases((day <= days, day)),
        sex=ibis.cases(*sexes, else_=str(Sex.UNKNOWN)),
    )


def _whole(number: ir.NumericValue, lowest: int, highest: int) -> ir.IntegerValue:
    return ibis.cases((number.between(lowest, highest) & (number.floor() == number), number)).cast("int64")


def _agreed(parts: ir.Table, died: ir.Table) -> ir.Table:
    """One row a person with what all its rows say alike."""
    persons = parts.group_by("person_id").agg(
        **{name: _common(parts[name]) for name in ("year", "month", "day", "sex")}
    )
    days = died.group_by("person_id").agg(death_date=_common(died.death_date))
    return persons.left_join(days, "person_id").drop("person_id_right")


def _common(column: ir.Column) -> ir.Scalar:
    return ibis.cases((column.min() == column.max(), column.min()))


def _birth(agreed: ir.Table) -> tuple[ir.DateValue, ir.StringValue]:
    """Birth as its first possible day, and how much of it is written."""
    has_month = agreed.month.notnull()
    has_day = has_month & agreed.day.notnull()
    first = ibis.date(
        agreed.year.fill_null(1).cast("int32"),
        agreed.month.fill_null(1).cast("int32"),
        ibis.cases((has_day, agreed.day), else_=1).cast("int32"),
    )
    known = agreed.year.notnull()
    precision = ibis.cases((known & has_day, "day"), (known & has_month, "month"), (known, "year"))
    return ibis.cases((known, first)), precision
