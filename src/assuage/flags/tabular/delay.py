"""The way to a specialist: the tabular form of `flags.delay`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.codes.conditions import pain_conditions
from assuage.flags.model import Urgency
from assuage.flags.rules import numbers
from assuage.flags.tabular.facts import FlagFacts, observed, own_diagnoses, reviewed_of
from assuage.flags.tabular.found import FLAG, Found, earliest, flag_rows, records_of
from assuage.records.rows import ObservationKind, StatementKind
from assuage.trials.tabular.columns import packed, unpacked
from assuage.trials.tabular.known import Keep


def flags_of_delay(facts: FlagFacts, keep: Keep) -> Found:
    """A late first contact is a note; none on record after that time is to be looked at."""
    contacts = keep(_contacts(facts))
    slow, severe = _slow(facts, contacts, keep), _severe_unseen(facts, contacts)
    return Found((*slow.rows, *severe.rows), (*slow.records, *severe.records))


def _slow(facts: FlagFacts, contacts: ir.Table, keep: Keep) -> Found:
    """Only certain days count: from the latest day the pain can have begun to the earliest contact."""
    rule = numbers("delay")["days"]
    seen = contacts.group_by("person_no").agg(seen=earliest(contacts, "start")).mutate(contacted=True)
    rows = _first_pain(facts).left_join(seen, "person_no", rname="{name}_contact")
    contacted = rows.contacted.fill_null(False)
    until = contacted.ifelse(unpacked(rows.seen, "seen")["seen_first"], rows.as_of)
    rows = rows.mutate(
        contacted=contacted,
        waited_days=until - rows.since_last,
        flag=contacted.ifelse("late_specialist_contact", "no_specialist_on_record"),
        about=ibis.literal(""),
    )
    rows = keep(rows.filter(rows.waited_days > rule.value))
    met = rows.select(*FLAG, "seen").inner_join(contacts, "person_no")
    met = met.filter(packed(met.start_first, met.start_last) == met.seen)
    told = flag_rows(
        rows,
        source=rule.provenance,
        urgency=rows.contacted.ifelse(str(Urgency.NOTE), str(Urgency.LOOK)),
        values={"days": rows.waited_days, "needed_days": rule.value},
        since=packed(rows.since_first, rows.since_last),
    )
    return Found((told,), (records_of(rows), records_of(met, 1, met.place)))


def _severe_unseen(facts: FlagFacts, contacts: ir.Table) -> Found:
    """Pain that markedly affects daily life asks for a specialist at any stage."""
    rule = numbers("delay")["severe_pain"]
    said = facts.statements
    said = said.filter(said.kind == str(StatementKind.INTERFERENCE), said.answer == str(Answer.YES))
    pains = reviewed_of(facts, rule.value).anti_join(contacts, "person_no")
    pains = pains.select(
        "person_no", about=pains.condition, flag=ibis.literal("severe_pain_no_specialist_on_record")
    )
    said = pains.inner_join(said, "person_no")
    rows = said.group_by(*FLAG).agg(first=earliest(said, "start"))
    coded = own_diagnoses(facts, rows)
    told = flag_rows(rows, source=rule.provenance, urgency=Urgency.LOOK, since=rows["first"])
    return Found((told,), (records_of(said), records_of(coded, 1, coded.place)))


def _first_pain(facts: FlagFacts) -> ir.Table:
    """The diagnosis by which pain was first on record, by the latest day that may be, of each person."""
    rows = facts.diagnoses.semi_join(facts.reviewed, "person_no")
    rows = rows.filter(rows.condition.isin(sorted(pain_conditions())), rows.since_first.notnull())
    order = ibis.window(
        group_by="person_no", order_by=[rows.since_last, rows.record_id, rows.since_first.desc()]
    )
    first = rows.mutate(number=ibis.row_number().over(order)).filter(ibis._.number == 0)
    return first.select("person_no", "as_of", "since_first", "since_last", "record_id")


def _contacts(facts: FlagFacts) -> ir.Table:
    rows = observed(facts, numbers("delay")["specialties"].value)
    return rows.filter(rows.kind == str(ObservationKind.ENCOUNTER), rows.present != str(Answer.NO))
