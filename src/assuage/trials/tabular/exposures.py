"""Exposures in numbers, as known at the review, with the line of treatment that each belongs to.

A line is what a course can't cross: person, ingredient, stated indication, purpose, taken, and whether a
start is on record at all.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import EndRule, Outcome, Purpose, StopReason
from assuage.trials.assemble import OUTCOMES, STOP_REASONS
from assuage.trials.courses import END_RULES, ENDS_WITH_A_LENGTH, GAP_DAYS
from assuage.trials.doses import UNKNOWN_LEVEL
from assuage.trials.tabular import knowledge
from assuage.trials.tabular.columns import LAST_DAY, number_of, packed, partial, word_of
from assuage.trials.tabular.known import known_rows

PURPOSES = (Purpose.UNKNOWN, *(word for word in Purpose if word is not Purpose.UNKNOWN))
TAKEN = (Answer.UNKNOWN, Answer.YES, Answer.NO)
FIRST_WITH_A_LENGTH = min(END_RULES.index(rule) for rule in ENDS_WITH_A_LENGTH)
_SUPPLIED, _ONGOING = END_RULES.index(EndRule.SUPPLIED), END_RULES.index(EndRule.ONGOING)
_ACTIVE_ORDER = END_RULES.index(EndRule.ACTIVE_ORDER)


def begun_exposures(exposure: ir.Table, people: ir.Table) -> ir.Table:
    """Exposures that began before the review, cut at it, in the columns that courses are made of."""
    known = known_rows(exposure, people)
    begun = known.filter(known.start_first.isnull() | (known.start_first < known.as_of))
    numbered = begun.inner_join(knowledge.drugs(), "ingredient").mutate(
        **partial(begun, "end"), rule=number_of(begun.end_rule, END_RULES)
    )
    return _in_lines(_with_depot_end(_cut(numbered)))


def _cut(rows: ir.Table) -> ir.Table:
    """What ended after the review was still going on, and how it went was not yet known."""
    later = (rows.end_first > rows.as_of).fill_null(False)
    return rows.mutate(
        end_first=later.ifelse(rows.as_of, rows.end_first),
        end_last=later.ifelse(rows.as_of, rows.end_last),
        rule=(later & (rows.rule != _ACTIVE_ORDER)).ifelse(_ONGOING, rows.rule),
        stated_days=later.ifelse(ibis.null("int64"), rows.stated_days),
        outcome=later.ifelse(str(Outcome.UNKNOWN), rows.outcome),
        change_percent=later.ifelse(ibis.null("float64"), rows.change_percent),
        stop_reason=later.ifelse(str(StopReason.UNKNOWN), rows.stop_reason),
    )


def _with_depot_end(rows: ir.Table) -> ir.Table:
    """A depot drug's administration lasts its interval."""
    a_point = (rows.end_first == rows.start_first) & (rows.end_last == rows.start_last)
    is_depot = (
        rows.interval_days.notnull()
        & rows.start_first.notnull()
        & (rows.end_first.isnull() | a_point.fill_null(False))
    )
    last_day = ibis.least(rows.start_last + rows.interval_days - 1, LAST_DAY)
    return rows.mutate(
        end_first=is_depot.ifelse(last_day, rows.end_first),
        end_last=is_depot.ifelse(last_day, rows.end_last),
        rule=is_depot.ifelse(_SUPPLIED, rows.rule),
    )


def _in_lines(rows: ir.Table) -> ir.Table:
    """The narrow columns that courses are made of.

    `known_first` and `known_last` are an end whose rule gives a length; `started` is
    the packed start, 0 where none is on record; `level` is the dose, `UNKNOWN_LEVEL` where none is.
    """
    known = rows.rule >= FIRST_WITH_A_LENGTH
    nothing = ibis.null("int64")
    has_words = (rows.indication_text.fill_null("") != "") & rows.indication.isnull()
    return rows.select(
        "rule",
        "stated_days",
        "record_id",
        "max_tolerated",
        "change_percent",
        line=_line(rows),
        started=packed(rows.start_first, rows.start_last).fill_null(0),
        known_first=known.ifelse(rows.end_first, nothing),
        known_last=known.ifelse(rows.end_last, nothing),
        level=rows.dose.fill_null(UNKNOWN_LEVEL),
        unit=rows.dose.notnull().ifelse(rows.dose_unit.fill_null(""), ibis.null("string")),
        as_needed=rows.as_needed.fill_null(False),
        outcome=number_of(rows.outcome, OUTCOMES),
        stop_reason=number_of(rows.stop_reason, STOP_REASONS),
        adverse_event=rows.adverse_event.nullif(""),
        has_words=has_words,
        outlives=(rows.end_last - rows.start_first >= rows.interval_days + GAP_DAYS).fill_null(False),
    )


def _line(rows: ir.Table) -> ir.IntegerValue:
    """One number for each line of treatment; `line_parts` takes it apart."""
    numbers = knowledge.condition_numbers()
    indication_no = rows.indication.cases(*numbers.items(), else_=0)
    parts = {
        "person_no": rows.person_no,
        "drug_no": rows.drug_no,
        "indication_no": rows.indication.isnull().ifelse(0, indication_no),
        "purpose_no": number_of(rows.purpose, PURPOSES),
        "taken_no": number_of(rows.taken, TAKEN),
        "dated": rows.start_first.notnull().cast("int64"),
    }
    line = parts.pop("person_no")
    for name, part in parts.items():
        line = line * _sizes()[name] + part
    return line


def line_parts(line: ir.IntegerValue) -> dict[str, ir.Value]:
    """The columns `person_no`, `drug_no`, `indication_no`, `purpose`, `taken`, `dated` of a line."""
    parts: dict[str, ir.Value] = {}
    for name, size in reversed(_sizes().items()):
        parts[name] = line % size
        line = line // size
    words = {
        "purpose": word_of(parts.pop("purpose_no"), PURPOSES),
        "taken": word_of(parts.pop("taken_no"), TAKEN),
        "dated": parts.pop("dated") == 1,
    }
    return {"person_no": line, **parts, **words}


def _sizes() -> dict[str, int]:
    """How many numbers each part of a line can take, from the widest part to the narrowest."""
    return {
        "drug_no": len(knowledge.drug_numbers()),
        "indication_no": len(knowledge.condition_numbers()) + 1,
        "purpose_no": len(PURPOSES),
        "taken_no": len(TAKEN),
        "dated": 2,
    }
