"""The records that may settle a raised flag: tests, visits, words, treatments, pain assessed anew.

Every function takes `raised`, in the columns of `raised.RAISED`, and gives `STEPS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.codes.drugs import formulary
from assuage.flags.giant_cell_arteritis import DIAGNOSIS
from assuage.flags.rules import SIGN_FAMILIES, numbers, signs
from assuage.flags.suicidality import ITEM
from assuage.flags.tabular.facts import FlagFacts, kinds_of
from assuage.flags.tabular.found import FLAG
from assuage.flags.tabular.onsets import AGE_AND_NEW, NEW, OLDER, YOUNG
from assuage.flags.tabular.raised import MOOD, NO_FIRST_RESPONSE
from assuage.flags.tabular.signs import names_of_signs
from assuage.flags.working_up import PAIN_SCORES, PAIN_STATEMENTS, WORKED_UP_STATEMENTS
from assuage.records.rows import ProcedureState
from assuage.trials.tabular import knowledge
from assuage.trials.tabular.columns import knowledge_table

STEPS = (*FLAG, "step", "place", "day", "record_id")
"""A record that may settle a flag, as a `Step`, with its `place` in the evidence.

`day`: the ordinal by which a test or a drug tells when it was; null for the other steps.
"""


class Step(StrEnum):
    """What a record does about a flag."""

    GONE = "gone"
    """The sign was looked for again, and was there no longer."""
    CALM = "calm"
    """No such thoughts any more."""
    NUMBED = "numbed"
    """An operation that is meant to numb came before the numbness."""
    LOOKED_INTO = "looked_into"
    """A test, an image or a visit that the flag asks for."""
    FOLLOWED_UP = "followed_up"
    """The same for a cause, where it does not settle by itself."""
    STATED = "stated"
    """A clinician's word that it was looked into, or that nothing else explains the pain."""
    TREATED = "treated"
    """The cause at the skull was treated."""
    OPERATED = "operated"
    """What presses on the cord or the roots was treated."""
    GIVEN = "given"
    """Something was given for the arteritis."""
    GIVEN_BY_KIND = "given_by_kind"
    """A steroid since the arteritis was known, whatever it was for."""
    MASKING = "masking"
    """A steroid, which may make blood tests normal."""
    ASSESSED = "assessed"
    """Pain was assessed since."""


def steps_of_records(facts: FlagFacts, raised: ir.Table) -> ir.Table:
    """What was looked at, scored or stated since a flag was known, and findings that are there no longer."""
    return ibis.union(_observed(facts, raised), _calm(facts, raised), _stated(facts, raised))


def _observed(facts: FlagFacts, raised: ir.Table) -> ir.Table:
    done = facts.observations.select("person_no", "name", "present", "start_first", "start_last", "record_id")
    rows = raised.inner_join(_looked_for(), "flag").inner_join(done, ["person_no", "name"])
    absent = rows.present == str(Answer.NO)
    counts = (rows.step == Step.GONE).ifelse(
        absent & (rows.start_first > rows.known_by), ~absent & (rows.start_first >= rows.known_by)
    )
    return rows.filter(counts).mutate(day=rows.start_last).select(*STEPS)


def _looked_for() -> ir.Table:
    """The observations that a flag asks for: `flag`, `name`, `step`, `place`."""
    rows = [
        {"flag": flag, "name": name, "step": step, "place": place}
        for flag, step, names in _names_looked_for()
        for place, name in enumerate(sorted(names))
    ]
    return knowledge_table(rows, {"flag": "string", "name": "string", "step": "string", "place": "int64"})


