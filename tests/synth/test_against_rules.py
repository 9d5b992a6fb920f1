"""The verdicts of the package against the truth of made-up people: two readings of each definition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from assuage.answers import Answer
from assuage.flags.model import holds_back
from assuage.records.source import read_source
from assuage.records.store import histories
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.model import Verdict
from assuage.synth import FORMATS, REVIEW_DAY, TRUTHS, MadeUpPerson, make_people, waits_for
from assuage.synth.chance import Chance
from assuage.synth.plan import Result
from assuage.workflows import review_person
from synth.supporting import without_support

PEOPLE, FEWER, MANY = 300, 150, 5000
SEED = 1
DELETED = 0.3
CODED_AS = {"painful_diabetic_neuropathy": "diabetic_neuropathy"}
"""Conditions whose ICD-10-CM code says less than their name: E11.42 does not say that it hurts."""
WORDS = {Answer.YES: "met", Answer.NO: "not_met", Answer.UNKNOWN: "unknown"}
Verdicts = dict[tuple[str, str, str], str]
"""Verdicts by person, definition and condition."""


def written(people: Iterable[MadeUpPerson], format_name: str, folder: Path) -> Path:
    """A folder with the records of these people."""
    folder.mkdir()
    with FORMATS[format_name](folder) as writer:
        for person in people:
            writer.add(person)
    return folder


class Said(NamedTuple):
    """What the package says of some people, from their records."""

    verdicts: Verdicts  # whatever a flag says
    held_back_by: dict[str, set[str]]  # by person, for whatever condition


def reviewed(people: Iterable[MadeUpPerson], format_name: str, folder: Path) -> Said:
    """Write these people, read them, and review them with every definition."""
    folder.mkdir()
    (tables := folder / "tables").mkdir()
    complete_from = None if format_name == "history" else date(1900, 1, 1)
    read_source(written(people, format_name, folder / "records"), tables, complete_from=complete_from)
    said = Said({}, {})
    for history in histories(tables):
        review = review_person(history, as_of=REVIEW_DAY)
        said.held_back_by[review.person_id] = {flag.flag for flag in review.flags if holds_back(flag)}
        for one in review.verdicts:
            said.verdicts[one.person_id, one.definition, one.condition] = before_flags(one)
    return said


Whole = Callable[[int, int, str], Said]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Reviews of so many complete people by a seed, in a format; each made once."""

    @cache
    def review(number: int, seed: int, format_name: str) -> Said:
        return reviewed(make_people(number, seed), format_name, tmp_path_factory.mktemp("whole") / "people")

    return review


def before_flags(verdict: Verdict) -> str:
    """The verdict that a flag holds back: only "met" is held back, and then nothing is missing."""
    held = verdict.verdict == "unknown" and verdict.held_back_by and not verdict.missing
    return "met" if held else str(verdict.verdict)


def truths(people: Iterable[MadeUpPerson], format_name: str = "history") -> Verdicts:
    """The truth for everyone whose pain a definition speaks of, by the condition that the format can name."""
    names = {} if format_name == "history" else CODED_AS
    return {
        (person.person_id, definition, names.get(person.plan.condition, person.plan.condition)): WORDS[
            truth.met
        ]
        for person in people
        for definition, truth_of in TRUTHS.items()
        if (truth := truth_of(person.plan)).applies
    }


def counts(verdicts: Verdicts) -> str:
    """How often each definition says what, for a reader of the long test."""
    counted = Counter((definition, word) for (_, definition, _), word in verdicts.items())
    return "\n".join(
        f"{definition}: " + ", ".join(f"{counted[definition, word]} {word}" for word in WORDS.values())
        for definition in TRUTHS
    )


WITHOUT_TRUTH: set[str] = set()
"""Definitions that nobody has read a second time."""


def test_every_definition_has_a_truth_or_is_named_as_having_none():
    assert set(TRUTHS) == set(DEFINITIONS) - WITHOUT_TRUTH


# ---------------------------------------------------------------- complete data: verdicts equal the truth


@pytest.mark.parametrize(
    ("number", "seed"), [(PEOPLE, SEED), pytest.param(MANY, 2026, marks=pytest.mark.long)]
)
def test_with_complete_histories_every_verdict_equals_the_truth(whole: Whole, number: int, seed: int):
    found, expected = whole(number, seed, "history").verdicts, truths(make_people(number, seed))
    print(counts(expected))
    differing = {key: (found.get(key), truth) for key, truth in expected.items() if found.get(key) != truth}
    assert differing == {}


