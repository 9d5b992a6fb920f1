"""What each trial counts as under each definition: the tabular form of `resistance.judging`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import Outcome, Purpose, StopReason
from assuage.resistance.definition import Definition
from assuage.resistance.judging import HELD_DAYS, PARTIAL_PERCENT
from assuage.resistance.model import CountsAs, TrialCode
from assuage.resistance.tabular.facts import TRIAL_FACTS
from assuage.resistance.tabular.outlooks import (
    answer_of,
    dose_reason,
    length_reason,
    not_tolerated,
    plateau_dose,
    plateau_runs,
    response_reason,
    with_lengths,
)
from assuage.resistance.tabular.reasons import judgement_values
from assuage.resistance.tabular.rules import spoken_of, trial_rules
from assuage.trials.model import Indication
from assuage.trials.tabular.known import Keep

_YES, _NO, _OPEN = map(str, (Answer.YES, Answer.NO, Answer.UNKNOWN))
_NOT_DAILY = [str(Purpose.ACUTE), str(Purpose.TEST)]
_NEVER_AT_WORK = [
    str(code) for code in (TrialCode.INTOLERANCE, TrialCode.NONADHERENCE, TrialCode.CONTRAINDICATED)
]

JUDGEMENT_COLUMNS = ("definition", "duration_ok", "reason_values")
"""What a judgement says beyond the facts that criteria read of it (`facts.TRIAL_FACTS`)."""


def judge_trials(
    trials: ir.Table,
    steps: ir.Table,
    ruled_out: ir.Table,
    definitions: Iterable[Definition],
    keep: Keep,
) -> ir.Table:
    """The judgement of each trial under each definition, and variant, that speaks of its condition.

    `trials` have a `case_id`; `ruled_out` names the treatments (`case_id`, `treatment`) with a
    contraindication on record. Columns: `JUDGEMENT_COLUMNS` and `facts.TRIAL_FACTS`.
    """
    asked = list(definitions)
    spoken, rules = spoken_of(asked), trial_rules(asked)
    own = keep(_with_own(trials, ruled_out))
    runs = keep(plateau_runs(_under_rules(own, spoken, rules), steps))
    several = keep(_begun_together(_judged(_under_rules(_with_company(own), spoken, rules), runs)))
    judged = _left_open(_judged(_under_rules(own, spoken, rules), runs), several)
    return judged.mutate(reason_values=judgement_values(judged)).select(*JUDGEMENT_COLUMNS, *TRIAL_FACTS)


def _with_own(trials: ir.Table, ruled_out: ir.Table) -> ir.Table:
    """What is the same under every definition: `ruled_out`, and `known_day`, of a drug taken day by day."""
    rows = trials.left_join(
        ruled_out.mutate(ruled_out=True), ["case_id", "treatment"], rname="{name}_ruled_out"
    )
    daily = (rows.kind == "drug") & ~rows.purpose.isin(_NOT_DAILY)
    return rows.mutate(
        ruled_out=rows.ruled_out.fill_null(False),
        known_day=daily & (rows.start_first == rows.start_last).fill_null(False),
    )


def _with_company(trials: ir.Table) -> ir.Table:
    """The drugs taken day by day that were begun on one known day with another: few, of all trials."""
    rows = trials.filter(trials.known_day)
    days = rows.group_by("case_id", "start_first").agg(first=rows.treatment.min(), last=rows.treatment.max())
    return rows.semi_join(days.filter(days["first"] != days["last"]), ["case_id", "start_first"])


def _under_rules(trials: ir.Table, spoken: ir.Table, rules: ir.Table) -> ir.Table:
    """Each trial with the rules of each definition that speaks of its condition."""
    rows = trials.inner_join(spoken, "condition").inner_join(rules, ["definition", "treatment"])
    return rows.mutate(plateau_dose=plateau_dose(rows))


def _judged(rows: ir.Table, runs: ir.Table) -> ir.Table:
    """Each trial under each definition, as if nothing had been begun with it."""
    rows = with_lengths(rows, runs)
    rows = rows.mutate(
        dose_reason=dose_reason(rows),
        length_reason=length_reason(rows),
        response_reason=response_reason(rows),
    )
    rows = rows.mutate(
        dose_ok=answer_of(rows.dose_reason),
        duration_ok=answer_of(rows.length_reason),
        responded=answer_of(rows.response_reason),
    )
    rows = _concluded(rows)
    return rows.mutate(may_have_worked=rows.known_day & ~rows.code.isin(_NEVER_AT_WORK))


@dataclass(frozen=True)
class Conclusion:
    """One way in which a trial can end up: when, its code, what it counts as, and the reason."""

    when: ir.BooleanValue
    code: TrialCode | ir.StringValue
    counts_as: CountsAs | ir.StringValue
    reason: str | ir.StringValue


def _concluded(rows: ir.Table) -> ir.Table:
    """Add `code`, `counts_as`, `reason_code`, the first conclusion that holds deciding."""
    chain = [_contraindicated(rows), *_of_procedures(rows), *_of_drugs(rows)]
    rows = rows.mutate(
        branch=ibis.cases(*((one.when, number) for number, one in enumerate(chain)), else_=len(chain))
    )
    chosen = {
        "code": [one.code for one in chain],
        "counts_as": [one.counts_as for one in chain],
        "reason_code": [one.reason for one in chain],
    }
    rows = rows.mutate(**{name: _at_branch(rows, values) for name, values in chosen.items()})
    unsure = (rows.counts_as != str(CountsAs.NOT_FAILED)) & (rows.indication == str(Indication.UNKNOWN))
    return rows.mutate(
        counts_as=unsure.ifelse(str(CountsAs.UNKNOWN), rows.counts_as),
        reason_code=unsure.ifelse("indication_unknown", rows.reason_code),
    )


def _at_branch(rows: ir.Table, values: list[object]) -> ir.StringValue:
    words = [value if isinstance(value, ir.Value) else str(value) for value in values]
    return ibis.cases(*((rows.branch == number, word) for number, word in enumerate(words)), else_=None)


def _contraindicated(rows: ir.Table) -> Conclusion:
    never = (rows.taken == _NO) & rows.ruled_out
    return Conclusion(never, TrialCode.CONTRAINDICATED, CountsAs.NOT_FAILED, "not_taken")


def _of_procedures(rows: ir.Table) -> list[Conclusion]:
    """The tabular form of `_procedure_conclusion`, for rows that are no drug."""
    mine = rows.kind != "drug"
    no_response = mine & (rows.responded == _NO)
    too_early = no_response & (rows.days < rows.judged_after_days).fill_null(False)
    why = rows.response_reason
    return [
        Conclusion(
            mine & (rows.outcome == str(Outcome.LOST_EFFECT)),
            TrialCode.RECURRENCE,
            CountsAs.NOT_FAILED,
            "procedure_recurrence",
        ),
        Conclusion(
            mine & (rows.stop_reason == str(StopReason.ADVERSE_EVENT)),
            TrialCode.COMPLICATION,
            CountsAs.NOT_FAILED,
            "stopped_adverse_event",
        ),
        Conclusion(mine & (rows.responded == _YES), TrialCode.RESPONSE, CountsAs.NOT_FAILED, why),
        Conclusion(
            mine & (rows.stop_reason == str(StopReason.OTHER)),
            TrialCode.STOPPED_OTHER,
            CountsAs.NOT_FAILED,
            "stopped_other",
        ),
        Conclusion(no_response & _some_relief(rows), TrialCode.PARTIAL, CountsAs.NOT_FAILED, why),
        Conclusion(too_early, TrialCode.UNDETERMINED, CountsAs.UNKNOWN, "too_early"),
        Conclusion(no_response, TrialCode.NO_INITIAL_RESPONSE, CountsAs.FAILED, why),
        Conclusion(mine, TrialCode.UNDETERMINED, CountsAs.UNKNOWN, why),
    ]


def _some_relief(rows: ir.Table) -> ir.BooleanValue:
    return (rows.change_percent >= PARTIAL_PERCENT).fill_null(False)


def _of_drugs(rows: ir.Table) -> list[Conclusion]:
    """The tabular form of `_conclusion` and `_outcome_conclusion`."""
    for_attacks = ~rows.is_acute & rows.purpose.isin(_NOT_DAILY)
    works_on = (rows.running == _YES) & (rows.responded == _YES)
    intolerance = rows.counts_intolerance.ifelse(str(CountsAs.FAILED), str(CountsAs.NOT_FAILED))
    why, silent = rows.response_reason, rows.responded == _OPEN
    given_up = rows.stop_reason.isin([str(StopReason.OTHER), str(StopReason.REMISSION)])
    failure = _failure_code(rows)
    return [
        Conclusion(for_attacks, TrialCode.UNDETERMINED, CountsAs.NOT_FAILED, "not_a_preventive_trial"),
        Conclusion(
            not_tolerated(rows) & ~works_on, TrialCode.INTOLERANCE, intolerance, "stopped_adverse_event"
        ),
        Conclusion(rows.taken == _NO, TrialCode.NONADHERENCE, CountsAs.NOT_FAILED, "not_taken"),
        Conclusion(
            rows.stop_reason == str(StopReason.NONADHERENCE),
            TrialCode.NONADHERENCE,
            CountsAs.NOT_FAILED,
            "nonadherence",
        ),
        Conclusion(rows.responded == _YES, TrialCode.RESPONSE, CountsAs.NOT_FAILED, why),
        Conclusion(rows.dose_ok == _NO, TrialCode.INADEQUATE_DOSE, CountsAs.NOT_FAILED, rows.dose_reason),
        Conclusion(
            rows.duration_ok == _NO, TrialCode.INADEQUATE_DURATION, CountsAs.NOT_FAILED, rows.length_reason
        ),
        Conclusion(silent & given_up, TrialCode.STOPPED_OTHER, CountsAs.NOT_FAILED, "stopped_other"),
        Conclusion(silent, TrialCode.UNDETERMINED, CountsAs.UNKNOWN, why),
        Conclusion(rows.dose_ok == _OPEN, failure, CountsAs.UNKNOWN, rows.dose_reason),
        Conclusion(rows.duration_ok == _OPEN, failure, CountsAs.UNKNOWN, rows.length_reason),
        Conclusion(ibis.literal(True), failure, CountsAs.FAILED, why),
    ]


def _failure_code(rows: ir.Table) -> ir.StringValue:
    held = (rows.outcome == str(Outcome.LOST_EFFECT)) & (rows.days >= HELD_DAYS).fill_null(False)
    return ibis.cases(
        (held, str(TrialCode.LOSS_OF_EFFECT)),
        (_some_relief(rows), str(TrialCode.PARTIAL)),
        else_=str(TrialCode.NONRESPONSE),
    )


def _begun_together(rows: ir.Table) -> ir.Table:
    """The days on which several drugs were begun that may have worked: the tabular form of `_together`.

    Columns: `case_id`, `definition`, `start_first`, and the `first` and the `last` of them in the alphabet.
    """
    working = rows.filter(rows.may_have_worked)
    begun = working.group_by("case_id", "definition", "start_first").agg(
        first=working.treatment.min(), last=working.treatment.max()
    )
    return begun.filter(begun["first"] != begun["last"])


def _left_open(rows: ir.Table, several: ir.Table) -> ir.Table:
    """Leave open which of several drugs begun on one known day failed: the tabular form of `_apart`.

    `begun_with` is the first in the alphabet of the drugs begun together, or the last where it is the first.
    """
    rows = rows.left_join(several, ["case_id", "definition", "start_first"], rname="{name}_begun")
    left_open = rows.may_have_worked & rows["first"].notnull() & (rows.counts_as == str(CountsAs.FAILED))
    return rows.mutate(
        begun_with=(rows.treatment == rows["first"]).ifelse(rows["last"], rows["first"]),
        counts_as=left_open.ifelse(str(CountsAs.UNKNOWN), rows.counts_as),
        reason_code=left_open.ifelse("begun_together", rows.reason_code),
    )