def _names_looked_for() -> Iterator[tuple[str, Step, frozenset[str] | list[str]]]:
    for family in SIGN_FAMILIES:
        for sign in signs(family):
            if family == "intracranial":
                yield sign.flag, Step.FOLLOWED_UP, numbers(family)["followed_up_by"].value
            else:
                yield sign.flag, Step.GONE, sign.findings
                yield sign.flag, Step.LOOKED_INTO, sign.settled_by
    for flag, family in {
        OLDER: "red_flags",
        NEW: "red_flags",
        YOUNG: "secondary_trigeminal",
        MOOD: "suicidality",
        NO_FIRST_RESPONSE: "recheck",
    }.items():
        yield flag, Step.LOOKED_INTO, numbers(family)["settled_by"].value
    yield AGE_AND_NEW, Step.LOOKED_INTO, numbers(DIAGNOSIS)["looked_for_by"].value


def _calm(facts: FlagFacts, raised: ir.Table) -> ir.Table:
    """Answers that are not raised, after the last that was."""
    calm = facts.scores.filter(
        facts.scores.instrument == ITEM, facts.scores.high <= numbers("suicidality")["item9_above"].value
    )
    rows = raised.filter(raised.flag == MOOD).inner_join(
        calm.select("person_no", "start_first", "record_id"), "person_no"
    )
    return _steps(rows.filter(rows.start_first > rows.known_by), Step.CALM)


def _stated(facts: FlagFacts, raised: ir.Table) -> ir.Table:
    """A clinician's word, on or after the day, on the flag's condition or a wider one."""
    said = facts.statements
    said = said.filter(
        said.kind.isin([str(kind) for kind in WORKED_UP_STATEMENTS]), said.answer == str(Answer.YES)
    ).select("person_no", "start_first", "record_id", wide="condition")
    kin = knowledge.kinship().select(about="narrow", wide="wide", is_kin=ibis.literal(True))
    rows = raised.filter(raised.flag != MOOD).inner_join(said, "person_no")
    rows = rows.left_join(kin, ["about", "wide"], rname="{name}_kin")
    of_it = rows.wide.isnull() | (rows.about == "") | rows.is_kin.fill_null(False)
    return _steps(rows.filter(of_it, rows.start_first >= rows.known_by), Step.STATED)


# --- treatments


def steps_of_treatment(facts: FlagFacts, raised: ir.Table) -> ir.Table:
    """What was given or done for a cause: by its own word whenever it was, by its kind since it was known."""
    return _drugs(facts, raised).union(_operations(facts, raised))


def _drugs(facts: FlagFacts, raised: ir.Table) -> ir.Table:
    classes = numbers(DIAGNOSIS)["steroid_class"].value
    steroids = [key for key, entry in formulary().items() if entry.treatment_class in classes]
    meant = sorted({key for key, *_ in _causes()})
    given = facts.exposures
    given = given.filter(
        given.indication.isin(meant) | given.ingredient.isin(steroids), given.taken != str(Answer.NO)
    ).select("person_no", "indication", "ingredient", "start_first", "start_last", "record_id")
    rows = _meant(raised.inner_join(given, "person_no"))
    is_steroid = rows.ingredient.isin(steroids)
    since = (rows.flag == DIAGNOSIS) & (rows.start_last >= rows.known_by)
    step = ibis.cases(
        (rows.by_word.notnull(), rows.by_word),
        (is_steroid & since, Step.GIVEN_BY_KIND),
        (is_steroid & (rows.flag == AGE_AND_NEW), Step.MASKING),
    )
    day = (step == Step.MASKING).ifelse(rows.start_first, rows.start_last)
    return rows.mutate(step=step, day=day, place=_place(0)).filter(ibis._.step.notnull()).select(*STEPS)


