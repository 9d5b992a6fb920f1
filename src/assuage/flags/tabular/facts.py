"""What every family of flags reads, many people's at once: the tabular form of `flags.subject`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from assuage.codes.conditions import concepts
from assuage.flags.subject import is_one_of
from assuage.flags.tabular.sign_facts import sign_facts
from assuage.records.rows import EndRule
from assuage.trials.tabular import knowledge
from assuage.trials.tabular.assemble import Trials
from assuage.trials.tabular.columns import knowledge_table, partial
from assuage.trials.tabular.known import Keep, Known, known_rows

_RECORD = ("person_no", "as_of", "start_first", "start_last", "record_id")


@dataclass(frozen=True)
class FlagFacts:
    """What was on record of the people under review: every table has `person_no`, days are ordinals.

    `people`: one row each, `person_id`, `as_of`, `birth_first`, `birth_last`.
    `reviewed`: the pain conditions under review, `condition`.
    `diagnoses`: every diagnosis, doubted ones too: `condition`, `state`, and `since_first`, `since_last`,
    which are the beginning or, without one, when it was written down.
    `observations`: `kind`, `name`, `text`, `ingredient`, `present`, `value`, `unit`.
    `scores`: `instrument`, `low`, `high`, `condition`.
    `statements`: `kind`, `about`, `condition`, `answer`.
    `exposures`: `ingredient`, `treatment_class`, `taken`, `indication`, `end_first`, `end_last`,
    `end_rule`, as known at the review.
    `procedures`: `procedure`, `treatment_class`, `state`, `indication`.
    `signs`: the facts that make signs, as `sign_facts` finds them.
    `trials`: as `trials.tabular` gives them, `steps` their dose steps.

    Every table of records has `as_of`, `start_first`, `start_last` (null: not on record) and `record_id`.
    `exposures` and `procedures` are not held: choose rows before holding them.
    """

    people: ir.Table
    reviewed: ir.Table
    diagnoses: ir.Table
    observations: ir.Table
    scores: ir.Table
    statements: ir.Table
    exposures: ir.Table
    procedures: ir.Table
    signs: ir.Table
    trials: ir.Table
    steps: ir.Table


def flag_facts(tables: Mapping[str, ir.Table], known: Known, found: Trials, keep: Keep) -> FlagFacts:
    """Narrow the tables to what flags read; `tables` are those of `records.rows` by name."""
    diagnoses = keep(_diagnoses(known.conditions))
    return FlagFacts(
        people=keep(_people(tables["person"], known.people)),
        reviewed=known.reviewed.select("person_no", "condition"),
        diagnoses=diagnoses,
        observations=known.observations.select(
            *_RECORD, "kind", "name", "text", "ingredient", "present", "value", "unit"
        ),
        scores=known.scores.select(*_RECORD, "instrument", "low", "high", "condition"),
        statements=known.statements.select(*_RECORD, "kind", "about", "condition", "answer"),
        exposures=_exposures(tables["exposure"], known.people),
        procedures=_procedures(tables["procedure"], known.people),
        signs=keep(sign_facts(known.observations, diagnoses)),
        trials=found.trials,
        steps=found.steps,
    )


def kinds_of(wider: Iterable[str]) -> list[str]:
    """Every condition that is one of these, or a kind of one."""
    wanted = tuple(wider)
    return [key for key in concepts() if is_one_of(key, wanted)]


def reviewed_of(facts: FlagFacts, wider: Iterable[str]) -> ir.Table:
    """The reviewed conditions that are one of these, or a kind of one: `person_no`, `condition`."""
    return facts.reviewed.filter(facts.reviewed.condition.isin(kinds_of(wider)))


def diagnoses_of(facts: FlagFacts, wider: Iterable[str]) -> ir.Table:
    """The diagnoses that are one of these, or a kind of one, with their `place` in the plain order."""
    wanted = sorted(wider)
    rows = [
        {
            "condition": key,
            "place": min(place for place, wide in enumerate(wanted) if is_one_of(key, (wide,))),
        }
        for key in kinds_of(wanted)
    ]
    return facts.diagnoses.inner_join(
        knowledge_table(rows, {"condition": "string", "place": "int64"}), "condition"
    )


def own_diagnoses(facts: FlagFacts, asked: ir.Table) -> ir.Table:
    """The diagnoses that make the condition each flag is about, its kinds included, with their `place`.

    `asked` has `person_no` and `about`, beside what else it has; a diagnosis gives the columns of
    `facts.diagnoses` but its own condition.
    """
    kin = knowledge.kinship().select(about="wide", kind="narrow")
    rows = asked.inner_join(kin, "about")
    rows = rows.inner_join(facts.diagnoses.rename(kind="condition"), ["person_no", "kind"])
    return rows.drop("kind").mutate(place=ibis.literal(0, "int64"))


def observed(facts: FlagFacts, names: Iterable[str]) -> ir.Table:
    """The observations of these names, whatever they found, with their `place` in the plain order."""
    rows = [{"name": name, "place": place} for place, name in enumerate(sorted(set(names)))]
    return facts.observations.inner_join(knowledge_table(rows, {"name": "string", "place": "int64"}), "name")


def _people(person: ir.Table, people: ir.Table) -> ir.Table:
    births = person.select("person_id", **partial(person, "birth"))
    return people.inner_join(births, "person_id").select(
        "person_no", "person_id", "as_of", "birth_first", "birth_last"
    )


def _diagnoses(conditions: ir.Table) -> ir.Table:
    rows = conditions.mutate(**partial(conditions, "recorded"))
    begun = rows.start_first.notnull()
    return rows.select(
        *_RECORD,
        "condition",
        "state",
        since_first=begun.ifelse(rows.start_first, rows.recorded_first),
        since_last=begun.ifelse(rows.start_last, rows.recorded_last),
    )


def _exposures(exposure: ir.Table, people: ir.Table) -> ir.Table:
    classes = knowledge.drugs().select("ingredient", "treatment_class")
    rows = known_rows(exposure, people).inner_join(classes, "ingredient")
    ends = partial(rows, "end")
    later = (ends["end_first"] > rows.as_of).fill_null(False)
    is_order = rows.end_rule == str(EndRule.ACTIVE_ORDER)
    return rows.select(
        *_RECORD,
        *("ingredient", "treatment_class", "taken", "indication"),
        end_first=later.ifelse(rows.as_of, ends["end_first"]),
        end_last=later.ifelse(rows.as_of, ends["end_last"]),
        end_rule=(later & ~is_order).ifelse(str(EndRule.ONGOING), rows.end_rule),
    )


def _procedures(procedure: ir.Table, people: ir.Table) -> ir.Table:
    classes = knowledge.operations().select("procedure", "treatment_class")
    rows = known_rows(procedure, people).inner_join(classes, "procedure")
    return rows.select(*_RECORD, "procedure", "treatment_class", "state", "indication")
