"""What the entries of a history file become."""

from __future__ import annotations

from pathlib import Path

import pytest

from assuage.answers import Answer
from assuage.errors import UnreadableInput
from assuage.records.history_file import read_history_files
from assuage.records.read_report import ReadReport
from assuage.records.rows import (
    ConditionState,
    DoseRule,
    EndRule,
    Exposure,
    Outcome,
    Procedure,
    ProcedureOutcome,
    ProcedureState,
    Purpose,
    Sex,
    StopReason,
)
from assuage.records.store import TableWriter
from records.history_file.history_texts import WRITTEN_ON, history_of, read_all, typed


class TestPerson:
    def test_an_id_is_used_as_it_stands(self, tmp_path: Path) -> None:
        assert history_of(tmp_path, "person: {id: 0042}").person.person_id == "0042"

    def test_without_an_id_the_name_of_the_file_does_not_show(self, tmp_path: Path) -> None:
        (history,), _ = read_all(typed(tmp_path, "", name="anna-smith"))
        assert "anna" not in history.person.person_id
        assert len(history.person.person_id) == 16

    def test_an_age_gives_a_year_of_birth(self, tmp_path: Path) -> None:
        person = history_of(tmp_path, "person: {age: 60, sex: F}").person
        assert str(person.birth) == "1965"
        assert person.sex is Sex.FEMALE

    def test_what_is_not_known_stays_unknown(self, tmp_path: Path) -> None:
        person = history_of(tmp_path, "person: {age: unknown}").person
        assert (person.birth, person.sex) == (None, Sex.UNKNOWN)

    def test_birth_and_age_together_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableInput, match="keep one"):
            read_all(typed(tmp_path, "person: {birth: 1960, age: 60}"))


class TestDiagnoses:
    def test_a_diagnosis_keeps_what_the_file_says_of_it(self, tmp_path: Path) -> None:
        (row,) = history_of(
            tmp_path, "diagnoses: [{code: G50.0, system: ICD10CM, since: 15 months before}]"
        ).condition
        assert (row.condition, row.code, row.code_system) == ("trigeminal_neuralgia", "G50.0", "icd10cm")
        assert str(row.start) == "2024-12"
        assert row.recorded == WRITTEN_ON
        assert row.state is ConditionState.ACTIVE

    @pytest.mark.parametrize(
        ("typed_state", "state", "end"),
        [
            ("resolved: yes", ConditionState.RESOLVED, None),
            ("resolved: 2025-06", ConditionState.RESOLVED, "2025-06"),
            ("confirmed: no", ConditionState.UNCONFIRMED, None),
        ],
    )
    def test_how_a_diagnosis_stands(
        self, typed_state: str, state: ConditionState, end: str | None, tmp_path: Path
    ) -> None:
        (row,) = history_of(tmp_path, f"diagnoses: [{{name: migraine, {typed_state}}}]").condition
        assert (row.state, str(row.end) if row.end else None) == (state, end)

    def test_an_intractable_code_is_marked(self, tmp_path: Path) -> None:
        (row,) = history_of(tmp_path, "diagnoses: [{code: G43.711, system: icd10cm}]").condition
        assert row.intractable_code


