"""How one treatment, or one class of treatments, stands in a case: failed, ruled out, at work, or open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from assuage.answers import Answer
from assuage.codes.conditions import belongs_to, concepts
from assuage.codes.drugs import formulary
from assuage.records.rows import Purpose, Statement, StatementKind
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.resistance.model import CountsAs, Judgement, TrialCode
from assuage.trials.courses import GAP_DAYS
from assuage.trials.model import TreatmentTrial


class Standing(StrEnum):
    """Where a treatment stands."""

    RESPONDING = "responding"  # it works, and is still taken
    FAILED = "failed"
    CONTRAINDICATED = "contraindicated"
    NOT_FAILED = "not_failed"  # known not to have failed: no adequate failure in a complete history
    UNKNOWN = "unknown"


_OUTRANKING = (Standing.RESPONDING, Standing.FAILED, Standing.UNKNOWN, Standing.NOT_FAILED)
"""Which member's standing speaks for its class, first to last; contraindicated only if all members are."""


@dataclass(frozen=True)
class TreatmentClass:
    """A class as a definition draws it: its members, where it is sold, and for whom it is meant."""

    key: str
    members: tuple[str, ...]
    not_available_in: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()  # condition keys outside the class's indication


def treatment_standing(case: Case, treatment: str, drawn_as: str = "") -> Standing:
    """How one treatment stands; `drawn_as` is the key of the definition's class that it is seen in.

    What works now outranks an earlier failure. A trial on record that did not fail does not exclude
    another that is not on record, unless the history is complete.
    """
    judged = case.judged_by_treatment.get(treatment, ())
    if any(at_work(trial, it) for trial, it in judged):
        return Standing.RESPONDING
    if any(it.counts_as is CountsAs.FAILED for _, it in judged):
        return Standing.FAILED
    if contraindicated(case, treatment, drawn_as):
        return Standing.CONTRAINDICATED
    if any(it.counts_as is CountsAs.UNKNOWN for _, it in judged):
        return Standing.UNKNOWN
    words = narrow_words(treatment, drawn_as) | WIDE_WORDS
    never = not judged and bool(_stated(case, StatementKind.NEVER_TRIED, words))
    return Standing.NOT_FAILED if never or case.covered else Standing.UNKNOWN


def at_work(trial: TreatmentTrial, judgement: Judgement) -> bool:
    """Whether a treatment works, and is still taken."""
    return trial.running is Answer.YES and judgement.code is TrialCode.RESPONSE


def controls_pain(trial: TreatmentTrial, judgement: Judgement) -> bool:
    """Whether a treatment that is not only for attacks, or for a test, works and is still taken."""
    return at_work(trial, judgement) and trial.purpose not in (Purpose.ACUTE, Purpose.TEST)


def controls_pain_table(facts: Facts) -> ir.Table:
    """The tabular form of `controls_pain` over the trials of a case: columns `case_id` and `works`."""
    trials = facts.trials
    return trials.group_by("case_id").agg(works=controls_pain_now(trials).any())


def controls_pain_now(trials: ir.Table) -> ir.BooleanValue:
    """The tabular form of `controls_pain`, trial by trial."""
    works = (trials.running == "yes") & (trials.code == str(TrialCode.RESPONSE))
    return works & ~trials.purpose.isin([str(Purpose.ACUTE), str(Purpose.TEST)])


def class_standing(case: Case, drawn: TreatmentClass) -> Standing:
    """How a class stands: one failed member is enough, unless another member is at work now.

    It is contraindicated only when every member is.
    """
    members = {treatment_standing(case, member, drawn.key) for member in drawn.members}
    return next((standing for standing in _OUTRANKING if standing in members), Standing.CONTRAINDICATED)


def available(drawn: TreatmentClass, condition: str, market: str | None) -> bool:
    """Whether a class is sold in the market (with none named, every one is) and meant for the condition."""
    return market not in drawn.not_available_in and not any(
        belongs_to(condition, key) for key in drawn.not_for
    )


WIDE_WORDS = frozenset({"all", "conventional"})
"""What a statement calls treatments in general."""


