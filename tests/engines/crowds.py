"""Crowds of random people, as histories for the plain form and as tables for the tabular one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import ibis
import ibis.expr.types as ir

from assuage.records.history import History
from assuage.records.rows import TABLES, Row
from assuage.records.store import TableWriter
from assuage.records.tables import schema, to_arrow
from assuage.testing.people import person
from assuage.testing.random_people import random_person
from assuage.testing.random_signs import random_signs


def crowd(seed: int, size: int) -> dict[date, list[History]]:
    """So many random people, by the day of their review; each has an id of its own, half of them signs."""
    rng, more = Random(seed), Random(f"{seed} signs")
    people: dict[date, list[History]] = {}
    for number in range(size):
        history, as_of = random_person(rng)
        if more.random() < 0.5:
            history = with_rows(history, random_signs(more, as_of))
        people.setdefault(as_of, []).append(renamed(history, f"person-{number:06}"))
    return people


def with_rows(history: History, rows: Iterable[Row]) -> History:
    """The same person with more rows, which have no record id yet."""
    return replace(person(*history.rows(), *rows), person=history.person)


def renamed(history: History, person_id: str) -> History:
    """The same person under another id."""
    tables = {
        table: tuple(replace(row, person_id=person_id) for row in getattr(history, table))
        for table in TABLES
        if table != "person"
    }
    return replace(history, person=replace(history.person, person_id=person_id), **tables)


def tables_of(histories: Iterable[History], connection: ibis.BaseBackend) -> dict[str, ir.Table]:
    """The tables that a reader would have filled with these people, in the connection's database."""
    people = list(histories)
    rows = {
        table: [history.person for history in people]
        if table == "person"
        else [row for history in people for row in getattr(history, table)]
        for table in TABLES
    }
    return {
        table: connection.create_table(
            table, to_arrow(table, found), schema=ibis.Schema.from_pyarrow(schema(table))
        )
        for table, found in rows.items()
    }


def written(histories: Iterable[History], folder: Path) -> Path:
    """The folder, with the files that a reader would have left there of these people."""
    with TableWriter(folder) as sink:
        for history in histories:
            for table in TABLES:
                for row in [history.person] if table == "person" else getattr(history, table):
                    sink.add(row)
    return folder


def shuffled_tables(histories: Iterable[History], connection: ibis.BaseBackend) -> dict[str, ir.Table]:
    """The same tables with the rows of each in another order."""
    tables = tables_of(histories, connection)
    return {
        name: connection.create_table(f"{name}_shuffled", table.order_by(ibis.random()))
        for name, table in tables.items()
    }
