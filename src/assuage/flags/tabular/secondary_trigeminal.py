"""Signs that trigeminal neuralgia has a cause: the tabular form of `flags.secondary_trigeminal`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.flags.model import FlagState, Urgency
from assuage.flags.rules import numbers
from assuage.flags.secondary_trigeminal import MADE_BY_KNOWN_CAUSE, MAY_FOLLOW_SURGERY, TRIGEMINAL
from assuage.flags.tabular.ages import aged_at_least
from assuage.flags.tabular.facts import FlagFacts, diagnoses_of, onsets, reviewed_of
from assuage.flags.tabular.found import FLAG, earliest, flag_rows, with_evidence
from assuage.flags.tabular.onset_flags import asked_of, onset_flags
from assuage.flags.tabular.signs import fact_records, of_each, raised_flags, signs_seen, stand, summed
from assuage.flags.tabular.working_up import settled_by
from assuage.records.rows import ConditionState, ProcedureState
from assuage.trials.tabular.known import Keep

_FAMILY = "secondary_trigeminal"


def flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """The signs on record, for each trigeminal neuralgia under review."""
    neuralgias = keep(reviewed_of(facts, TRIGEMINAL))
    causes = keep(_causes(facts))
    return ibis.union(
        _of_signs(facts, neuralgias, causes, keep),
        _young_onset(facts, neuralgias, keep),
        _of_cause(neuralgias, causes),
    )


def _of_signs(facts: FlagFacts, neuralgias: ir.Table, causes: ir.Table, keep: Keep) -> ir.Table:
    """Numbness that an operation made is told apart; what a known cause makes is no flag of its own."""
    seen = signs_seen(facts, _FAMILY)
    more = {"first_day": seen.since_first.min(), "undated": seen.since_last.isnull().any()}
    asked = keep(of_each(summed(seen, **more), neuralgias))
    surgery = keep(_surgery_before(facts, asked))
    others = asked.anti_join(surgery, list(FLAG))
    explained = others.filter(others.flag.isin(list(MADE_BY_KNOWN_CAUSE)))
    explained = explained.semi_join(causes.filter(causes.is_known), "person_no")
    others = keep(others.anti_join(explained, list(FLAG)).drop("first_day", "undated"))
    expected = asked.semi_join(surgery, list(FLAG))
    expected = with_evidence(expected, fact_records(expected, seen), surgery)
    return raised_flags(stand(facts, _FAMILY, seen, others, keep), _FAMILY).union(
        flag_rows(
            expected,
            urgency=Urgency.NOTE,
            source=numbers(_FAMILY)["numbing_procedures"].provenance,
            state=FlagState.WORKED_UP,
            reason="numbness_after_surgery",
            since=expected.since,
        )
    )


def _surgery_before(facts: FlagFacts, asked: ir.Table) -> ir.Table:
    """Operations that are meant to numb, done before the sign was first recorded: a part of the evidence."""
    classes = numbers(_FAMILY)["numbing_procedures"].value
    done = facts.procedures
    done = done.filter(done.state == str(ProcedureState.DONE), done.treatment_class.isin(list(classes)))
    signs = asked.filter(asked.flag.isin(list(MAY_FOLLOW_SURGERY)), ~asked.undated)
    rows = signs.inner_join(done.select("person_no", "start_last", "record_id"), "person_no")
    rows = rows.filter(rows.start_last < rows.first_day)
    return rows.select(*FLAG, "record_id", place=ibis.literal(0, "int64"))


def _causes(facts: FlagFacts) -> ir.Table:
    """The diagnoses of what the neuralgia can come from; the doubted ones where there are no others.

    Columns: those of diagnoses, `place`, and `is_known`: the disease is not in doubt.
    """
    rows = diagnoses_of(facts, numbers(_FAMILY)["known_cause"].value)
    rows = rows.mutate(is_known=rows.state != str(ConditionState.UNCONFIRMED))
    rows = rows.mutate(some_known=rows.is_known.any().over(group_by="person_no"))
    return rows.filter(rows.is_known | ~rows.some_known).drop("some_known")


def _of_cause(neuralgias: ir.Table, causes: ir.Table) -> ir.Table:
    """A known disease is a note; one that is only suspected is to be looked at."""
    told = causes.group_by("person_no").agg(since=earliest(causes, "start"), is_known=causes.is_known.any())
    rows = neuralgias.inner_join(told, "person_no")
    rows = with_evidence(rows, causes.select("person_no", "place", "record_id"), on=("person_no",))
    return flag_rows(
        rows,
        flag="multiple_sclerosis",
        urgency=rows.is_known.ifelse(str(Urgency.NOTE), str(Urgency.LOOK)),
        source=numbers(_FAMILY)["known_cause"].provenance,
        state=rows.is_known.ifelse(str(FlagState.WORKED_UP), str(FlagState.OPEN)),
        reason=rows.is_known.ifelse("multiple_sclerosis_known", "multiple_sclerosis_suspected"),
        since=rows.since,
    )


def _young_onset(facts: FlagFacts, neuralgias: ir.Table, keep: Keep) -> ir.Table:
    rules = numbers(_FAMILY)
    name, limit = "young_trigeminal_onset", rules["young_onset_years"]
    born = facts.people.select("person_no", "birth_first", "birth_last")
    begun = onsets(facts, neuralgias.mutate(wider=neuralgias.condition))
    rows = begun.inner_join(born.filter(born.birth_first.notnull()), "person_no")
    rows = rows.mutate(old=aged_at_least(limit.value, rows, "start"))
    rows = rows.filter(rows.old != str(Answer.YES)).mutate(
        reason=(rows.old == str(Answer.NO)).ifelse(name, f"{name}_possible")
    )
    asked = keep(asked_of(name, rows))
    settled = keep(settled_by(facts, asked, {name: rules["settled_by"].value}))
    return onset_flags(asked, settled, limit.provenance, {"years": limit.value})
