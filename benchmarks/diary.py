"""A year of five entries a day summed up in months: how long for a clinic of 1,000 people.

Three things are timed apart: the summary of a table that is in memory, the summary of one person by the plain
form, and reading the same entries from a CSV file (of a tenth of the people).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assuage.measures.diary import DiaryEntry, PainScale, RescueIntake
from assuage.measures.diary_csv import diary_to_csv, read_diary_csv
from assuage.measures.diary_months import diary_months
from assuage.measures.diary_table import ENTRY_SCHEMA, entry_table, month_table

START = date(2025, 1, 1)
DRUGS = ("tramadol", "sumatriptan", "ibuprofen", "paracetamol")


def made_up_entries(people: int, days: int, a_day: int, seed: int) -> pa.Table:
    """Entries with a missing day in fifty, and a rescue drug in ten entries."""
    random = np.random.default_rng(seed)
    count = people * days * a_day
    person = np.repeat(np.arange(people), days * a_day)
    day = np.tile(np.repeat(np.arange(days), a_day), people)
    kept = np.repeat(random.random(people * days) > 0.02, a_day)
    taken = random.random(count) < 0.1
    drug = random.integers(0, len(DRUGS), count)
    rescue = pa.ListArray.from_arrays(
        np.concatenate([[0], np.cumsum(taken)]).astype(np.int32),
        pa.StructArray.from_arrays(
            [pa.array(np.array(DRUGS)[drug[taken]]), pa.array(np.ones(taken.sum(), np.int32))],
            fields=list(ENTRY_SCHEMA.field("rescue").type.value_type),
        ),
    )
    none = pa.nulls(count)
    columns = {
        "person_id": pc.cast(pa.array(person), pa.string()),
        "day": pa.array(np.datetime64(START) + day),
        "pain": np.round(random.random(count) * 10, 1),
        "pain_scale": pa.array(["nrs_0_10"]).take(pa.array(np.zeros(count, int))),
        "headache": random.random(count) < 0.2,
        "migraine": random.random(count) < 0.05,
        "attacks": random.integers(0, 4, count),
        "rescue": rescue,
        "sleep_hours": none,
        "side_effects": none,
        "work_days_lost": none,
    }
    return pa.table(columns).cast(ENTRY_SCHEMA).filter(pa.array(kept))


def one_person(days: int, a_day: int) -> list[DiaryEntry]:
    return [
        DiaryEntry(
            "1",
            START + timedelta(days=number // a_day),
            pain=float(number % 10),
            pain_scale=PainScale.NRS_0_10,
            attacks=number % 4,
            rescue=(RescueIntake(DRUGS[number % 4], 50.0, "mg"),) if number % 10 == 0 else (),
        )
        for number in range(days * a_day)
    ]


def timed(what: str, entries: int, run) -> object:
    began, began_cpu = time.perf_counter(), time.process_time()
    found = run()
    wall, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    print(f"| {what} | {entries:,} | {wall:.2f} | {cpu:.2f} |")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    table = made_up_entries(arguments.people, 365, 5, arguments.seed)
    print("| what | entries | wall s | CPU s |")
    print("|---|---|---|---|")
    months = timed("columnar, everybody", len(table), lambda: month_table(table))
    assert 13 * arguments.people <= len(months) <= 14 * arguments.people
    alone = one_person(365, 5)
    diary_months(alone)
    timed("plain, one person", len(alone), lambda: diary_months(alone))
    timed("one person into the table", len(alone), lambda: entry_table(alone))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "diary.csv"
        file.write_text(diary_to_csv(alone * 100), encoding="utf-8")
        timed("CSV of a hundred people read", len(alone) * 100, lambda: read_diary_csv(file, person_id="1"))


if __name__ == "__main__":
    main()
