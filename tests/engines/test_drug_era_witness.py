"""A third witness for courses: the standard OHDSI DRUG_ERA logic, on public records and on made-up ties.

`benchmarks/drug_era.sql` is that logic, written anew from its publication. It joins two supplies where the
start of one is at most so many days after the end of the other, and reads an end as a point in time. Ours
counts days without the drug, ends included: 30 of them are a distance of 31, so that our persistence
window of `GAP_DAYS` is theirs of `GAP_DAYS + 1`. With that, both find the same eras; what else differs is
in tests of its own below.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random

import ibis
import pyarrow as pa
import pytest

from assuage.codes.drugs import formulary
from assuage.dates import PartialDate
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.records.rows import EndRule
from assuage.records.tables import schema, to_arrow
from assuage.testing.people import drug
from assuage.trials.courses import GAP_DAYS
from assuage.trials.tabular.columns import as_date
from assuage.trials.tabular.courses import courses, dose_runs
from assuage.trials.tabular.exposures import begun_exposures

ROOT = Path(__file__).parents[2]
GIBLEED = ROOT / "../shared/data/gibleed_omop53"
DRUG_ERA = (ROOT / "benchmarks/drug_era.sql").read_text(encoding="utf-8")
AS_OF = date(2100, 1, 1)
INGREDIENTS = sorted(key for key, entry in formulary().items() if not entry.depot_interval_days)
"""A depot drug's administration lasts its interval with us; DRUG_ERA knows no such thing."""

Supply = tuple[int, int, date, date]
"""Person, ingredient, first and last day."""
Era = tuple[int, int, date, date, int]
"""Person, ingredient, first and last day, number of exposures."""


def drug_eras(connection: ibis.BaseBackend, persistence_days: int) -> list[tuple[Era, int]]:
    """The witness's eras over `drug_exposure` and `ingredient_of`, each with its `gap_days`."""
    query = DRUG_ERA.replace("$persistence_days", str(persistence_days))
    return [(row[:5], row[5]) for row in connection.raw_sql(query).fetchall()]


def our_eras(connection: ibis.BaseBackend) -> list[Era]:
    """The courses of our tabular form, over `exposure` and `people`."""
    exposures = begun_exposures(connection.table("exposure"), connection.table("people")).cache()
    found = courses(dose_runs(exposures).cache())
    rows = found.select(
        "person_no",
        "drug_no",
        start=as_date(found.start_first),
        end=as_date(found.end_last),
        exposures="exposures",
    )
    numbers = {
        number: INGREDIENTS.index(key) for number, key in enumerate(sorted(formulary())) if key in INGREDIENTS
    }
    return [
        (row["person_no"], numbers[row["drug_no"]], row["start"], row["end"], row["exposures"])
        for row in rows.to_pyarrow().to_pylist()
    ]


def filled(supplies: Iterable[Supply]) -> ibis.BaseBackend:
    """A connection that holds the supplies as OMOP's table and as ours."""
    found = list(supplies)
    connection = DuckDBBackend().connect()
    columns = zip(*((number, *supply, None) for number, supply in enumerate(found)), strict=True)
    names = {
        "drug_exposure_id": pa.int32(),
        "person_id": pa.int32(),
        "drug_concept_id": pa.int32(),
        "drug_exposure_start_date": pa.date32(),
        "drug_exposure_end_date": pa.date32(),
        "days_supply": pa.int32(),
    }
    arrays = [pa.array(values, kind) for values, kind in zip(columns, names.values(), strict=True)]
    connection.create_table("drug_exposure", pa.table(arrays, names=list(names)))
    connection.raw_sql(
        "CREATE TABLE ingredient_of AS "
        "SELECT DISTINCT drug_concept_id, drug_concept_id AS ingredient_concept_id FROM drug_exposure"
    )
    rows = [_exposure(number, *supply) for number, supply in enumerate(found)]
    connection.create_table(
        "exposure", to_arrow("exposure", rows), schema=ibis.Schema.from_pyarrow(schema("exposure"))
    )
    _add_people(connection)
    return connection


def _exposure(number, person, ingredient, first, last):
    row = drug(
        INGREDIENTS[ingredient], first.isoformat(), last.isoformat(), dose=100.0, end_rule=EndRule.STATED
    )
    assert row.start == PartialDate(first)
    return type(row)(**{**vars(row), "person_id": str(person), "record_id": f"drug_exposure/{number}"})


def _add_people(connection: ibis.BaseBackend) -> None:
    ids = connection.table("exposure").select("person_id").distinct()
    as_of = ibis.literal(AS_OF.toordinal(), "int64")
    connection.create_table("people", ids.mutate(person_no=ids.person_id.cast("int64"), as_of=as_of))


