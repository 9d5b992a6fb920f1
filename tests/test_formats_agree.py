"""The same person written as FHIR, as OMOP and as a history file has the same trials and the same verdicts.

The people are made up by Hypothesis, of facts that all three formats can carry. What a format can't
carry, by its page in docs/formats, comes out unknown: the tests at the end hold that for a few facts.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from assuage.answers import Answer
from assuage.records.history import History
from assuage.records.rows import Outcome
from assuage.records.source import SourceKind, recognise
from assuage.resistance.model import Review, VerdictWord
from assuage.trials.model import Indication, TreatmentTrial
from formats.made_up_people import (
    AS_OF,
    DRUGS,
    PAINS,
    Course,
    Diagnosis,
    MadeUpPerson,
    Operation,
    Step,
    refractory_face_pain,
    some_people,
)
from formats.reviewed import (
    ReadPeople,
    comparable_findings,
    comparable_trials,
    comparable_verdicts,
    read_people,
    review_all,
)
from formats.write_fhir import write_bundle, write_ndjson
from formats.write_history import write_files
from formats.write_omop import write_cdm

PEOPLE = [*some_people(60), refractory_face_pain(2001)]
COMPLETE_FROM = date(1900, 1, 1)

WRITERS = {
    "fhir": write_ndjson,
    "fhir_bundle": lambda path, people: write_bundle(path.with_suffix(".json"), people),
    "omop": write_cdm,
    "history": write_files,
}
OTHERS = [name for name in WRITERS if name != "history"]

Histories = Mapping[str, Mapping[str, History]]
Reviews = Mapping[str, Mapping[str, Review]]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("formats")
    return {name: write(folder / name, PEOPLE) for name, write in WRITERS.items()}


@pytest.fixture(scope="module")
def histories(sources: Mapping[str, Path]) -> Histories:
    return {name: read_people(source).histories for name, source in sources.items()}


@pytest.fixture(scope="module")
def reviews(histories: Histories) -> Reviews:
    return {name: review_all(people) for name, people in histories.items()}


@pytest.fixture(scope="module")
def complete_reviews(tmp_path_factory: pytest.TempPathFactory, sources: Mapping[str, Path]) -> Reviews:
    """The same records, said to hold every treatment: by the file itself, or on the command line."""
    folder = tmp_path_factory.mktemp("complete")
    said = write_files(folder / "history", PEOPLE, history_complete_until=AS_OF.isoformat())
    told = {name: read_people(sources[name], COMPLETE_FROM).histories for name in OTHERS}
    people = {**told, "history": read_people(said).histories}
    return {name: review_all(histories) for name, histories in people.items()}


def disagreements(
    reviews: Reviews, other: str, shown: Callable[[Review], list[tuple[object, ...]]]
) -> dict[str, object]:
    """What each format says of the people whom the two do not agree on."""
    found = {}
    for key, review in reviews["history"].items():
        ours, theirs = shown(review), shown(reviews[other][key])
        if ours != theirs:
            found[key] = (
                [one for one in ours if one not in theirs],
                [one for one in theirs if one not in ours],
            )
    return found


def test_each_format_is_recognised_by_its_files(sources: Mapping[str, Path]) -> None:
    assert {name: recognise(source) for name, source in sources.items()} == {
        "fhir": SourceKind.FHIR,
        "fhir_bundle": SourceKind.FHIR,
        "omop": SourceKind.OMOP,
        "history": SourceKind.HISTORY,
    }


@pytest.mark.parametrize("name", WRITERS)
def test_everybody_is_read_and_reviewed(reviews: Reviews, name: str) -> None:
    assert set(reviews[name]) == {str(person.number) for person in PEOPLE}


@pytest.mark.parametrize("name", OTHERS)
def test_persons_and_diagnoses_agree(histories: Histories, name: str) -> None:
    def known(people: Mapping[str, History]) -> dict[str, object]:
        return {
            key: (
                one.person.birth,
                one.person.sex,
                sorted((row.condition, row.start) for row in one.condition),
            )
            for key, one in people.items()
        }

    assert known(histories[name]) == known(histories["history"])


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("shown", [comparable_trials, comparable_verdicts, comparable_findings])
def test_trials_verdicts_and_findings_agree(
    reviews: Reviews, name: str, shown: Callable[[Review], list[tuple[object, ...]]]
) -> None:
    assert disagreements(reviews, name, shown) == {}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("shown", [comparable_trials, comparable_verdicts, comparable_findings])
def test_they_agree_when_the_history_is_said_to_be_complete(
    complete_reviews: Reviews, name: str, shown: Callable[[Review], list[tuple[object, ...]]]
) -> None:
    assert disagreements(complete_reviews, name, shown) == {}


def test_the_made_up_people_have_what_the_comparison_is_about(reviews: Reviews) -> None:
    """Agreement on people without trials or verdicts would say nothing."""
    everyone = reviews["history"].values()
    trials = [trial for review in everyone for trial in review.trials]
    assert len(trials) > 100
    assert {verdict.verdict for review in everyone for verdict in review.verdicts} == set(VerdictWord)
    assert {trial.running for trial in trials} >= {Answer.YES, Answer.NO}
    assert {trial.indication for trial in trials} == {Indication.PRESUMED, Indication.UNKNOWN}
    assert {trial.dose_unit for trial in trials} == {"mg/d", "mg/28d", None}
    assert {trial.change_basis for trial in trials} >= {"scores", None}
    assert max(len(trial.dose_steps) for trial in trials) >= 3
    assert {str(trial.kind) for trial in trials} == {"drug", "procedure", "therapy"}
    assert len({trial.stop_reason for trial in trials}) == 4


def test_a_met_verdict_is_met_in_every_format(reviews: Reviews) -> None:
    for name, people in reviews.items():
        verdicts = {one.definition: one.verdict for one in people["2001"].verdicts}
        assert verdicts["tn-ean2019"] is VerdictWord.MET, name


@pytest.mark.parametrize("name", ["fhir", "omop"])
def test_the_order_of_records_changes_nothing(tmp_path: Path, reviews: Reviews, name: str) -> None:
    shuffled = WRITERS[name](tmp_path / name, PEOPLE)
    for path in shuffled.iterdir():
        head, *body = path.read_text().splitlines(keepends=True)
        random.Random(7).shuffle(body)
        path.write_text("".join([head, *body] if path.suffix == ".csv" else [*body, head]))
    assert review_all(read_people(shuffled).histories) == reviews[name]


# ---------------------------------------------------------------- what a format can't carry

FACE_PAIN = refractory_face_pain(1)
JUST_ENDED = replace(
    FACE_PAIN,
    number=1,
    courses=(Course(DRUGS[0], (Step(AS_OF - timedelta(days=99), 4.0, (90,)),)),),
)
EPILEPTIC = replace(
    FACE_PAIN,
    number=2,
    courses=FACE_PAIN.courses[:1],
    diagnoses=(*FACE_PAIN.diagnoses, Diagnosis("epilepsy", "G40.909", date(2020, 1, 1))),
)
SINCE_A_MONTH = replace(FACE_PAIN, number=3)
OPERATED = replace(
    FACE_PAIN,
    number=4,
    courses=(),
    operations=(Operation("microvascular decompression", "procedure", date(2024, 2, 5)),),
)
ODD_ONES = (JUST_ENDED, EPILEPTIC, SINCE_A_MONTH, OPERATED)


@pytest.fixture(scope="module")
def odd_ones(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, ReadPeople]:
    """People with facts that one format or another can't carry, each written as well as it can."""
    folder = tmp_path_factory.mktemp("odd")
    omop = write_cdm(folder / "omop", ODD_ONES)
    _with_month_only(omop / "condition_occurrence.csv", "3,2000001000,2022-11")
    fhir = write_ndjson(folder / "fhir", ODD_ONES)
    _with_month_only(fhir / "Condition.ndjson", '"onsetDateTime": "2022-11')
    _in_resources(fhir / "MedicationStatement.ndjson", "2-", reasonCode=[{"text": PAINS[0][0]}])
    _in_resources(fhir / "Procedure.ndjson", "4-", outcome={"text": "Successful"})
    history = write_files(folder / "history", ODD_ONES)
    _in_treatment(history / "2.history.yaml", {"for": PAINS[0][0]})
    _in_treatment(history / "4.history.yaml", {"outcome": "relief", "recurrence": "after 8 months"})
    return {"omop": read_people(omop), "fhir": read_people(fhir), "history": read_people(history)}