def _operations(facts: FlagFacts, raised: ir.Table) -> ir.Table:
    done = facts.procedures.filter(facts.procedures.state == str(ProcedureState.DONE))
    done = done.select(
        "person_no", "indication", "procedure", "treatment_class", "start_first", "start_last", "record_id"
    )
    rows = _meant(raised.inner_join(done, "person_no"))
    by_kind = ibis.cases(
        *(
            (rows.flag.isin(flags) & rows.procedure.isin(numbers(family)["treated_by"].value), step)
            for family, step, flags in _treated_families()
            if family != DIAGNOSIS
        )
    )
    numbing = list(numbers("secondary_trigeminal")["numbing_procedures"].value)
    step = ibis.cases(
        (rows.by_word.notnull(), rows.by_word),
        (rows.start_first >= rows.known_by, by_kind),
        (rows.treatment_class.isin(numbing) & (rows.start_last < rows.numbed_before), Step.NUMBED),
    )
    place = rows.by_word.notnull().ifelse(_place(1), _place(2))
    rows = rows.mutate(step=step, place=place, day=ibis.null("int64"))
    return rows.filter(rows.step.notnull()).select(*STEPS)


def _meant(rows: ir.Table) -> ir.Table:
    """Add `by_word`: the step that something is by what it is said to be for; null where it is none."""
    kinds = [{"flag": flag, "indication": key, "by_word": step} for key, flag, step in _causes()]
    meant = knowledge_table(kinds, {"flag": "string", "indication": "string", "by_word": "string"})
    told = rows.left_join(meant, ["flag", "indication"], rname="{name}_meant")
    return told.drop("flag_meant", "indication_meant")


def _causes() -> Iterator[tuple[str, str, Step]]:
    """What a treatment can be for, with the flag that it treats."""
    diagnoses = {sign.flag: sign.diagnoses for family in SIGN_FAMILIES for sign in signs(family)}
    for _, step, flags in _treated_families():
        for flag in flags:
            for key in kinds_of(diagnoses[flag]):
                yield key, flag, step


def _treated_families() -> Iterator[tuple[str, Step, list[str]]]:
    yield "intracranial", Step.TREATED, names_of_signs("intracranial")
    yield "cauda_equina", Step.OPERATED, names_of_signs("cauda_equina")
    yield DIAGNOSIS, Step.GIVEN, [DIAGNOSIS]


def pain_assessed(facts: FlagFacts, raised: ir.Table, treated: ir.Table) -> ir.Table:
    """Pain scores, and words on whether pain is controlled, after the day and before the review.

    The day is that by which the flag was known; for arteritis, that of the first treatment given.
    """
    scores, said = facts.scores, facts.statements
    scores = scores.filter(scores.instrument.isin(sorted(PAIN_SCORES))).mutate(place=_place(0))
    said = said.filter(said.kind.isin([str(kind) for kind in PAIN_STATEMENTS])).mutate(place=_place(1))
    columns = ("person_no", "as_of", "start_first", "start_last", "place", "record_id")
    told = ibis.union(*(table.select(*columns, pain=table.condition) for table in (scores, said)))
    asked = raised.filter(raised.flag.isin([*names_of_signs("intracranial"), DIAGNOSIS]))
    asked = asked.left_join(_first_given(treated), list(FLAG), rname="{name}_given")
    since = asked.first_given.fill_null(asked.known_by)
    rows = asked.select(*FLAG, since=since).inner_join(told, "person_no")
    of_it = rows.pain.isnull() | (rows.about == "") | (rows.about == rows.pain)
    rows = rows.filter(of_it.fill_null(False), rows.since < rows.start_first, rows.start_last < rows.as_of)
    return _steps(rows, Step.ASSESSED, rows.place)


def _first_given(treated: ir.Table) -> ir.Table:
    """The day by which arteritis was first treated: by what was given for it, else by kind."""
    by_word = treated.step == Step.GIVEN
    first_given = by_word.any().ifelse(
        treated.day.min(where=by_word), treated.day.min(where=treated.step == Step.GIVEN_BY_KIND)
    )
    return treated.group_by(*FLAG).agg(first_given=first_given)


def _steps(rows: ir.Table, step: Step, place: ir.IntegerValue | None = None) -> ir.Table:
    told = rows.mutate(
        step=ibis.literal(str(step)), place=_place(0) if place is None else place, day=ibis.null("int64")
    )
    return told.select(*STEPS)


def _place(number: int) -> ir.IntegerScalar:
    return ibis.literal(number, "int64")
