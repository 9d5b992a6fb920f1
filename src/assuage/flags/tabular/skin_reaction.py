"""Severe skin reaction, and rash under a drug: the tabular form of `flags.skin_reaction`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.flags.model import FlagState, Urgency
from assuage.flags.rules import numbers
from assuage.flags.skin_reaction import RASH, REACTIONS, is_rash, names_severe
from assuage.flags.tabular.facts import FlagFacts, diagnoses_of, observed
from assuage.flags.tabular.found import earliest, flag_rows, trial_records, with_evidence
from assuage.records.rows import ConditionState, ObservationKind
from assuage.trials.tabular.columns import knowledge_table
from assuage.trials.tabular.known import Keep

_FAMILY = "skin_reaction"
_TRIAL = (
    *("person_no", "trial_id", "treatment", "start_first", "start_last", "end_last", "running"),
    *("adverse_event", "evidence"),
)
_REACTION = ("person_no", "name", "text", "ingredient", "start_first", "start_last", "record_id")
_PERSON, _DRUG = ("person_no",), ("person_no", "treatment")


def flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """A severe reaction for the person; else a rash for each drug under which it came."""
    trials, rows = facts.trials, facts.observations
    drugs = keep(trials.filter(trials.treatment.isin(list(numbers(_FAMILY)["drugs"].value))).select(*_TRIAL))
    kinds = [str(kind) for kind in REACTIONS]
    reactions = keep(rows.filter(rows.kind.isin(kinds), rows.present == str(Answer.YES)).select(*_REACTION))
    words = _words(reactions, drugs)
    suspects = keep(_read(drugs.mutate(text=drugs.adverse_event.fill_null("")), words))
    reactions = keep(_read(reactions, words))
    severe = keep(_severe(facts, reactions))
    people = keep(
        ibis.union(
            severe.select("person_no"),
            suspects.filter(suspects.is_severe).select("person_no"),
            distinct=True,
        )
    )
    others = keep(suspects.anti_join(people, "person_no"))
    return _severe_flags(people, severe, suspects, keep).union(_rash_flags(facts, others, reactions, keep))


def _words(reactions: ir.Table, drugs: ir.Table) -> ir.Table:
    """What the texts of reactions say, each text read once: `text`, `is_rash`, `is_severe`."""
    told = reactions.select("text").union(drugs.select(text="adverse_event"), distinct=True)
    texts = told.filter(told.text != "").to_pyarrow()["text"].to_pylist()
    rows = [{"text": text, "is_rash": is_rash(text), "is_severe": names_severe(text)} for text in texts]
    return knowledge_table(rows, {"text": "string", "is_rash": "boolean", "is_severe": "boolean"})


def _read(rows: ir.Table, words: ir.Table) -> ir.Table:
    read = rows.left_join(words, "text", rname="{name}_read")
    return read.mutate(is_rash=read.is_rash.fill_null(False), is_severe=read.is_severe.fill_null(False)).drop(
        "text_read"
    )


# --- a severe reaction


def _severe(facts: FlagFacts, reactions: ir.Table) -> ir.Table:
    """Diagnoses, and reactions whose words name one.

    Columns: `person_no`, `since_first`, `since_last`, `ingredient`, `is_over`, `place`, `record_id`.
    """
    coded = diagnoses_of(facts, numbers(_FAMILY)["severe"].value)
    named = reactions.filter(reactions.is_severe)
    common = ("person_no", "since_first", "since_last", "ingredient", "is_over", "place", "record_id")
    coded = coded.mutate(ingredient=ibis.null("string"), is_over=coded.state == str(ConditionState.RESOLVED))
    named = named.mutate(
        since_first=named.start_first,
        since_last=named.start_last,
        is_over=ibis.literal(False),
        place=ibis.literal(1000, "int64"),
    )
    return coded.select(*common).union(named.select(*common))


def _severe_flags(people: ir.Table, severe: ir.Table, suspects: ir.Table, keep: Keep) -> ir.Table:
    rows = severe.select("person_no", "since_last", named="ingredient")
    with_reaction = suspects.inner_join(rows, "person_no")
    by_name = with_reaction.named.isnull() | (with_reaction.named == with_reaction.treatment)
    begun_later = (with_reaction.start_first > with_reaction.since_last).fill_null(False)
    may_be = with_reaction.filter(by_name.fill_null(False), ~begun_later)
    without = suspects.semi_join(people, "person_no").anti_join(severe, "person_no")
    behind = keep(suspects.semi_join(may_be, ["trial_id", "person_no"]).union(without))
    told = people.left_join(_reactions_of(severe), "person_no", rname="{name}_severe")
    told = told.left_join(_drugs_of(behind), "person_no", rname="{name}_behind")
    taken, stopped = told.taken.fill_null(False), told.stopped.fill_null(False)
    over = told.over.fill_null(False)
    state = ibis.cases(
        (over & ~taken, str(FlagState.RESOLVED)),
        (stopped, str(FlagState.WORKED_UP)),
        else_=str(FlagState.OPEN),
    )
    told = told.select("person_no", "since", taken=taken, state=state, condition=ibis.literal(""))
    told = with_evidence(told, severe, trial_records(behind, _PERSON), on=_PERSON)
    name = "severe_skin_reaction"
    return flag_rows(
        told,
        flag=name,
        urgency=told.taken.ifelse(str(Urgency.URGENT), str(Urgency.LOOK)),
        source=numbers(_FAMILY)["severe"].provenance,
        state=told.state,
        reason=(told.state == str(FlagState.OPEN)).ifelse(name, f"{name}_stopped"),
        since=told.since,
    )


def _reactions_of(severe: ir.Table) -> ir.Table:
    return severe.group_by("person_no").agg(since=earliest(severe), over=severe.is_over.all())


def _drugs_of(behind: ir.Table) -> ir.Table:
    ended = behind.running == str(Answer.NO)
    return behind.group_by("person_no").agg(taken=(~ended).any(), stopped=ended.all())


# --- a rash


def _rash_flags(facts: FlagFacts, suspects: ir.Table, reactions: ir.Table, keep: Keep) -> ir.Table:
    """For each drug whose trials `suspects` are, where the record shows a rash under it."""
    tied, seen = _tied(suspects, reactions), _seen(facts, suspects)
    parts = (tied, seen, suspects.filter(suspects.is_rash))
    shown = keep(ibis.union(*(part.select(*_DRUG) for part in parts), distinct=True))
    mine = keep(suspects.semi_join(shown, list(_DRUG)))
    told = trial_records(mine.filter(mine.is_rash), _DRUG)
    ended = mine.running == str(Answer.NO)
    drugs = mine.group_by(*_DRUG).agg(since=earliest(mine, "start"), stopped=ended.all())
    rows = with_evidence(
        drugs.mutate(condition=ibis.literal("")), tied, told, seen, trial_records(mine, _DRUG), on=_DRUG
    )
    return flag_rows(
        rows,
        flag="rash_under_drug",
        urgency=Urgency.URGENT,
        source=numbers(_FAMILY)["drugs"].provenance,
        state=rows.stopped.ifelse(str(FlagState.WORKED_UP), str(FlagState.OPEN)),
        reason=rows.stopped.ifelse("rash_drug_stopped", "rash_under_drug"),
        values={"treatment": rows.treatment},
        since=rows.since,
    )


def _tied(mine: ir.Table, reactions: ir.Table) -> ir.Table:
    """Reactions that the record ties to the drug and that are, or tell of, a rash."""
    rashes = reactions.filter((reactions.name == RASH) | reactions.is_rash)
    rashes = rashes.select("person_no", "record_id", treatment="ingredient")
    rows = mine.select(*_DRUG).distinct().inner_join(rashes, list(_DRUG))
    return rows.select(*_DRUG, "record_id", place=ibis.literal(0, "int64"))


def _seen(facts: FlagFacts, mine: ir.Table) -> ir.Table:
    """Rashes that were seen while the drug can have been taken; also where neither has a day."""
    rows = observed(facts, (RASH,))
    rows = rows.filter(rows.kind == str(ObservationKind.EXAMINATION), rows.present == str(Answer.YES))
    rows = rows.select("person_no", "place", "record_id", seen_first="start_first", seen_last="start_last")
    taken = mine.select(*_DRUG, "start_first", "end_last").inner_join(rows, "person_no")
    undated = taken.seen_first.isnull() | taken.start_first.isnull()
    within = (taken.start_first <= taken.seen_last) & (taken.seen_first <= taken.end_last).fill_null(True)
    return taken.filter(undated | within).select(*_DRUG, "place", "record_id")