def made_up(seed: int, people: int) -> list[Supply]:
    """Supplies with ties, nests, single days and gaps on both sides of the window."""
    rng = Random(seed)
    found = []
    for person in range(people):
        for ingredient in range(rng.randint(1, 3)):
            day = date(2019, 1, 1) + timedelta(days=rng.randint(0, 60))
            for _ in range(rng.randint(1, 8)):
                last = day + timedelta(days=rng.choice((0, 0, 6, 27, 29, 89)))
                found += [(person, ingredient, day, last)] * rng.choice((1, 1, 1, 2))
                after = rng.choice((day, day, last))
                day = after + timedelta(days=rng.choice((0, 1, 3, 29, 30, 31, 32, 60)))
    rng.shuffle(found)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_both_find_the_same_eras_in_ties_nests_and_gaps(seed):
    connection = filled(made_up(seed, 150))
    eras = [era for era, _ in drug_eras(connection, GAP_DAYS + 1)]
    assert sorted(eras) == sorted(our_eras(connection))
    assert len(eras) > 400


def test_ours_counts_days_without_the_drug_and_theirs_the_distance_of_two_dates():
    """Thirty days without it, from 1 February to 1 March 2020, part their eras and not our courses."""
    supplies = [
        (1, 0, date(2020, 1, 1), date(2020, 1, 31)),
        (1, 0, date(2020, 3, 2), date(2020, 3, 31)),
    ]
    connection = filled(supplies)
    assert len(drug_eras(connection, GAP_DAYS)) == 2
    assert our_eras(connection) == [(1, 0, date(2020, 1, 1), date(2020, 3, 31), 2)]


@pytest.mark.parametrize("seed", [4, 5])
def test_their_gap_days_count_one_more_than_the_days_without_the_drug_at_each_gap(seed):
    """Ends are inclusive, so a distance is one day longer than what lies between: CommonDataModel#761."""
    supplies = made_up(seed, 60)
    for (person, ingredient, first, last, _), gap_days in drug_eras(filled(supplies), GAP_DAYS):
        mine = [row for row in supplies if row[:2] == (person, ingredient) and first <= row[2] <= last]
        covered = {day for row in mine for day in range(row[2].toordinal(), row[3].toordinal() + 1)}
        without = [day for day in range(first.toordinal(), last.toordinal() + 1) if day not in covered]
        # two supplies of which one begins on the day after the other's end are two stretches to them
        stretches = 1 + sum(
            1
            for start in {row[2].toordinal() for row in mine} - {first.toordinal()}
            if not any(row[2].toordinal() < start <= row[3].toordinal() for row in mine)
        )
        assert gap_days == len(without) + stretches - 1


@pytest.fixture(scope="module")
def gibleed() -> ibis.BaseBackend:
    if not GIBLEED.is_dir():
        pytest.skip("the public GiBleed records are not beside this checkout")
    connection = DuckDBBackend().connect()
    for table in ("drug_exposure", "concept_ancestor", "concept", "drug_era"):
        connection.read_parquet(GIBLEED / f"{table}.parquet", table_name=table)
    connection.raw_sql("""
        CREATE TABLE ingredient_of AS
        SELECT descendant_concept_id AS drug_concept_id, ancestor_concept_id AS ingredient_concept_id
        FROM concept_ancestor JOIN concept ON concept.concept_id = ancestor_concept_id
        WHERE concept.vocabulary_id = 'RxNorm' AND concept.concept_class_id = 'Ingredient'""")
    return connection


def test_the_witness_gives_the_eras_that_gibleed_ships_but_for_eight_that_end_too_early(gibleed):
    """Those eight take the end of the last supply to begin, where an earlier one of that day lasts longer."""
    shipped = gibleed.raw_sql("""
        SELECT person_id, drug_concept_id, drug_era_start_date, drug_era_end_date, drug_exposure_count
        FROM drug_era""").fetchall()
    eras = {era for era, _ in drug_eras(gibleed, GAP_DAYS)}
    assert len(shipped) == len(eras) == 52_508
    differing = sorted(set(shipped) - eras)
    assert len(differing) == 8
    longer = {era[:3]: era[3] for era in eras}
    assert all(longer[era[:3]] > era[3] for era in differing)


def test_both_find_the_same_eras_in_gibleed(gibleed):
    """Its ingredients stand under names of ours, because the formulary knows few of them."""
    rows = gibleed.raw_sql("""
        SELECT person_id, ingredient_concept_id, drug_exposure_start_date, drug_exposure_end_date
        FROM drug_exposure JOIN ingredient_of USING (drug_concept_id)""").fetchall()
    concepts = sorted({row[1] for row in rows})
    connection = filled((person, concepts.index(concept), *days) for person, concept, *days in rows)
    eras = [era for era, _ in drug_eras(connection, GAP_DAYS + 1)]
    assert sorted(eras) == sorted(our_eras(connection))
    assert len(eras) > 50_000
