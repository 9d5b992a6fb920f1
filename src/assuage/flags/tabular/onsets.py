"""Flags that rest on when a pain began, of all families at once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import ibis
import ibis.expr.types as ir

from assuage.codes.conditions import pain_conditions
from assuage.flags.data_gaps import age_asked_of
from assuage.flags.giant_cell_arteritis import DIAGNOSIS
from assuage.flags.model import Urgency
from assuage.flags.red_flags import ONSET_FLAGS
from assuage.flags.rules import numbers
from assuage.flags.secondary_trigeminal import TRIGEMINAL
from assuage.flags.tabular.ages import aged_at_least, with_ages
from assuage.flags.tabular.facts import FlagFacts, kinds_of
from assuage.flags.tabular.raised import Raised, raised_rows
from assuage.records.rows import ConditionState
from assuage.trials.tabular import knowledge
from assuage.trials.tabular.columns import knowledge_table, packed

OLDER, NEW = ONSET_FLAGS
YOUNG, AGE_AND_NEW = "young_trigeminal_onset", "age_and_new_pain"


def beginnings(facts: FlagFacts) -> ir.Table:
    """The diagnosis that began first, of those whose beginning is on record and that are not doubted.

    One row for each condition under review and each of the `wider` pains that some flag asks for; columns
    `person_no`, `condition`, `wider`, `as_of`, `start_first`, `start_last`, `record_id`.
    """
    pairs = {(condition, wider) for _, condition, wider in _pains()} | set(age_asked_of_each())
    asked = [{"condition": condition, "wider": wider} for condition, wider in sorted(pairs)]
    asked_of = knowledge_table(asked, {"condition": "string", "wider": "string"})
    begun = facts.diagnoses
    begun = begun.filter(begun.start_first.notnull(), begun.state != str(ConditionState.UNCONFIRMED))
    kinds = knowledge.kinship().select(wider="wide", kind="narrow")
    rows = facts.reviewed.inner_join(asked_of, "condition").inner_join(kinds, "wider")
    rows = rows.inner_join(begun.rename(kind="condition"), ["person_no", "kind"])
    order = [packed(rows.start_first, rows.start_last), rows.record_id]
    in_order = ibis.window(group_by=["person_no", "condition", "wider"], order_by=order)
    first = rows.mutate(number=ibis.row_number().over(in_order)).filter(ibis._.number == 0)
    return first.select(
        *("person_no", "condition", "wider", "as_of", "start_first", "start_last", "record_id")
    )


def age_asked_of_each() -> list[tuple[str, str]]:
    """Each pain whose age at onset tells something, and the wider one whose first beginning counts."""
    pains = sorted(pain_conditions())
    return [(pain, wider) for pain in pains if (wider := age_asked_of(pain)) is not None]


def raised_by_onsets(facts: FlagFacts, begun: ir.Table) -> Raised:
    """Every one of the `beginnings`, for each flag for whose age or time it speaks."""
    rows = begun.rename(about="condition").inner_join(_asked_of(), ["about", "wider"])
    rows = rows.inner_join(facts.people.drop("person_id", "as_of"), "person_no")
    rows = with_ages(rows, "start")
    rows = rows.mutate(reason=_reason(rows), known_by=rows.start_last)
    rows = rows.filter(rows.reason.notnull())
    diagnosed = facts.signs.filter(facts.signs.flag == DIAGNOSIS).select("person_no").distinct()
    rows = rows.anti_join(diagnosed.mutate(flag=ibis.literal(AGE_AND_NEW)), ["person_no", "flag"])
    raised = raised_rows(
        rows,
        since=packed(rows.start_first, rows.start_last),
        urgency=Urgency.LOOK,
        source=rows.source,
        reason=rows.reason,
        values=rows.reason_values,
        record_id=rows.record_id,
    )
    return Raised(raised)


def _reason(rows: ir.Table) -> ir.StringValue:
    """What a beginning says by the day and the age at it; null where it says nothing."""
    red, young, arteritis = map(numbers, ("red_flags", "secondary_trigeminal", DIAGNOSIS))
    is_older, is_new, is_young, is_both = (rows.flag == name for name in (OLDER, NEW, YOUNG, AGE_AND_NEW))
    birth_known = rows.birth_first.notnull()
    older = aged_at_least(red["older_onset_years"].value, rows)
    not_young = aged_at_least(young["young_onset_years"].value, rows)
    recent = rows.start_first >= rows.as_of - red["new_headache_days"].value
    may_be_recent = rows.start_last >= rows.as_of - arteritis["new_pain_days"].value
    of_age = aged_at_least(arteritis["age_years"].value, rows)
    return ibis.cases(
        (
            is_older & aged_at_least(red["older_onset_years_variant"].value, rows),
            f"{OLDER}_by_both_ages",
        ),
        (is_older & older, OLDER),
        (is_older & older.isnull() & birth_known, f"{OLDER}_possible"),
        (is_new & recent, NEW),
        (is_young & ~not_young, YOUNG),
        (is_young & not_young.isnull() & birth_known, f"{YOUNG}_possible"),
        (is_both & may_be_recent & of_age, AGE_AND_NEW),
    )


def _asked_of() -> ir.Table:
    """Of which pain a flag asks for the beginning: `flag`, `about`, `wider`, `source`, `reason_values`."""
    red, young, arteritis = map(numbers, ("red_flags", "secondary_trigeminal", DIAGNOSIS))
    shown = {
        name: {value: red[number] for value, number in ONSET_FLAGS[name].items()} for name in (OLDER, NEW)
    }
    shown |= {YOUNG: {"years": young["young_onset_years"]}, AGE_AND_NEW: {"years": arteritis["age_years"]}}
    rows = [
        {
            "flag": flag,
            "about": pain,
            "wider": wider,
            "source": next(iter(shown[flag].values())).provenance.source,
            "reason_values": json.dumps({name: number.value for name, number in sorted(shown[flag].items())}),
        }
        for flag, pain, wider in _pains()
    ]
    return knowledge_table(
        rows, dict.fromkeys(("flag", "about", "wider", "source", "reason_values"), "string")
    )


def _pains() -> Iterator[tuple[str, str, str]]:
    """Each flag with each pain that it is about, and the pain whose first beginning it asks for."""
    headaches = kinds_of(("headache",))
    for pain in headaches:
        yield OLDER, pain, "headache"
        yield NEW, pain, "headache"
    for pain in kinds_of(TRIGEMINAL):
        yield YOUNG, pain, pain
    for pain in kinds_of(numbers(DIAGNOSIS)["new_pain"].value):
        yield AGE_AND_NEW, pain, "headache" if pain in headaches else pain
