"""Severe skin reaction, and rash under a drug: the tabular form of `flags.skin_reaction`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.flags.model import FlagState, Urgency
from assuage.flags.rules import numbers
from assuage.flags.skin_reaction import RASH, REACTIONS, is_rash, names_severe
from assuage.flags.tabular.facts import FlagFacts, diagnoses_of, observed
from assuage.flags.tabular.found import DRUG_FLAG, FLAG, Found, earliest, flag_rows, records_of, trials_of
from assuage.records.rows import ConditionState, ObservationKind
from assuage.trials.tabular.columns import knowledge_table
from assuage.trials.tabular.known import Keep

_FAMILY, _SEVERE = "skin_reaction", "severe_skin_reaction"
_TRIAL = (
    *("person_no", "trial_id", "treatment", "start_first", "start_last", "end_last", "running"),
    *("adverse_event", "evidence"),
)
_REACTION = ("person_no", "name", "text", "ingredient", "start_first", "start_last", "record_id")


def flags_of_skin(facts: FlagFacts, keep: Keep) -> Found:
    """A severe reaction for the person; else a rash for each drug under which it came."""
    trials, rows = facts.trials, facts.observations
    drugs = trials.filter(trials.treatment.isin(list(numbers(_FAMILY)["drugs"].value))).select(*_TRIAL)
    kinds = [str(kind) for kind in REACTIONS]
    reactions = rows.filter(rows.kind.isin(kinds), rows.present == str(Answer.YES)).select(*_REACTION)
    words = _words(reactions, drugs)
    suspects = keep(_read(drugs.mutate(text=drugs.adverse_event.fill_null("")), words))
    reactions = keep(_read(reactions, words))
    severe = _severe(facts, reactions)
    people = severe.select("person_no").union(
        suspects.filter(suspects.is_severe).select("person_no"), distinct=True
    )
    people = keep(people)
    of_severe = _severe_flags(people, severe, suspects, keep)
    of_rash = _rash_flags(facts, suspects.anti_join(people, "person_no"), reactions, keep)
    return Found(
        (*of_severe.rows, *of_rash.rows),
        (*of_severe.records, *of_rash.records),
        (*of_severe.trials, *of_rash.trials),
    )


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


def _severe_flags(people: ir.Table, severe: ir.Table, suspects: ir.Table, keep: Keep) -> Found:
    flag = {"flag": ibis.literal(_SEVERE), "about": ibis.literal("")}
    behind = keep(_behind(people, severe, suspects))
    told = people.left_join(_reactions_of(severe), "person_no", rname="{name}_severe")
    told = told.left_join(_drugs_of(behind), "person_no", rname="{name}_behind")
    taken, stopped = told.taken.fill_null(False), told.stopped.fill_null(False)
    state = ibis.cases(
        (told.over.fill_null(False) & ~taken, str(FlagState.RESOLVED)),
        (stopped, str(FlagState.WORKED_UP)),
        else_=str(FlagState.OPEN),
    )
    told = told.select("person_no", "since", taken=taken, state=state, **flag)
    rows = flag_rows(
        told,
        urgency=told.taken.ifelse(str(Urgency.URGENT), str(Urgency.LOOK)),
        source=numbers(_FAMILY)["severe"].provenance,
        state=told.state,
        reason=(told.state == str(FlagState.OPEN)).ifelse(told.flag, f"{_SEVERE}_stopped"),
        since=told.since,
    )
    return Found(
        (rows,),
        (records_of(severe.mutate(**flag), place=severe.place),),
        (trials_of(behind.mutate(**flag), 1),),
    )


def _behind(people: ir.Table, severe: ir.Table, suspects: ir.Table) -> ir.Table:
    """The trials of the drugs that can be behind a severe reaction."""
    rows = severe.select("person_no", "since_last", named="ingredient")
    with_reaction = suspects.inner_join(rows, "person_no")
    by_name = with_reaction.named.isnull() | (with_reaction.named == with_reaction.treatment)
    begun_later = (with_reaction.start_first > with_reaction.since_last).fill_null(False)
    may_be = with_reaction.filter(by_name.fill_null(False), ~begun_later)
    without = suspects.semi_join(people, "person_no").anti_join(severe, "person_no")
    return suspects.semi_join(may_be, ["trial_id", "person_no"]).union(without)


def _reactions_of(severe: ir.Table) -> ir.Table:
    return severe.group_by("person_no").agg(since=earliest(severe), over=severe.is_over.all())


def _drugs_of(behind: ir.Table) -> ir.Table:
    ended = behind.running == str(Answer.NO)
    return behind.group_by("person_no").agg(taken=(~ended).any(), stopped=ended.all())


# --- a rash


def _rash_flags(facts: FlagFacts, suspects: ir.Table, reactions: ir.Table, keep: Keep) -> Found:
    """For each drug whose trials `suspects` are, where the record shows a rash under it."""
    suspects = suspects.mutate(flag=ibis.literal(DRUG_FLAG), about=suspects.treatment)
    tied, seen = _tied(suspects, reactions), _seen(facts, suspects)
    told = suspects.filter(suspects.is_rash)
    shown = ibis.union(*(part.select(*FLAG) for part in (tied, seen, told)), distinct=True)
    mine = keep(suspects.semi_join(shown, list(FLAG)))
    ended = mine.running == str(Answer.NO)
    rows = mine.group_by(*FLAG).agg(first=earliest(mine, "start"), stopped=ended.all())
    found = flag_rows(
        rows,
        urgency=Urgency.URGENT,
        source=numbers(_FAMILY)["drugs"].provenance,
        state=rows.stopped.ifelse(str(FlagState.WORKED_UP), str(FlagState.OPEN)),
        reason=rows.stopped.ifelse("rash_drug_stopped", DRUG_FLAG),
        values={"treatment": rows.about},
        since=rows["first"],
    )
    return Found(
        (found,),
        (records_of(tied), records_of(seen, 2, seen.place)),
        (trials_of(mine.filter(mine.is_rash), 1), trials_of(mine, 3)),
    )


def _tied(mine: ir.Table, reactions: ir.Table) -> ir.Table:
    """Reactions that the record ties to the drug and that are, or tell of, a rash."""
    rashes = reactions.filter((reactions.name == RASH) | reactions.is_rash)
    rashes = rashes.select("person_no", "record_id", about="ingredient")
    return mine.select(*FLAG).distinct().inner_join(rashes, ["person_no", "about"])


def _seen(facts: FlagFacts, mine: ir.Table) -> ir.Table:
    """Rashes that were seen while the drug can have been taken; also where neither has a day."""
    rows = observed(facts, (RASH,))
    rows = rows.filter(rows.kind == str(ObservationKind.EXAMINATION), rows.present == str(Answer.YES))
    rows = rows.select("person_no", "place", "record_id", seen_first="start_first", seen_last="start_last")
    taken = mine.select(*FLAG, "start_first", "end_last").inner_join(rows, "person_no")
    undated = taken.seen_first.isnull() | taken.start_first.isnull()
    within = (taken.start_first <= taken.seen_last) & (taken.seen_first <= taken.end_last).fill_null(True)
    return taken.filter(undated | within)