@cache
def narrow_words(treatment: str, drawn_as: str) -> frozenset[str]:
    """The words by which a statement can mean this very treatment: itself, or a class it belongs to."""
    entry = formulary().get(treatment)
    return frozenset({treatment, drawn_as} | ({entry.treatment_class} if entry else set())) - {""}


def contraindicated(case: Case, treatment: str, drawn_as: str = "") -> bool:
    """Whether an allergy or a statement rules the treatment out."""
    return bool(ruled_out_by(case, treatment, drawn_as))


def ruled_out_by(case: Case, treatment: str, drawn_as: str = "") -> tuple[str, ...]:
    """The records of the allergies and statements that rule the treatment out."""
    allergies = [row.record_id for row in case.allergies if row.ingredient == treatment]
    said = _stated(case, StatementKind.CONTRAINDICATED, narrow_words(treatment, drawn_as))
    return (*allergies, *(row.record_id for row in said))


def _stated(case: Case, kind: StatementKind, about: Collection[str]) -> list[Statement]:
    return [
        row for row in case.statements if row.kind is kind and row.answer is Answer.YES and row.about in about
    ]


def standings(facts: Facts, drawn: Sequence[TreatmentClass]) -> ir.Table:
    """The tabular form of `class_standing`: one row for each case and class that is available to it.

    Columns: `case_id`, `drawn_as`, `standing`, `covered`. Members that nothing speaks of are only counted:
    whether they are open or not failed rests on the coverage alone.
    """
    spoken = _member_standings(facts, drawn)
    summed = spoken.group_by("case_id", "drawn_as").agg(
        spoken=spoken.count(), **{str(word): (spoken.standing == str(word)).any() for word in _OUTRANKING}
    )
    rows = _grid(facts, drawn).left_join(summed, ["case_id", "drawn_as"], rname="{name}_summed")
    rows = rows.left_join(covered_cases(facts), "case_id", rname="{name}_covered")
    covered = rows.covered.fill_null(False)
    others = rows.members > rows.spoken.fill_null(0)
    held = {word: rows[str(word)].fill_null(False) for word in _OUTRANKING}
    held[Standing.UNKNOWN] |= others & ~covered
    held[Standing.NOT_FAILED] |= others & covered
    word = ibis.cases(
        *((held[standing], str(standing)) for standing in _OUTRANKING), else_=str(Standing.CONTRAINDICATED)
    )
    return rows.select("case_id", "drawn_as", covered=covered, standing=word)


def members_table(drawn: Sequence[TreatmentClass]) -> ir.Table:
    """The members of classes: `drawn_as`, `treatment`, and the class's `place` among them."""
    rows = [
        {"drawn_as": one.key, "treatment": member, "place": place}
        for place, one in enumerate(drawn)
        for member in one.members
    ]
    return _table(rows, {"drawn_as": "string", "treatment": "string", "place": "int64"})


def _member_standings(facts: Facts, drawn: Sequence[TreatmentClass]) -> ir.Table:
    """The tabular form of `treatment_standing`, for members that a trial, an allergy or a word speaks of."""
    rows = _spoken_of(facts, drawn)
    rows = rows.left_join(covered_cases(facts), "case_id", rname="{name}_covered")
    never = rows.never & ~rows.tried
    word = ibis.cases(
        (rows.responding, str(Standing.RESPONDING)),
        (rows.failed, str(Standing.FAILED)),
        (rows.ruled_out, str(Standing.CONTRAINDICATED)),
        (rows.open, str(Standing.UNKNOWN)),
        (never | rows.covered.fill_null(False), str(Standing.NOT_FAILED)),
        else_=str(Standing.UNKNOWN),
    )
    return rows.select("case_id", "drawn_as", "treatment", standing=word)


_SPOKEN = ("tried", "responding", "failed", "open", "ruled_out", "never")


