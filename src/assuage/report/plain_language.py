"""The page for the person: what was tried, what is left and what is not known, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assuage.answers import Answer
from assuage.flags.model import Flag, FlagState, Urgency
from assuage.options import OptionStanding, TreatmentOption
from assuage.report.addresses import person_mark
from assuage.report.concern_rows import style_of
from assuage.report.followup_rows import account_in_words
from assuage.report.pages import page
from assuage.report.person_report import PersonReport
from assuage.report.plain_words import PlainWords, plain_words
from assuage.report.wording import Words, capitalized, words
from assuage.safety import Concern
from assuage.trials.model import TreatmentTrial


@dataclass(frozen=True)
class PlainLine:
    """A name, what it is, and what is to be said of it."""

    name: str
    means: str
    says: tuple[str, ...] = ()


def plain_page(report: PersonReport) -> str:
    """The person's own page. It tells what the rules found and what they could not, and decides nothing."""
    plain, catalogue = plain_words(), words()
    review = report.review
    options = report.options.options
    return page(
        "plain.html",
        mark=person_mark(review.person_id),
        as_of=review.as_of.isoformat(),
        conditions=[PlainLine(catalogue.condition(key), plain.condition(key)) for key in review.conditions],
        tried=list(_tried(review.trials, plain, catalogue)),
        outcomes=list(_outcomes(report, plain, catalogue)),
        verdicts=[
            PlainLine(catalogue.label("definition", one.definition), plain.verdicts[one.verdict])
            for one in review.verdicts
            if one.kind == "resistance"
        ],
        flags=list(dict.fromkeys(plain.flag(flag.flag) for flag in review.flags if _is_open(flag))),
        unsafe=list(_unsafe(report.concerns, plain, catalogue)),
        left=_lines(options, (OptionStanding.OPEN, OptionStanding.CAUTION), plain),
        ruled_out=_lines(options, (OptionStanding.CONTRAINDICATED,), plain),
        against=_lines(options, (OptionStanding.NOT_INDICATED,), plain),
        missing=plain.missing_facts(code for one in review.verdicts for code in one.missing),
        terms=plain.terms,
    )


def _is_open(flag: Flag) -> bool:
    return flag.state is FlagState.OPEN and flag.urgency is not Urgency.NOTE


def _tried(trials: tuple[TreatmentTrial, ...], plain: PlainWords, catalogue: Words) -> Iterator[PlainLine]:
    """Every treatment once, with what each course of it did."""
    by_treatment: dict[str, list[TreatmentTrial]] = {}
    for trial in trials:
        by_treatment.setdefault(trial.treatment, []).append(trial)
    for treatment, courses in by_treatment.items():
        said = dict.fromkeys(sentence for course in courses for sentence in _said_of(course, plain))
        if len(said) > 1:
            said.pop(plain.outcomes["unknown"], None)
        name = capitalized(catalogue.treatment(treatment))
        yield PlainLine(name, plain.treatment(treatment), tuple(said))


def _said_of(trial: TreatmentTrial, plain: PlainWords) -> Iterator[str]:
    yield plain.outcomes.get(trial.outcome, plain.outcomes["unknown"])
    if trial.stop_reason == "adverse_event":
        yield plain.outcomes["adverse_event"]
    if trial.running is Answer.YES:
        yield plain.outcomes["running"]


def _outcomes(report: PersonReport, plain: PlainWords, catalogue: Words) -> Iterator[PlainLine]:
    for outcome in report.follow_up.outcomes:
        if outcome.decides:
            name = account_in_words(outcome.account, catalogue)
            yield PlainLine(name, plain.directions[outcome.direction])


def _unsafe(concerns: tuple[Concern, ...], plain: PlainWords, catalogue: Words) -> Iterator[PlainLine]:
    """Drugs taken now that a rule stops, or asks a question about; each once."""
    for key in dict.fromkeys(one.treatment for one in concerns if style_of(one) != "care"):
        yield PlainLine(capitalized(catalogue.treatment(key)), plain.treatment(key))


def _lines(
    options: tuple[TreatmentOption, ...], standings: tuple[OptionStanding, ...], plain: PlainWords
) -> list[PlainLine]:
    """Options of these standings, each once, in the order of the ladder."""
    chosen = {option.option: option for option in reversed(options) if option.standing in standings}
    return [
        PlainLine(option.name, plain.treatment(option.option), tuple(_said_of_option(option, plain)))
        for option in reversed(chosen.values())
    ]


def _said_of_option(option: TreatmentOption, plain: PlainWords) -> Iterator[str]:
    if option.step in plain.steps:
        yield plain.steps[option.step]
    yield _balance(len(option.for_it), len(option.against_it))
    if option.irreversible:
        yield "What it does can't be undone."
    if option.standing is OptionStanding.CAUTION:
        yield "Ask what to be careful about."
    if any(style_of(concern) == "ask" for concern in option.concerns):
        yield "Ask first if it is safe for you."


def _balance(for_it: int, against_it: int) -> str:
    """How much was read for an option and against it."""
    if not for_it and not against_it:
        return "We read nothing that says if it helps."
    points = "1 point" if for_it == 1 else f"{for_it} points" if for_it else "no point"
    return f"We read {points} for it and {against_it or 'none'} against it."
