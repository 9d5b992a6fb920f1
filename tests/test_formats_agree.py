"""The same person written as FHIR, as OMOP and as a history file has the same trials and the same verdicts.

The people are made up by Hypothesis, of facts that all three formats can carry. What a format can't
carry, by its page in docs/formats, comes out unknown: the tests at the end hold that for a few facts.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from assuage.answers import Answer
from assuage.records.source import SourceKind
from assuage.resistance.model import Review, VerdictWord
from assuage.trials.model import Indication, TreatmentTrial
from formats.made_up_people import (
    AS_OF,
    DRUGS,
    PAINS,
    Course,
    MadeUpPerson,
    Step,
    refractory_face_pain,
    some_people,
)
from formats.reviewed import (
    comparable_findings,
    comparable_trials,
    comparable_verdicts,
    read_histories,
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

Reviews = Mapping[str, Mapping[str, Review]]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("formats")
    return {name: write(folder / name, PEOPLE) for name, write in WRITERS.items()}


@pytest.fixture(scope="module")
def reviews(sources: Mapping[str, Path]) -> Reviews:
    return {name: review_all(source) for name, source in sources.items()}


@pytest.fixture(scope="module")
def complete_reviews(tmp_path_factory: pytest.TempPathFactory, sources: Mapping[str, Path]) -> Reviews:
    """The same records, said to hold every treatment: by the file itself, or on the command line."""
    folder = tmp_path_factory.mktemp("complete")
    said = write_files(folder / "history", PEOPLE, history_complete_until=AS_OF.isoformat())
    told = {name: review_all(sources[name], COMPLETE_FROM) for name in OTHERS}
    return {**told, "history": review_all(said)}


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
    kinds = {name: read_histories(source)[0] for name, source in sources.items()}
    assert kinds == {
        "fhir": SourceKind.FHIR,
        "fhir_bundle": SourceKind.FHIR,
        "omop": SourceKind.OMOP,
        "history": SourceKind.HISTORY,
    }


@pytest.mark.parametrize("name", WRITERS)
def test_everybody_is_read_and_reviewed(reviews: Reviews, name: str) -> None:
    assert set(reviews[name]) == {str(person.number) for person in PEOPLE}


@pytest.mark.parametrize("name", OTHERS)
def test_persons_and_diagnoses_agree(sources: Mapping[str, Path], name: str) -> None:
    def known(source: Path) -> dict[str, object]:
        _, _, people = read_histories(source)
        return {
            key: (
                one.person.birth,
                one.person.sex,
                sorted((row.condition, row.start) for row in one.condition),
            )
            for key, one in people.items()
        }

    assert known(sources[name]) == known(sources["history"])


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
def test_the_order_of_records_changes_nothing(tmp_path: Path, name: str) -> None:
    people = PEOPLE[:12]
    straight = WRITERS[name](tmp_path / "straight", people)
    shuffled = WRITERS[name](tmp_path / "shuffled", people)
    for path in shuffled.iterdir():
        _shuffle_lines(path, keep_first=path.suffix == ".csv")
    assert review_all(shuffled) == review_all(straight)


def _shuffle_lines(path: Path, *, keep_first: bool) -> None:
    lines = path.read_text().splitlines(keepends=True)
    head, body = (lines[:1], lines[1:]) if keep_first else ([], lines)
    random.Random(7).shuffle(body)  # noqa: S311 -- no secret
    path.write_text("".join(head + body))


# ---------------------------------------------------------------- what a format can't carry


CARBAMAZEPINE = DRUGS[0]


def the_trial(source: Path) -> TreatmentTrial:
    (review,) = review_all(source).values()
    (trial,) = review.trials
    return trial


@pytest.fixture
def ended_ten_days_ago() -> MadeUpPerson:
    start = AS_OF - timedelta(days=99)
    course = Course(CARBAMAZEPINE, (Step(start, 4.0, (90,)),))
    return replace(refractory_face_pain(1), courses=(course,), readings=())


def test_a_supply_that_has_just_run_out_leaves_open_whether_the_drug_is_still_taken(
    tmp_path: Path, ended_ten_days_ago: MadeUpPerson
) -> None:
    """OMOP and a FHIR dispense tell of supplies only; a last day in a history file is the last day."""
    person = [ended_ten_days_ago]
    assert the_trial(write_cdm(tmp_path / "omop", person)).running is Answer.UNKNOWN
    assert the_trial(write_ndjson(tmp_path / "fhir", person)).running is Answer.UNKNOWN
    assert the_trial(write_files(tmp_path / "history", person)).running is Answer.NO


def test_omop_cannot_carry_what_a_drug_was_given_for(tmp_path: Path) -> None:
    """With epilepsy on record it is then unknown; the other formats can say so in the record."""
    epilepsy = replace(PEOPLE[0].diagnoses[0], name="epilepsy", code="G40.909", since=date(2020, 1, 1))
    person = refractory_face_pain(2)
    person = replace(person, courses=person.courses[:1], diagnoses=(*person.diagnoses, epilepsy))
    assert the_trial(write_cdm(tmp_path / "omop", [person])).indication is Indication.UNKNOWN

    fhir = write_ndjson(tmp_path / "fhir", [person])
    statement = fhir / "MedicationStatement.ndjson"
    reason = {"reasonCode": [{"text": PAINS[0][0]}]}
    statement.write_text(json.dumps(json.loads(statement.read_text()) | reason))
    assert the_trial(fhir).indication is Indication.STATED

    (file,) = write_files(tmp_path / "history", [person]).iterdir()
    content = yaml.safe_load(file.read_text())
    content["treatments"][0]["for"] = PAINS[0][0]
    file.write_text(yaml.safe_dump(content))
    assert the_trial(file).indication is Indication.STATED


def test_omop_cannot_carry_a_date_without_a_day(tmp_path: Path) -> None:
    """Such a diagnosis is a line of the read report; FHIR and history files keep the month."""
    person = refractory_face_pain(3)
    omop = write_cdm(tmp_path / "omop", [person])
    path = omop / "condition_occurrence.csv"
    with path.open() as file:
        rows = [{**row, "condition_start_date": "2022-11"} for row in csv.DictReader(file)]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    _, report, people = read_histories(omop)
    assert people["3"].condition == ()
    reasons = [line.reason for line in report.lines() if line.record_type == "condition_occurrence"]
    assert "condition_start_date is not a date YYYY-MM-DD between 1800 and 2199" in reasons

    fhir = write_ndjson(tmp_path / "fhir", [person])
    path = fhir / "Condition.ndjson"
    path.write_text(path.read_text().replace("2022-11-02", "2022-11"))
    _, _, people = read_histories(fhir)
    assert [str(row.start) for row in people["3"].condition] == ["2022-11"]


def test_fhir_cannot_carry_what_an_operation_did_to_the_pain(tmp_path: Path) -> None:
    """`Procedure.outcome` says whether the procedure went well: the read report says that it is not used."""
    person = replace(refractory_face_pain(4), courses=())
    fhir = write_ndjson(tmp_path / "fhir", [person])
    procedure = {
        "resourceType": "Procedure",
        "id": "4-mvd",
        "subject": {"reference": "Patient/4"},
        "status": "completed",
        "code": {"text": "microvascular decompression"},
        "performedDateTime": "2024-02-05",
        "outcome": {"text": "Successful"},
    }
    (fhir / "Procedure.ndjson").write_text(json.dumps(procedure))
    assert str(the_trial(fhir).outcome) == "unknown"
    _, report, _ = read_histories(fhir)
    assert any(line.record_type == "Procedure.outcome" for line in report.lines())
