"""Rows go to Arrow and come back the same; people come back one at a time, in order, whatever came first."""

import random
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.dates import PartialDate, Precision
from assuage.records.rows import TABLES, Condition, Exposure, Person, Row, Score
from assuage.records.store import TableWriter, histories, runs_of_people
from assuage.records.tables import from_columns, schema, to_arrow, to_columns

st.register_type_strategy(
    PartialDate,
    st.builds(
        PartialDate,
        st.dates(min_value=date(1900, 1, 1)).map(lambda day: day.replace(day=1)),
        st.sampled_from(Precision),
    ),
)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(int, st.integers(min_value=-(2**31), max_value=2**31))
ANY_ROW = st.one_of([st.builds(row_type) for row_type in TABLES.values()]) | st.one_of(
    [st.from_type(row_type) for row_type in TABLES.values()]
)


@given(ANY_ROW)
def test_a_row_survives_the_way_through_arrow(row: Row) -> None:
    table = next(name for name, row_type in TABLES.items() if isinstance(row, row_type))
    (columns,) = to_arrow(table, [row]).to_pylist()
    assert columns == to_columns(row)
    assert from_columns(table, columns) == row


@pytest.mark.parametrize("table", TABLES)
def test_every_field_of_a_row_has_its_column(table: str) -> None:
    names = set(schema(table).names)
    assert {field.name for field in fields(TABLES[table])} <= names


def test_histories_come_in_the_order_of_people_whatever_the_order_of_rows(tmp_path: Path) -> None:
    rows: list[Row] = [Person(f"p{n:03}", "person") for n in range(50)]
    rows += [Condition(f"p{n:03}", "c", "migraine" if n % 2 else "asthma", "x") for n in range(50)]
    rows += [Score(f"p{n:03}", f"s{k}", "nrs", k, k) for n in range(50) for k in range(3)]
    expected = None
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        folder = tmp_path / str(seed)
        folder.mkdir()
        with TableWriter(folder) as sink:
            for row in rows:
                sink.add(row)
        found = list(histories(folder))
        assert [history.person.person_id for history in found] == [f"p{n:03}" for n in range(50)]
        assert expected in (None, found)
        expected = found


def test_only_people_with_a_wanted_condition_come(tmp_path: Path) -> None:
    with TableWriter(tmp_path) as sink:
        for name, condition in (("a", "migraine"), ("b", "asthma"), ("c", "migraine")):
            sink.add(Person(name, "r"))
            sink.add(Condition(name, "r", condition, ""))
            sink.add(Exposure(name, "r", "topiramate", "", "printed_name"))
    wanted = frozenset({"migraine"})
    found = list(histories(tmp_path, with_conditions=wanted))
    assert [history.person.person_id for history in found] == ["a", "c"]
    assert all(len(history.exposure) == 1 for history in found)


def test_people_come_in_runs_that_together_are_everyone_with_a_wanted_condition(tmp_path: Path) -> None:
    with TableWriter(tmp_path) as sink:
        for number in range(11):
            sink.add(Person(f"p{number:02}", "r"))
            for record in range(3):
                sink.add(
                    Condition(f"p{number:02}", f"r{record}", "asthma" if number == 5 else "migraine", "")
                )
    wanted = frozenset({"migraine"})
    runs = runs_of_people(tmp_path, 4, with_conditions=wanted)
    assert [run.count for run in runs] == [4, 4, 2]
    in_runs = [h for run in runs for h in histories(tmp_path, with_conditions=wanted, people=run)]
    assert in_runs == list(histories(tmp_path, with_conditions=wanted))


def test_rows_of_somebody_who_is_not_in_the_person_table_are_passed_over(tmp_path: Path) -> None:
    with TableWriter(tmp_path) as sink:
        sink.add(Person("b", "r"))
        for name in ("a", "b", "c"):
            sink.add(Condition(name, "r", "migraine", ""))
    (history,) = histories(tmp_path)
    assert [row.person_id for row in history.condition] == ["b"]
