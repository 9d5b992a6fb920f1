"""Diaries of many people as one Arrow table, summed up in months in one pass: the columnar form.

`diary_months` says what a month means; this gives the same months for millions of entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from assuage.answers import Answer
from assuage.measures.diary import DiaryEntry, PainScale
from assuage.measures.diary_months import (
    DayCount,
    DiaryMonth,
    PainMean,
    enough_days,
    period_days,
    rescue_class,
)

ENTRY_SCHEMA = pa.schema(
    [
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("pain", pa.float64()),
        pa.field("pain_scale", pa.string()),
        pa.field("headache", pa.bool_()),
        pa.field("migraine", pa.bool_()),
        pa.field("attacks", pa.int32()),
        pa.field("rescue", pa.list_(pa.struct([("drug", pa.string()), ("times", pa.int32())]))),
        pa.field("sleep_hours", pa.float64()),
        pa.field("side_effects", pa.list_(pa.string())),
        pa.field("work_days_lost", pa.float64()),
    ]
)
"""What months are made of: one row an entry; null is "the entry does not say", an empty list "none"."""

_TRUTH = {Answer.YES: True, Answer.NO: False, Answer.UNKNOWN: None}

_ENTRIES = """
CREATE TEMP TABLE numbered AS
SELECT e.*, a.anchor, floor((e.day - a.anchor) / $length::DOUBLE)::INTEGER AS number
FROM entries AS e
JOIN (SELECT person_id, coalesce($anchor::DATE, min(day)) AS anchor FROM entries GROUP BY person_id) AS a
USING (person_id)
"""

_MONTHS = """
WITH days AS (
    SELECT person_id, number, anchor, day,
        bool_or(headache) AS headache, bool_or(migraine) AS migraine,
        bool_or(len(rescue) > 0) AS rescue, bool_or(len(side_effects) > 0) AS side_effects,
        avg(sleep_hours) AS sleep_hours, sum(attacks) AS attacks, sum(work_days_lost) AS work_days_lost
    FROM numbered GROUP BY person_id, number, anchor, day
),
months AS (
    SELECT person_id, number, anchor + (number * $length)::INTEGER AS first, count(*) AS filled_days,
        count(*) FILTER (headache) AS headache_days, count(headache) AS headache_known,
        count(*) FILTER (migraine) AS migraine_days, count(migraine) AS migraine_known,
        count(*) FILTER (rescue) AS rescue_days, count(rescue) AS rescue_known,
        count(*) FILTER (side_effects) AS side_effect_days, count(side_effects) AS side_effect_known,
        sum(attacks) AS attacks, count(attacks) AS attack_days,
        avg(sleep_hours) AS sleep_hours, sum(work_days_lost) AS work_days_lost
    FROM days GROUP BY person_id, number, anchor
),
pain AS (
    SELECT person_id, number,
        list({'scale': pain_scale, 'mean': mean, 'days': days} ORDER BY pain_scale) AS pain
    FROM (
        SELECT person_id, number, pain_scale, avg(mean) AS mean, count(*) AS days
        FROM (
            SELECT person_id, number, day, pain_scale, avg(pain) AS mean
            FROM numbered WHERE pain_scale IS NOT NULL GROUP BY person_id, number, day, pain_scale
        )
        GROUP BY person_id, number, pain_scale
    )
    GROUP BY person_id, number
),
taken AS (
    SELECT person_id, number,
        list({'class': class, 'days': days, 'intakes': intakes} ORDER BY class) AS classes
    FROM (
        SELECT person_id, number, c.class, count(DISTINCT day) AS days, sum(intake.times) AS intakes
        FROM (SELECT person_id, number, day, unnest(rescue) AS intake FROM numbered) AS i
        JOIN classes AS c ON c.drug = i.intake.drug
        GROUP BY person_id, number, c.class
    )
    GROUP BY person_id, number
)
SELECT months.*, pain.pain, taken.classes
FROM months LEFT JOIN pain USING (person_id, number) LEFT JOIN taken USING (person_id, number)
ORDER BY person_id, number
"""


def entry_table(entries: Iterable[DiaryEntry]) -> pa.Table:
    """Entries as a table of `ENTRY_SCHEMA`, in their order."""
    return pa.Table.from_pylist([_row(entry) for entry in entries], schema=ENTRY_SCHEMA)


def _row(entry: DiaryEntry) -> dict[str, Any]:
    return {
        "person_id": entry.person_id,
        "day": entry.day,
        "pain": entry.pain,
        "pain_scale": entry.pain_scale,
        "headache": _TRUTH[entry.headache],
        "migraine": _TRUTH[entry.migraine],
        "attacks": entry.attacks,
        "rescue": None
        if entry.rescue is None
        else [{"drug": e.drug, "times": e.times} for e in entry.rescue],
        "sleep_hours": entry.sleep_hours,
        "side_effects": entry.side_effects,
        "work_days_lost": entry.work_days_lost,
    }


def month_table(entries: pa.Table, anchor: date | None = None) -> pa.Table:
    """Every month with an entry, by person and then by time, from a table of `ENTRY_SCHEMA`.

    `anchor` as in `diary_months`. One row a month, with the counts of `DiaryMonth`; `pain` and `classes` are
    lists of structs, null where nothing was rated or taken.
    """
    with duckdb.connect() as connection:
        connection.register("entries", entries)
        connection.register("classes", _classes(connection))
        length = period_days()
        connection.execute(_ENTRIES, {"anchor": anchor, "length": length})
        return connection.execute(_MONTHS, {"length": length}).to_arrow_table()


def _classes(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Every rescue drug that is named, and its class."""
    named = connection.execute(
        "SELECT DISTINCT intake.drug FROM (SELECT unnest(rescue) AS intake FROM entries)"
    ).fetchall()
    drugs = [drug for (drug,) in named]
    schema = pa.schema([("drug", pa.string()), ("class", pa.string())])
    return pa.table({"drug": drugs, "class": [rescue_class(drug) for drug in drugs]}, schema=schema)


def months_of_table(months: pa.Table) -> Iterator[DiaryMonth]:
    """The rows of `month_table` as values."""
    for row in months.to_pylist():
        yield _month(row)


def _month(row: dict[str, Any]) -> DiaryMonth:
    length, classes = period_days(), row["classes"] or ()
    return DiaryMonth(
        person_id=row["person_id"],
        number=row["number"],
        first=row["first"],
        last=date.fromordinal(row["first"].toordinal() + length - 1),
        filled_days=row["filled_days"],
        sufficient=row["filled_days"] >= enough_days(),
        pain=tuple(PainMean(PainScale(p["scale"]), p["mean"], p["days"]) for p in row["pain"] or ()),
        headache=_count(row, "headache"),
        migraine=_count(row, "migraine"),
        rescue=_count(row, "rescue"),
        rescue_days=tuple((each["class"], each["days"]) for each in classes),
        rescue_intakes=tuple((each["class"], int(each["intakes"])) for each in classes),
        attacks=None if row["attacks"] is None else int(row["attacks"]),
        attack_days=row["attack_days"],
        sleep_hours=row["sleep_hours"],
        work_days_lost=row["work_days_lost"],
        side_effect_days=_count(row, "side_effect"),
    )


def _count(row: dict[str, Any], name: str) -> DayCount:
    days, known = row[f"{name}_days"], row[f"{name}_known"]
    return DayCount(days, known, days + period_days() - known)