def test_every_definition_is_met_by_somebody_and_not_by_everybody():
    plans = [person.plan for person in make_people(1500, SEED)]
    for truth_of in TRUTHS.values():
        found = {truth.met for truth in map(truth_of, plans) if truth.applies}
        assert {Answer.YES, Answer.NO} <= found


@pytest.mark.parametrize(
    ("number", "seed"), [(PEOPLE, SEED), pytest.param(MANY, 2026, marks=pytest.mark.long)]
)
def test_people_wait_for_the_planned_signs_and_for_no_others(whole: Whole, number: int, seed: int):
    said, waiting = whole(number, seed, "history"), 0
    for person in make_people(number, seed):
        found, planned = said.held_back_by[person.person_id], waits_for(person.plan)
        assert bool(found) == bool(planned), (person.person_id, found, planned)
        waiting += bool(planned)
    assert waiting > number / 50


# ---------------------------------------------------------------- formats: what they carry

NEVER_MET = {
    # effect on life, the highest dose borne, a team, a stable regimen, what a procedure did
    "fhir": {"smith2012", "sin2019", "nice-ta159", "senza-pdn", "nct03111277"},
    # moreover, what a drug was for where there are two pains
    "omop": {"smith2012", "sin2019", "nice-ta159", "senza-pdn", "nct03111277"},
}
"""Definitions that ask for something which a format has no place for."""


@pytest.mark.parametrize("format_name", NEVER_MET)
def test_a_format_says_the_truth_or_that_it_does_not_know(whole: Whole, format_name: str):
    """It errs only where it has no place for a contraindication or for the highest dose that was borne."""
    people = list(make_people(FEWER, SEED))
    found, expected = whole(FEWER, SEED, format_name).verdicts, truths(people, format_name)
    untellable = {
        person.person_id
        for person in people
        if person.plan.contraindicated or any(one.highest_tolerated for one in person.plan.courses)
    }
    for key, truth in expected.items():
        if truth == "not_met" or key[0] not in untellable:
            assert found[key] in (truth, "unknown"), key
        else:
            assert found[key] in (truth, "unknown", "not_met"), key
    met = {definition for (_, definition, _), word in found.items() if word == "met"}
    assert met
    assert met.isdisjoint(NEVER_MET[format_name])


# ---------------------------------------------------------------- what is deleted


@pytest.mark.parametrize(
    ("number", "seed", "format_name"),
    [
        (PEOPLE, SEED, "history"),
        (FEWER, SEED, "fhir"),
        (FEWER, SEED, "omop"),
        pytest.param(MANY, 2026, "history", marks=pytest.mark.long),
        pytest.param(MANY, 2026, "fhir", marks=pytest.mark.long),
        pytest.param(MANY, 2026, "omop", marks=pytest.mark.long),
    ],
)
def test_with_supporting_facts_deleted_no_verdict_turns_to_met(
    whole: Whole, tmp_path: Path, number: int, seed: int, format_name: str
):
    poorer = (
        without_support(person, Chance(seed, -1 - place), DELETED)
        for place, person in enumerate(make_people(number, seed))
    )
    before = whole(number, seed, format_name).verdicts
    after = reviewed(poorer, format_name, tmp_path / "poorer").verdicts
    became = Counter((before[key], word) for key, word in after.items() if key in before)
    print(became)
    assert before.keys() == after.keys()
    turned = [key for key, word in after.items() if word == "met" and before[key] != "met"]
    assert turned == []
    lost = sum(count for (was, word), count in became.items() if was == "met" and word != "met")
    assert lost > became["met", "met"] / 2, "facts were deleted that verdicts rested on"


def test_only_what_speaks_for_a_verdict_is_deleted():
    for number, person in enumerate(make_people(PEOPLE, SEED)):
        assert without_support(person, Chance(SEED, number), 0.0) == person
        bare = without_support(person, Chance(SEED, number), 1.0)
        at_work = [one for one in person.courses if one.running and one.result is Result.RESPONSE]
        assert set(at_work) <= set(bare.courses)
        assert [one for one in person.statements if not one.answer] == list(bare.statements)
        assert (bare.history_complete, bare.diagnoses) == (person.history_complete, person.diagnoses)


def test_with_any_facts_lost_more_is_unknown(whole: Whole, tmp_path: Path):
    before = Counter(whole(PEOPLE, SEED, "history").verdicts.values())
    poorer = make_people(PEOPLE, SEED, completeness=0.7)
    after = Counter(reviewed(poorer, "history", tmp_path / "poorer").verdicts.values())
    assert after["unknown"] > before["unknown"]
    assert after["met"] < before["met"]
