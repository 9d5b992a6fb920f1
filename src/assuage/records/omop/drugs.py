"""drug_exposure to exposures: one row for each ingredient, with what the record proves of end and dose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import ibis
import ibis.expr.types as ir

from assuage.records.omop.coded import CODE_TYPES, KEY, Code, join_codes, lookup, with_code
from assuage.records.omop.columns import small_table
from assuage.records.omop.ingredients import Vocabulary, find_exposures
from assuage.records.omop.mapping import (
    NOT_A_DATE,
    REASON,
    Mapped,
    as_rows,
    reason,
    record_id,
    with_person,
)
from assuage.records.omop.stop_reasons import stop_reason_of
from assuage.records.omop.tables import CLINICAL
from assuage.records.rows import DoseRule, EndRule, StopReason

_TABLE = CLINICAL["drug_exposure"]

# Conventions of this project against typing errors: beyond them the field is unknown. Supplies of years
# occur (GiBleed has 6,287 days); a hundred years and a hundred tablets a day do not.
_MOST_DAYS_SUPPLY = 36_525
_MOST_UNITS_A_DAY = 100

_INGREDIENTS = {
    "ingredient": "string",
    "mapped_by": "string",
    "strength": "float64",
    "strength_unit": "string",
    "form": "string",
    "depot_days": "int64",
}


def coded(rows: ir.Table) -> ir.Table:
    """Rows with the code of their drug."""
    return with_code(rows, "drug_concept_id", "drug_source_concept_id", "drug_source_value")


def map_drugs(
    rows: ir.Table,
    people: ir.Table,
    codes: Iterable[Code],
    vocabulary: Vocabulary,
    stop_words: Sequence[str],
) -> Mapped:
    """Supplies and uses of the drugs in our formulary; `stop_words` are the distinct texts in stop_reason."""
    listed = [(code, find_exposures(code, vocabulary)) for code in codes]
    found = dict(listed)
    known = lookup(
        found, lambda code: _fate(code, found[code]), {"text": "string", "unknown_because": "string"}
    )
    checked = _checked(join_codes(with_person(coded(rows), people), known))
    ingredients = small_table(
        [exposure | _key(code) for code, exposures in listed for exposure in exposures],
        CODE_TYPES | _INGREDIENTS,
    )
    return Mapped("drug_exposure", checked, partial(_exposures, ingredients, stop_words), _NOTES)


_NOTES = {
    "bad_quantity": (
        "quantity",
        f"below 0, not a number, or over {_MOST_UNITS_A_DAY} a day of supply: left unknown",
    ),
    "bad_days": ("days_supply", "not a whole number of days from 0 to 100 years: left unknown"),
    "bad_end": ("end_date", NOT_A_DATE),
    "derived_end": (
        "drug_exposure_end_date",
        "stands without days_supply and verbatim_end_date, so it may be derived: left unknown",
    ),
    "no_start": ("drug_exposure_start_date", "missing: left unknown"),
}


def _key(code: Code) -> dict[str, Any]:
    return {name: getattr(code, name) for name in KEY}


def _fate(code: Code, exposures: Sequence[Any]) -> dict[str, Any]:
    return {
        "text": code.text,
        "unknown_because": None if exposures else code.unknown_because("drug outside the formulary"),
    }


def _checked(rows: ir.Table) -> ir.Table:
    """Rows with their reason, their notes, and only the quantities and days that can be."""
    start = rows.drug_exposure_start_date
    days = ibis.cases(
        (
            rows.days_supply.between(0, _MOST_DAYS_SUPPLY) & (rows.days_supply.floor() == rows.days_supply),
            rows.days_supply,
        )
    ).cast("int64")
    too_many = (days > 0) & (rows.quantity > _MOST_UNITS_A_DAY * days)
    quantity = ibis.cases(((rows.quantity > 0) & ~too_many.fill_null(False), rows.quantity))
    end = rows.drug_exposure_end_date
    return rows.mutate(
        **{
            REASON: reason(
                rows,
                _TABLE,
                ((end < start) | (rows.verbatim_end_date < start), "the end is before the start"),
                (rows.unknown_because.notnull(), rows.unknown_because),
            )
        },
        days=days,
        amount=quantity,
        bad_days=(rows.days_supply.notnull() & days.isnull()) | rows.days_supply_unreadable,
        bad_quantity=((rows.quantity != 0) & quantity.isnull()) | rows.quantity_unreadable,
        bad_end=rows.drug_exposure_end_date_unreadable | rows.verbatim_end_date_unreadable,
        derived_end=(days.fill_null(0) == 0) & rows.verbatim_end_date.isnull() & (end > start),
        no_start=start.isnull(),
    )


def _with_stop_reason(rows: ir.Table, stop_words: Sequence[str]) -> ir.Table:
    words = small_table(
        [{"stop_reason": text, "stopped_for": str(stop_reason_of(text))} for text in stop_words],
        {"stop_reason": "string", "stopped_for": "string"},
    )
    return rows.left_join(words, "stop_reason").drop("stop_reason_right")


def _exposures(
    ingredients: ir.Table, stop_words: Sequence[str], read: ir.Table
) -> list[tuple[str, ir.Table]]:
    """One row for each ingredient of each read record."""
    rows = _with_stop_reason(read.join(ingredients, list(KEY)), stop_words)
    end, end_rule = _end(rows)
    dose, dose_unit = _dose(rows)
    exposures = as_rows(
        "exposure",
        rows,
        person_id=rows.person_id,
        record_id=record_id(rows, "drug_exposure", _TABLE.key),
        ingredient=rows.ingredient,
        drug_text=rows.text,
        mapped_by=rows.mapped_by,
        start=rows.drug_exposure_start_date,
        end=end,
        end_rule=end_rule,
        dose=dose,
        dose_unit=ibis.cases((dose.notnull(), dose_unit)),
        dose_rule=ibis.cases((dose.notnull(), str(DoseRule.STRENGTH_QUANTITY)), else_=str(DoseRule.UNKNOWN)),
        form=rows.form,
        stop_reason=rows.stopped_for.fill_null(str(StopReason.UNKNOWN)),
    )
    return [("exposure", exposures)]


def _end(rows: ir.Table) -> tuple[ir.DateValue, ir.StringValue]:
    """The last day, and how it is known.

    Days of supply come first: whatever an export wrote as the end, 30 days of supply from the 1st last
    to the 30th (https://ohdsi.github.io/Themis/drug_end_date_not_in_data.html), so that a drug day
    is counted once. An end as the source wrote it is stated, unless it is the start itself: such rows
    are point events, and how long the drug was taken is not known. drug_exposure_end_date alone
    proves nothing, because the same convention fills it with 1, 30 or 90 days.
    """
    start, verbatim = rows.drug_exposure_start_date, rows.verbatim_end_date
    # a day more or less through the calendar: date + interval is written alike by all engines
    supplied = start + (rows.days - 1).as_interval("D")
    has_supply = (rows.days > 0) & start.notnull()
    is_stated = verbatim > start
    end = ibis.cases((has_supply, supplied.cast("date")), (is_stated, verbatim))
    rule = ibis.cases(
        (has_supply, str(EndRule.SUPPLIED)), (is_stated, str(EndRule.STATED)), else_=str(EndRule.UNKNOWN)
    )
    return end, rule


def _dose(rows: ir.Table) -> tuple[ir.FloatingValue, ir.StringValue]:
    """Strength x quantity / days of supply, where all three are known: mg a day, or mg in 28 days for depots.

    Patches (ug/h) and units of toxin stay unknown: how many patches are worn at a time, and how much
    of a vial is injected, is not in the record.
    """
    per_day = rows.strength * rows.amount / ibis.cases((rows.days > 0, rows.days))
    is_depot = rows.depot_days.notnull()
    dose = ibis.cases((rows.strength_unit == "mg", ibis.cases((is_depot, per_day * 28), else_=per_day)))
    return dose.round(6), ibis.cases((is_depot, "mg/28d"), else_="mg/d")