class TestDrugs:
    def exposure(self, folder: Path, text: str) -> tuple[Exposure, ...]:
        return history_of(folder, f"treatments: [{{drug: gabapentin, {text}}}]").exposure

    def test_only_a_start_leaves_the_end_unknown(self, tmp_path: Path) -> None:
        (row,) = self.exposure(tmp_path, "from: 2025-01")
        assert (str(row.start), row.end, row.end_rule) == ("2025-01", None, EndRule.UNKNOWN)

    def test_a_stated_end_is_stated(self, tmp_path: Path) -> None:
        (row,) = self.exposure(tmp_path, "from: 2025-01, to: 2025-06")
        assert (str(row.end), row.end_rule) == ("2025-06", EndRule.STATED)

    def test_what_is_ongoing_is_so_on_the_day_of_writing(self, tmp_path: Path) -> None:
        (row,) = self.exposure(tmp_path, "from: 2025-01, ongoing: yes")
        assert (row.end, row.end_rule) == (WRITTEN_ON, EndRule.ONGOING)

    def test_a_length_without_dates_is_a_length_and_no_date(self, tmp_path: Path) -> None:
        (row,) = self.exposure(tmp_path, "lasted: 3 months")
        assert (row.start, row.end, row.end_rule, row.stated_days) == (None, None, EndRule.STATED, 91)

    def test_a_whole_start_and_a_length_give_the_last_day(self, tmp_path: Path) -> None:
        (row,) = self.exposure(tmp_path, "from: 2025-01-01, lasted: 10 days")
        assert str(row.end) == "2025-01-10"

    def test_a_month_and_a_length_give_no_last_day(self, tmp_path: Path) -> None:
        (row,) = self.exposure(tmp_path, "from: 2025-01, lasted: 10 days")
        assert (row.end, row.stated_days) == (None, 10)

    def test_nothing_said_is_nothing_known(self, tmp_path: Path) -> None:
        (row,) = history_of(tmp_path, "treatments: [{drug: gabapentin}]").exposure
        assert (row.dose, row.dose_rule, row.outcome, row.stop_reason, row.purpose) == (
            None,
            DoseRule.UNKNOWN,
            Outcome.UNKNOWN,
            StopReason.UNKNOWN,
            Purpose.UNKNOWN,
        )
        assert row.taken is Answer.YES

    def test_a_drug_that_was_not_taken_says_so(self, tmp_path: Path) -> None:
        (row,) = self.exposure(tmp_path, "taken: no")
        assert row.taken is Answer.NO

    def test_what_is_taken_as_needed_is_acute(self, tmp_path: Path) -> None:
        (row,) = self.exposure(tmp_path, "as_needed: yes")
        assert (row.as_needed, row.purpose) == (True, Purpose.ACUTE)

    def test_each_dose_step_is_a_row_and_the_result_stands_on_the_last(self, tmp_path: Path) -> None:
        rows = history_of(
            tmp_path,
            """
            treatments:
              - drug: carbamazepine
                dose_steps:
                  - {dose: 200 mg/d, from: 2025-01-01}
                  - {dose: 400 mg/d, from: 2025-01-15}
                  - {dose: 600 mg/d, from: 2025-03}
                to: 2025-06-30
                outcome: no effect
                highest_tolerated: yes
            """,
        ).exposure
        steps = sorted(rows, key=lambda row: row.dose or 0)
        assert [(row.dose, str(row.start), str(row.end)) for row in steps] == [
            (200, "2025-01-01", "2025-01-14"),
            (400, "2025-01-15", "2025-03"),
            (600, "2025-03", "2025-06-30"),
        ]
        assert [row.outcome for row in steps] == [Outcome.UNKNOWN, Outcome.UNKNOWN, Outcome.NO_EFFECT]
        assert [row.max_tolerated for row in steps] == [False, False, True]
        assert {row.record_id for row in steps} == {"treatments[1] (line 4)"}

    def test_a_combination_counts_for_each_ingredient_and_its_dose_for_none(self, tmp_path: Path) -> None:
        rows = history_of(
            tmp_path, "treatments: [{drug: aspirin/paracetamol/caffeine, dose: 500 mg/d}]"
        ).exposure
        assert {row.ingredient for row in rows} == {"aspirin", "acetaminophen"}
        assert {row.dose for row in rows} == {None}

    def test_an_indication_no_codelist_knows_keeps_its_words(self, tmp_path: Path) -> None:
        (row,) = self.exposure(tmp_path, "for: sleep")
        assert (row.indication, row.indication_text) == (None, "sleep")

    @pytest.mark.parametrize("words", ["trigeminal neuralgia", "G50.0", "trigeminal_neuralgia"])
    def test_an_indication_may_be_a_name_a_code_or_our_key(self, words: str, tmp_path: Path) -> None:
        (row,) = self.exposure(tmp_path, f"for: {words}")
        assert (row.indication, row.indication_text) == ("trigeminal_neuralgia", None)

    @pytest.mark.parametrize(
        "contradiction",
        [
            "to: 2025-01, ongoing: yes",
            "dose: 600 mg/d, dose_steps: [{dose: 300 mg/d}]",
            "dose_steps: [{dose: 600 mg/d, from: 2025-05}, {dose: 300 mg/d, from: 2025-01}]",
        ],
    )
    def test_an_entry_that_contradicts_itself_is_skipped(self, contradiction: str, tmp_path: Path) -> None:
        (history,), report = read_all(typed(tmp_path, f"treatments: [{{drug: gabapentin, {contradiction}}}]"))
        assert not history.exposure
        assert sum(report.skipped.values()) == 1


