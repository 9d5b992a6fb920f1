"""Courses become trials of drugs: the tabular form of what `trials.assemble` does with a course."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import EndRule, ObservationKind, Outcome, Purpose, StopReason
from assuage.trials.assemble import OUTCOMES, STABLE_DAYS, STOP_REASONS
from assuage.trials.courses import END_RULES, GAP_DAYS
from assuage.trials.tabular import knowledge
from assuage.trials.tabular.columns import WORD_BITS, knowledge_table, no_texts, word_of
from assuage.trials.tabular.courses import COURSE
from assuage.trials.tabular.response import score_changes

_YES, _NO, _OPEN = map(str, (Answer.YES, Answer.NO, Answer.UNKNOWN))
_SILENT = str(StopReason.UNKNOWN)


def named_courses(courses: ir.Table, people: ir.Table) -> ir.Table:
    """Courses with their words: treatment, class, end rule, outcome, stop reason; without those in words.

    What the course began as decides: an indication in words that no code list knows is still another one.
    """
    kept = courses.filter((courses.indication_no > 0) | (courses.words_key % 2 == 1))
    rows = kept.inner_join(knowledge.drugs().rename(treatment="ingredient"), "drug_no")
    rows = rows.left_join(_stated_words(), "indication_no", rname="{name}_words")
    rows = rows.inner_join(people, "person_no")
    counts = rows.interval_days.notnull() & ~rows.outlives
    return rows.mutate(
        kind=ibis.literal("drug"),
        stated=rows.stated.fill_null(""),
        end_rule=word_of(rows.rule, END_RULES),
        outcome=word_of(rows.outcome_key % 2**WORD_BITS, OUTCOMES),
        stop_reason=word_of(rows.stop_key % 2**WORD_BITS, STOP_REASONS),
        sessions=counts.ifelse(rows.exposures, ibis.null("int64")),
        evidence=rows.records.unique().sort(),
    )


def _stated_words() -> ir.Table:
    rows = [{"indication_no": number, "stated": key} for key, number in knowledge.condition_numbers().items()]
    return knowledge_table(rows, {"indication_no": "int64", "stated": "string"})


def with_running(rows: ir.Table) -> ir.Table:
    """Whether each course still went on at `as_of`: the tabular form of `assemble._running`."""
    stopped = (rows.stop_reason != _SILENT) & (rows.end_rule != str(EndRule.ONGOING))
    surely_on = (rows.end_first >= rows.as_of).fill_null(False)
    lately = rows.as_of - rows.end_last <= GAP_DAYS
    running = ibis.cases(
        (stopped, surely_on.ifelse(_YES, _NO)),
        (rows.end_first.isnull(), _OPEN),
        (rows.end_last >= rows.as_of, surely_on.ifelse(_YES, _OPEN)),
        (rows.end_rule == str(EndRule.ONGOING), lately.ifelse(_YES, _OPEN)),
        (lately & (rows.end_rule != str(EndRule.STATED)), _OPEN),
        else_=_NO,
    )
    return rows.mutate(running=running)


def with_adverse_events(rows: ir.Table, observations: ir.Table) -> ir.Table:
    """An adverse event on record for the drug within a month of its end is why it stopped."""
    events = observations.filter(
        observations.kind == str(ObservationKind.ADVERSE_EVENT), observations.start_first.notnull()
    )
    events = events.select(
        "person_no",
        treatment="ingredient",
        event_first="start_first",
        event_last="start_last",
        event_record="record_id",
        event=events.text.nullif("").fill_null(events.name),
    )
    asked = rows.filter(
        rows.stop_reason == _SILENT,
        rows.running != _YES,
        rows.start_first.notnull(),
        rows.end_first.notnull(),
    ).select(*COURSE, "person_no", "treatment", "start_first", "end_first", "end_last")
    near = asked.inner_join(events, ["person_no", "treatment"])
    away_days = ibis.greatest(near.end_first - near.event_last, near.event_first - near.end_last)
    near = near.filter(near.event_last >= near.start_first, away_days <= GAP_DAYS)
    order = ibis.window(group_by=list(COURSE), order_by=[near.event_record, near.event])
    first = near.mutate(place=ibis.row_number().over(order)).filter(ibis._.place == 0)
    found = rows.left_join(first.select(*COURSE, "event", "event_record"), list(COURSE), rname="{name}_event")
    has_event = found.event_record.notnull()
    return found.mutate(
        stop_reason=has_event.ifelse(str(StopReason.ADVERSE_EVENT), found.stop_reason),
        adverse_event=found.adverse_event.fill_null(found.event),
        evidence=found.evidence.concat(has_event.ifelse(ibis.array([found.event_record]), no_texts())),
    ).drop("line_event", "course_event", "event", "event_record")


def with_purpose(rows: ir.Table) -> ir.Table:
    """The purpose on record; else acute where it was taken as needed; else the recognised one."""
    open_ = str(Purpose.UNKNOWN)
    known = rows.known_purpose.fill_null(open_)
    return rows.mutate(
        purpose=ibis.cases(
            (rows.purpose != open_, rows.purpose), (rows.as_needed, str(Purpose.ACUTE)), else_=known
        )
    )


def with_change(rows: ir.Table, scores: ir.Table) -> ir.Table:
    """Add the relief: as the latest record states it, else from scores, else from stable use over years.

    `scores` are those attributed to each reviewed condition.
    """
    dated = rows.start_first.notnull() & rows.end_first.notnull()
    asks = rows.change_percent.isnull() & dated
    asked = rows.filter(asks).select(
        *COURSE, "person_no", "condition", "start_first", "start_last", "plateau_end"
    )
    changes = score_changes(asked, scores)
    scored = scores.select("person_no", "condition").distinct().mutate(has_scores=True)
    found = rows.mutate(asks=asks).left_join(changes, [*COURSE, "condition"], rname="{name}_change")
    found = found.left_join(scored, ["person_no", "condition"], rname="{name}_scored")
    by_scores = found.score_percent.notnull()
    silent = (found.outcome == str(Outcome.UNKNOWN)) & (found.stop_reason == _SILENT)
    stable = (
        found.asks
        & ~by_scores
        & silent
        & found.has_scores.isnull()
        & (found.purpose != str(Purpose.ACUTE))
        & (found.days >= STABLE_DAYS).fill_null(False)
    )
    return found.mutate(
        change_basis=ibis.cases(
            (found.change_percent.notnull(), "stated"), (by_scores, "scores"), (stable, "stable_use")
        ),
        change_percent=found.change_percent.fill_null(found.score_percent),
        outcome=stable.ifelse(str(Outcome.EFFECTIVE), found.outcome),
        evidence=found.evidence.concat(by_scores.ifelse(found.score_records, no_texts())),
    )