def _with_month_only(path: Path, until_month: str) -> None:
    content = path.read_text()
    assert until_month in content
    path.write_text(content.replace(f"{until_month}-02", until_month))


def _in_resources(path: Path, id_prefix: str, **fields: object) -> None:
    resources = [json.loads(line) for line in path.read_text().splitlines()]
    changed = [one | fields if one["id"].startswith(id_prefix) else one for one in resources]
    path.write_text("".join(json.dumps(one) + "\n" for one in changed))


def _in_treatment(path: Path, fields: Mapping[str, object]) -> None:
    content = yaml.safe_load(path.read_text())
    content["treatments"][0] |= fields
    path.write_text(yaml.safe_dump(content))


def the_trial(people: ReadPeople, person: MadeUpPerson) -> TreatmentTrial:
    (trial,) = review_all(people.histories)[str(person.number)].trials
    return trial


def test_a_supply_that_has_just_run_out_leaves_open_whether_the_drug_is_still_taken(
    odd_ones: Mapping[str, ReadPeople],
) -> None:
    """OMOP and a FHIR dispense tell of supplies only; the last day in a history file is the last day."""
    running = {name: the_trial(people, JUST_ENDED).running for name, people in odd_ones.items()}
    assert running == {"omop": Answer.UNKNOWN, "fhir": Answer.UNKNOWN, "history": Answer.NO}


def test_omop_cannot_carry_what_a_drug_was_given_for(odd_ones: Mapping[str, ReadPeople]) -> None:
    """With epilepsy on record it is then unknown; the other formats say it in the record."""
    indications = {name: the_trial(people, EPILEPTIC).indication for name, people in odd_ones.items()}
    assert indications == {
        "omop": Indication.UNKNOWN,
        "fhir": Indication.STATED,
        "history": Indication.STATED,
    }


def test_omop_cannot_carry_a_date_without_a_day(odd_ones: Mapping[str, ReadPeople]) -> None:
    """Such a diagnosis is a line of the read report; FHIR keeps the month."""
    assert odd_ones["omop"].histories["3"].condition == ()
    reasons = {(line.record_type, line.reason) for line in odd_ones["omop"].report.lines()}
    reason = "condition_start_date is not a date YYYY-MM-DD between 1800 and 2199"
    assert ("condition_occurrence", reason) in reasons
    assert [str(row.start) for row in odd_ones["fhir"].histories["3"].condition] == ["2022-11"]


def test_only_a_history_file_carries_what_an_operation_did_to_the_pain(
    odd_ones: Mapping[str, ReadPeople],
) -> None:
    """FHIR's `Procedure.outcome` says whether it went well: the read report says that it is not used."""
    outcomes = {name: the_trial(people, OPERATED).outcome for name, people in odd_ones.items()}
    assert outcomes == {"omop": Outcome.UNKNOWN, "fhir": Outcome.UNKNOWN, "history": Outcome.LOST_EFFECT}
    assert "Procedure.outcome" in {line.record_type for line in odd_ones["fhir"].report.lines()}
