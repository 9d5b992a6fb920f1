"""The flags of many people in both forms, one row for each flag."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.flags import FAMILIES
from assuage.flags.model import Flag
from assuage.flags.subject import Subject
from assuage.flags.tabular import find_flags
from assuage.flags.tabular.facts import flag_facts
from assuage.flags.tabular.found import COLUMNS
from assuage.records.history import History
from assuage.trials.assemble import assemble_trials, reviewed_conditions
from assuage.trials.tabular import assemble
from assuage.trials.tabular.columns import date_text
from assuage.trials.tabular.known import known_by
from engines.crowds import shuffled_tables, tables_of

AS_OF = date(2024, 2, 29)
"""When the drawn people of both halves are reviewed."""

Rows = dict[tuple[str, str, str | None, str], dict[str, Any]]
"""Flags by person, name, condition and the values of the reason."""

_COMPARED = ("urgency", "state", "since", "reason_code", "evidence", "source")


def plain_flags(people: Iterable[History], as_of: date | None) -> Rows:
    """The plain form's flags of each person, one person after the other.

    Without `as_of`, here and in `tabular_flags`, on the last day of the person's own records.
    """
    told: list[Flag] = []
    for history in people:
        day = as_of or history.last_date() or date.min
        known = history.until(day)
        subject = Subject(known, assemble_trials(history, day), day, reviewed_conditions(known))
        for family in FAMILIES.values():
            told += family(subject)
    return _by_key(map(_row, told))


def tabular_flags(tables: Mapping[str, ir.Table], as_of: date | None) -> Rows:
    """The tabular form's flags of everybody in the tables."""
    known = known_by(tables, as_of, ibis.Table.cache)
    found = assemble.assemble_trials(tables, known, ibis.Table.cache)
    rows = find_flags(flag_facts(tables, known, found, ibis.Table.cache), ibis.Table.cache)
    assert rows.columns == COLUMNS
    people = known.people.select("person_no", "person_id")
    rows = rows.mutate(since=date_text(rows.since_first, rows.since_last))
    return _by_key(rows.inner_join(people, "person_no").to_pyarrow().to_pylist())


def of_flag(rows: Rows, flag: str) -> Rows:
    """Those of one name."""
    return {key: row for key, row in rows.items() if key[1] == flag}


def assert_same_flags(plain: Rows, tabular: Rows) -> None:
    assert plain.keys() == tabular.keys()
    for key, row in plain.items():
        assert tabular[key] == row, f"flag {key}"


def assert_same_flags_of_each(people: list[History], as_of: date | None) -> None:
    tables = tables_of(people, DuckDBBackend().connect())
    assert_same_flags(plain_flags(people, as_of), tabular_flags(tables, as_of))


def assert_order_and_repetition_change_nothing(people: list[History], as_of: date, expected: Rows) -> None:
    """Exposures and procedures are not repeated: twice the supply is another supply."""
    doubled = {
        name: table if name in ("person", "exposure", "procedure") else table.union(table)
        for name, table in shuffled_tables(people, DuckDBBackend().connect()).items()
    }
    assert_same_flags(expected, tabular_flags(doubled, as_of))


def _row(flag: Flag) -> dict[str, Any]:
    return {
        "person_id": flag.person_id,
        "flag": flag.flag,
        "condition": flag.condition,
        "urgency": str(flag.urgency),
        "state": str(flag.state),
        "since": None if flag.since is None else str(flag.since),
        "reason_code": flag.reason_code,
        "reason_values": json.dumps(dict(flag.reason_values)),
        "evidence": list(flag.evidence),
        "source": flag.source,
    }


def _by_key(rows: Iterable[dict[str, Any]]) -> Rows:
    found = list(rows)
    keyed = {
        (row["person_id"], row["flag"], row["condition"], _in_order(row["reason_values"])): {
            name: row[name] for name in _COMPARED
        }
        for row in found
    }
    assert len(keyed) == len(found), "one row for each flag"
    return keyed


def _in_order(values: str) -> str:
    return json.dumps(json.loads(values), sort_keys=True)