def _spoken_of(facts: Facts, drawn: Sequence[TreatmentClass]) -> ir.Table:
    """What speaks of each member of a class, as one column of `_SPOKEN` each."""
    words = _words_table(drawn)
    places = members_table(drawn).drop("place")
    trials = facts.trials.inner_join(places, "treatment")
    works = (trials.running == "yes") & (trials.code == str(TrialCode.RESPONSE))
    tried = trials.select(
        *_MEMBER,
        tried=ibis.literal(True),
        responding=works,
        failed=trials.counts_as == str(CountsAs.FAILED),
        open=trials.counts_as == str(CountsAs.UNKNOWN),
    )
    allergic = facts.allergies.inner_join(places, "treatment").select(*_MEMBER)
    excluded = _said(facts, StatementKind.CONTRAINDICATED, words.filter(~words.wide))
    never = _said(facts, StatementKind.NEVER_TRIED, words)
    rows = ibis.union(
        *(
            part.select(*_MEMBER, **{name: part[name] if name in part.columns else False for name in _SPOKEN})
            for part in (
                tried,
                allergic.mutate(ruled_out=True),
                excluded.mutate(ruled_out=True),
                never.mutate(never=True),
            )
        )
    )
    return rows.group_by(*_MEMBER).agg(**{name: rows[name].any() for name in _SPOKEN})


_MEMBER = ("case_id", "drawn_as", "treatment")


def _words_table(drawn: Sequence[TreatmentClass]) -> ir.Table:
    """The words by which a statement can mean a member of a class; `wide` ones mean many at once."""
    rows = [
        {"drawn_as": one.key, "treatment": member, "word": word, "wide": word in WIDE_WORDS}
        for one in drawn
        for member in one.members
        for word in sorted(narrow_words(member, one.key) | WIDE_WORDS)
    ]
    return _table(rows, {"drawn_as": "string", "treatment": "string", "word": "string", "wide": "boolean"})


def _grid(facts: Facts, drawn: Sequence[TreatmentClass]) -> ir.Table:
    """Every case with every class that is available to it: `case_id`, `drawn_as`, `members` (how many)."""
    classes = _table(
        [{"drawn_as": one.key, "members": len(set(one.members))} for one in drawn],
        {"drawn_as": "string", "members": "int64"},
    )
    grid = facts.cases.cross_join(classes)
    unsold = ibis.or_(
        ibis.literal(False),
        *(
            (grid.drawn_as == one.key) & grid.market.isin(one.not_available_in)
            for one in drawn
            if one.not_available_in
        ),
    )
    unmeant = ibis.or_(
        ibis.literal(False),
        *(
            (grid.drawn_as == one.key) & grid.condition.isin(_kinds(one.not_for))
            for one in drawn
            if one.not_for
        ),
    )
    return grid.filter(~unsold.fill_null(False), ~unmeant).select("case_id", "drawn_as", "members")


def _kinds(wider: Sequence[str]) -> list[str]:
    return sorted(key for key in concepts() if any(belongs_to(key, one) for one in wider))


def _said(facts: Facts, kind: StatementKind, words: ir.Table) -> ir.Table:
    said = facts.statements.filter(facts.statements.kind == str(kind), facts.statements.answer == "yes")
    return (
        said.inner_join(words, said.about == words.word).select("case_id", "drawn_as", "treatment").distinct()
    )


def covered_cases(facts: Facts) -> ir.Table:
    """The tabular form of `Case.covered`: columns `case_id` and `covered`, for cases with any coverage."""
    firsts = facts.diagnoses.group_by("case_id").agg(first_record=facts.diagnoses.start_first.min())
    rows = facts.coverage.inner_join(facts.cases, "case_id", rname="{name}_case")
    rows = rows.left_join(firsts, "case_id", rname="{name}_first")
    reaches = (rows.end_first + ibis.interval(days=GAP_DAYS) >= rows.as_of).fill_null(True)
    begins = rows.from_birth | (rows.start_last <= rows.first_record).fill_null(False)
    return rows.group_by("case_id").agg(covered=(reaches & begins).any())


def _table(rows: list[dict[str, Any]], schema: dict[str, str]) -> ir.Table:
    typed = ibis.schema(schema)
    return ibis.memtable(pa.Table.from_pylist(rows, schema=typed.to_pyarrow()), schema=typed)