class TestProceduresAndTherapies:
    def procedure(self, folder: Path, text: str) -> Procedure:
        (row,) = history_of(folder, f"treatments: [{{{text}}}]").procedure
        return row

    def test_a_procedure_listed_was_done(self, tmp_path: Path) -> None:
        row = self.procedure(tmp_path, "procedure: microvascular decompression, date: 2021")
        assert (row.procedure, str(row.start), row.state) == ("mvd", "2021", ProcedureState.DONE)

    def test_a_recommendation_is_no_more_than_that(self, tmp_path: Path) -> None:
        row = self.procedure(tmp_path, "therapy: cognitive behavioural therapy, state: recommended")
        assert row.state is ProcedureState.RECOMMENDED

    def test_relief_and_then_a_recurrence_is_a_recurrence_with_its_date(self, tmp_path: Path) -> None:
        row = self.procedure(
            tmp_path,
            "procedure: gamma knife radiosurgery, date: 2023-05-10, outcome: relief, "
            "recurrence: after 14 months",
        )
        assert (row.outcome, str(row.recurrence), row.recurrence_days) == (
            ProcedureOutcome.RECURRENCE,
            "2024-07",
            426,
        )

    def test_a_recurrence_before_the_procedure_is_skipped(self, tmp_path: Path) -> None:
        entry = "procedure: gamma knife radiosurgery, date: 2023, recurrence: 2021"
        (history,), report = read_all(typed(tmp_path, f"treatments: [{{{entry}}}]"))
        assert not history.procedure
        assert [reason for _, reason in report.skipped] == ["`recurrence`: the end lies before the start"]

    def test_a_drug_typed_as_a_procedure_is_told_so(self, tmp_path: Path) -> None:
        _, report = read_all(typed(tmp_path, "treatments: [{procedure: carbamazepine}]"))
        assert [reason for _, reason in report.skipped] == [
            "`procedure`: this is a drug: begin the entry with `drug:`"
        ]


class TestFolders:
    def test_files_right_in_a_folder_and_one_level_below_are_read(self, tmp_path: Path) -> None:
        clinic = tmp_path / "clinic"
        (clinic / "ward").mkdir(parents=True)
        typed(clinic, "person: {id: one}", "one")
        typed(clinic / "ward", "person: {id: two}", "two")
        people, _ = read_all(clinic)
        assert [history.person.person_id for history in people] == ["one", "two"]

    def test_a_second_file_about_one_person_is_not_joined_to_the_first(self, tmp_path: Path) -> None:
        clinic = tmp_path / "clinic"
        clinic.mkdir()
        typed(clinic, "person: {id: one}\ndiagnoses: [{name: migraine}]", "a")
        typed(clinic, "person: {id: one}\ndiagnoses: [{name: stroke}]", "b")
        (history,), report = read_all(clinic)
        assert [row.condition for row in history.condition] == ["migraine"]
        assert [kind for kind, _ in report.skipped] == ["history file"]

    def test_every_entry_is_read_or_skipped(self, tmp_path: Path) -> None:
        _, report = read_all(
            typed(tmp_path, "treatments: [{drug: gabapentin}, {drug: nothing known}, {dose: 3}, gabapentin]")
        )
        assert report.read["treatments"] == 1
        assert sum(count for (kind, _), count in report.skipped.items() if kind == "treatments") == 3

    def test_entries_in_another_order_give_the_same_facts(self, tmp_path: Path) -> None:
        entries = ["{drug: gabapentin}", "{drug: carbamazepine}", "{procedure: gamma knife, date: 2021}"]
        facts = []
        for number, order in enumerate([entries, entries[::-1]]):
            folder = tmp_path / str(number)
            folder.mkdir()
            history = history_of(folder, f"treatments: [{', '.join(order)}]")
            facts.append(
                ({row.ingredient for row in history.exposure}, {row.procedure for row in history.procedure})
            )
        assert facts[0] == facts[1]

    def test_progress_names_no_file(self, tmp_path: Path) -> None:
        ticks: list[tuple[str, int, int]] = []
        with TableWriter(tmp_path) as sink:
            read_history_files(
                typed(tmp_path, "", "anna"),
                sink,
                ReadReport(),
                progress=lambda what, done, total: ticks.append((what, done, total)),
            )
        assert ticks == [("history file", 1, 1)]
