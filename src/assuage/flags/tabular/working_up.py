"""What settles a sign or a cause: the tabular form of `flags.working_up`.

Each function takes `asked`, a row for each flag (`found.FLAG`) with `known_by`, the ordinal of the day by
which its facts were known (null: open), and gives the records that settle it as a part of the evidence:
`found.FLAG`, `place`, `record_id`. What it takes by flag is a mapping from the flag's name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.flags.tabular.facts import FlagFacts, kinds_of
from assuage.flags.tabular.found import FLAG
from assuage.flags.working_up import PAIN_SCORES, PAIN_STATEMENTS, WORKED_UP_STATEMENTS
from assuage.records.rows import ProcedureState
from assuage.trials.tabular import knowledge
from assuage.trials.tabular.columns import knowledge_table


def known_by(facts: ir.Table) -> ir.IntegerValue:
    """The day by which the facts of a group were known, to be used in an aggregation; null where open.

    `facts` have `is_diagnosis` and `since_last`.
    """
    found = ~facts.is_diagnosis
    undated = (found & facts.since_last.isnull()).any()
    last_found = facts.since_last.max(where=found)
    first_coded = facts.since_last.min(where=facts.is_diagnosis)
    known = ibis.greatest(ibis.coalesce(last_found, first_coded), ibis.coalesce(first_coded, last_found))
    return undated.ifelse(ibis.null("int64"), known)


def looked_into(facts: FlagFacts, asked: ir.Table, names: Mapping[str, Collection[str]]) -> ir.Table:
    """Tests, images and visits of the flag's names on or after the day."""
    wanted = knowledge_table(
        [
            {"flag": flag, "name": name, "place": place}
            for flag, chosen in names.items()
            for place, name in enumerate(sorted(chosen))
        ],
        {"flag": "string", "name": "string", "place": "int64"},
    )
    done = facts.observations
    done = done.filter(done.present != str(Answer.NO), done.start_first.notnull())
    rows = asked.select(*FLAG, "known_by").inner_join(wanted, "flag")
    rows = rows.inner_join(
        done.select("person_no", "name", "start_first", "record_id"), ["person_no", "name"]
    )
    return _part(rows.filter(rows.start_first >= rows.known_by))


def stated_worked_up(facts: FlagFacts, asked: ir.Table) -> ir.Table:
    """A clinician's word, on or after the day, that it was looked into, or that nothing else explains it."""
    said = facts.statements
    said = said.filter(
        said.kind.isin([str(kind) for kind in WORKED_UP_STATEMENTS]),
        said.answer == str(Answer.YES),
        said.start_first.notnull(),
    ).select("person_no", "start_first", "record_id", about="condition")
    kin = knowledge.kinship().select(condition="narrow", about="wide", is_kin=ibis.literal(True))
    rows = asked.select(*FLAG, "known_by").inner_join(said, "person_no")
    rows = rows.left_join(kin, ["condition", "about"], rname="{name}_kin")
    of_it = rows.about.isnull() | (rows.condition == "") | rows.is_kin.fill_null(False)
    return _part(rows.filter(of_it, rows.start_first >= rows.known_by).mutate(place=_FIRST))


def settled_by(facts: FlagFacts, asked: ir.Table, names: Mapping[str, Collection[str]]) -> ir.Table:
    """The records by which somebody looked into it or, where nobody did, stated that it is none."""
    return first_of(looked_into(facts, asked, names), stated_worked_up(facts, asked))


def treated(
    facts: FlagFacts, asked: ir.Table, causes: Mapping[str, Collection[str]], treatments: Collection[str]
) -> ir.Table:
    """What was given or done for the flag's causes, or is one of `treatments` done since it was known."""
    pairs = [{"flag": flag, "indication": key} for flag, wide in causes.items() for key in kinds_of(wide)]
    kinds = knowledge_table(pairs, {"flag": "string", "indication": "string"})
    meant = sorted({pair["indication"] for pair in pairs})
    rows = asked.select(*FLAG, "known_by")
    for_it = rows.inner_join(kinds, "flag")
    given = facts.exposures
    given = given.filter(given.indication.isin(meant), given.taken != str(Answer.NO))
    done = facts.procedures.filter(facts.procedures.state == str(ProcedureState.DONE))
    by_word = [
        for_it.inner_join(table.select("person_no", "indication", "record_id"), ["person_no", "indication"])
        for table in (given, done)
    ]
    of_kind = done.filter(done.procedure.isin(list(treatments)), done.start_first.notnull())
    since = rows.inner_join(of_kind.select("person_no", "start_first", "record_id"), "person_no")
    since = since.filter(since.start_first >= since.known_by)
    return ibis.union(
        *(
            _part(table.mutate(place=ibis.literal(place, "int64")))
            for place, table in enumerate((*by_word, since))
        )
    )


def pain_assessed(facts: FlagFacts, asked: ir.Table) -> ir.Table:
    """Pain scores, and words on whether pain is controlled, after the day and before the review."""
    scores, said = facts.scores, facts.statements
    scores = scores.filter(scores.instrument.isin(sorted(PAIN_SCORES))).mutate(place=_FIRST)
    said = said.filter(said.kind.isin([str(kind) for kind in PAIN_STATEMENTS])).mutate(place=_SECOND)
    columns = ("person_no", "as_of", "start_first", "start_last", "place", "record_id")
    told = ibis.union(*(table.select(*columns, about=table.condition) for table in (scores, said)))
    rows = asked.select(*FLAG, "known_by").inner_join(told, "person_no")
    of_it = rows.about.isnull() | (rows.condition == "") | (rows.about == rows.condition)
    return _part(
        rows.filter(of_it.fill_null(False), rows.known_by < rows.start_first, rows.start_last < rows.as_of)
    )


def first_of(*parts: ir.Table) -> ir.Table:
    """The first part of the evidence that speaks of a flag; the later ones where none before does."""
    chosen, *others = parts
    for other in others:
        chosen = chosen.union(other.anti_join(chosen, list(FLAG)))
    return chosen


def both(one: ir.Table, other: ir.Table) -> ir.Table:
    """Two parts of the evidence, the first before the second, for the flags of which both speak."""
    later = other.mutate(place=other.place + _AFTER)
    return one.semi_join(other, list(FLAG)).union(later.semi_join(one, list(FLAG)))


def has(rows: ir.Table, part: ir.Table, name: str) -> ir.Table:
    """Add a column that says whether a part of the evidence speaks of each flag."""
    spoken = part.select(*FLAG).distinct().mutate(**{name: ibis.literal(True)})
    told = rows.left_join(spoken, list(FLAG), rname="{name}_part")
    return told.mutate(**{name: told[name].fill_null(False)}).select(*rows.columns, name)


_AFTER = 1000
"""A place after every place of the part before."""

_FIRST, _SECOND = ibis.literal(0, "int64"), ibis.literal(1, "int64")


def _part(rows: ir.Table) -> ir.Table:
    return rows.select(*FLAG, "place", "record_id")
