"""A delivered session becomes a treatment trial of the person, and a rehearsed one never does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assuage.dates import PartialDate
from assuage.errors import UnreadableInput, UsageError
from assuage.records.history import History
from assuage.records.rows import Condition, Outcome, Person
from assuage.records.source import read_source
from assuage.records.store import histories
from assuage.ultrasound.session import LesionSeen, SessionLog, read_log
from assuage.ultrasound.session.rehearsal import REHEARSED
from assuage.ultrasound.session.summary import SessionSummary, read_summary, summary_of
from assuage.workflows.person import review_person
from assuage.workflows.sessions import session_fhir, with_session
from ultrasound.session.scripts import Script, good_session

EXAMPLE = Path(__file__).parents[2] / "examples" / "two-sides.session.yaml"
PAIN = "neuropathic_pain"


def person() -> History:
    pain = Condition("p", "Condition/1", PAIN, "neuropathic pain", start=PartialDate(date(2021, 1, 1)))
    return History(Person("p", "Patient/p"), condition=(pain,))


def test_a_session_written_down_from_a_letter_keeps_what_it_says_and_leaves_the_rest_unknown() -> None:
    summary = read_summary(EXAMPLE)
    assert summary.day == date(2022, 7, 14)
    assert summary.duration_min == 195
    assert [(t.side, t.lesion_axes_mm) for t in summary.targets] == [("left", (4, 5)), ("right", (4, 7))]
    assert summary.complications == summary.unwanted_effects == ()
    unknown = (summary.session, summary.sonications, summary.energy_j)
    of_targets = [(t.peak_c, t.focus_shift_mm, t.verified, t.sonications, t.moves) for t in summary.targets]
    assert {*unknown, *(value for values in of_targets for value in values)} == {None}


def test_it_is_a_treatment_trial_of_the_person_whose_outcome_is_still_unknown() -> None:
    history = with_session(person(), read_summary(EXAMPLE))
    review = review_person(history, as_of=date(2022, 10, 14))
    (trial,) = review.trials
    assert (trial.treatment, trial.start) == ("mrgfus_thalamotomy", PartialDate(date(2022, 7, 14)))
    assert trial.outcome is Outcome.UNKNOWN
    assert trial.evidence == ("session/2022-07-14",)


def test_through_fhir_it_is_the_same_trial(tmp_path: Path) -> None:
    resources = [
        {"resourceType": "Patient", "id": "p"},
        {
            "resourceType": "Condition",
            "id": "1",
            "subject": {"reference": "Patient/p"},
            "code": {"text": "neuropathic pain"},
            "onsetDateTime": "2021-01-01",
        },
        {**session_fhir(read_summary(EXAMPLE), "Patient/p"), "id": "s"},
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    (tmp_path / "bundle.json").write_text(json.dumps(bundle), encoding="utf-8")
    read_source(tmp_path / "bundle.json", tmp_path)
    (history,) = histories(tmp_path)
    (row,) = history.procedure
    assert (row.procedure, row.start) == ("mrgfus_thalamotomy", PartialDate(date(2022, 7, 14)))
    notes = [note["text"] for note in session_fhir(read_summary(EXAMPLE), "Patient/p")["note"]]
    assert "posterior central lateral nucleus, right: lesion 4 x 7 mm" in notes
    assert "duration 195 minutes" in notes


def test_a_log_is_summed_up_by_what_was_delivered(tmp_path: Path) -> None:
    script = Script()
    planned_only = [script.opened(), script.target(), script.planned(1, "align")]
    assert summary_of(planned_only).sonications == 0
    with SessionLog(tmp_path / "s.session.jsonl") as log:
        entries = good_session()
        stopped = entries.pop()
        log.add_all(entries)
        log.add(LesionSeen(at=stopped.at, by="radiologist", target="left", axes_mm=(4.0, 5.0)))
        log.add(stopped)
    summary = summary_of(read_log(tmp_path / "s.session.jsonl").entries)
    assert summary.sonications == 6
    assert summary.energy_j == 2 * 10 * (100 + 250 + 600)
    left, right = summary.targets
    assert (left.lesion_axes_mm, right.lesion_axes_mm) == ((4.0, 5.0), None)
    assert (left.peak_c, left.verified, left.moves, left.sonications) == (57.0, True, 0, 3)
    assert summary.unwanted_effects == ()


def test_what_one_sonication_does_not_tell_leaves_the_sum_unknown() -> None:
    entries = good_session()
    entries[3] = replace(entries[3], acoustic_power_w=None)
    assert summary_of(entries).energy_j is None


@pytest.mark.parametrize("use", [lambda s: with_session(person(), s), lambda s: session_fhir(s, "Patient/p")])
def test_a_rehearsed_session_goes_into_nobodys_records(use) -> None:
    rehearsed = summary_of([replace(entry, by=REHEARSED) for entry in good_session()])
    assert rehearsed.rehearsed
    with pytest.raises(UsageError, match="rehearsed, not delivered"):
        use(rehearsed)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("duration_min: 195\n", "day"),
        ("day: 2022-07-14\nduration_min: -3\n", "duration_min"),
        ("day: 2022-07-14\ntargets: [{target: x, side: up}]\n", "side"),
        ("day: 2022-07-14\nduraton_min: 3\n", "duraton_min"),
        ("day: [\n", "YAML"),
        ("", "whole file"),
    ],
)
def test_a_file_that_is_no_session_is_refused_by_field(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "bad.session.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInput, match=words):
        read_summary(file)


def test_a_log_without_a_session_has_no_summary() -> None:
    with pytest.raises(ValueError, match="no session was opened"):
        summary_of([])
    assert isinstance(summary_of(good_session()), SessionSummary)
