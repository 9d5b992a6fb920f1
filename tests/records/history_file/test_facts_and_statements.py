"""What scores, observations, statements and the extent of the history become."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.records.rows import ObservationKind, StatementKind
from records.history_file.history_texts import WRITTEN_ON, history_of, read_all, typed


class TestOtherFacts:
    def test_a_score_keeps_both_ends_and_its_condition(self, tmp_path: Path) -> None:
        (row,) = history_of(
            tmp_path, "scores: [{instrument: NRS, value: 8-9, date: 10 days before, for: migraine}]"
        ).score
        assert (row.instrument, row.low, row.high, str(row.start), row.condition) == (
            "nrs",
            8,
            9,
            "2026-03-05",
            "migraine",
        )

    @pytest.mark.parametrize(
        ("entry", "reason"),
        [
            ("{instrument: NRS, value: 82}", "`value`: the value lies outside the instrument's range"),
            ("{instrument: mood ring, value: 2}", "`instrument`: instrument outside our list"),
            ("{instrument: NRS, value: 2, for: sleep}", "`for`: diagnosis outside the codelists"),
        ],
    )
    def test_a_score_that_means_nothing_to_us_is_skipped(
        self, entry: str, reason: str, tmp_path: Path
    ) -> None:
        (history,), report = read_all(typed(tmp_path, f"scores: [{entry}]"))
        assert not history.score
        assert [skipped for _, skipped in report.skipped] == [reason]

    def test_findings_labs_genes_allergies_and_visits_are_observations(self, tmp_path: Path) -> None:
        rows = history_of(
            tmp_path,
            """
            examination: [{name: allodynia, present: yes}]
            imaging: [{name: neurovascular contact, present: no, date: 2024}]
            labs: [{name: sodium, value: 127, unit: mmol/L}]
            genes: [{name: "HLA-B*15:02", present: unknown}]
            allergies: [{drug: carbamazepine, reaction: rash}]
            visits: [{specialty: neurologist, date: 2024-02}]
            """,
        ).observation
        found = {(row.kind, row.name, row.present, row.ingredient, row.value) for row in rows}
        assert found == {
            (ObservationKind.EXAMINATION, "sensory_signs", Answer.YES, None, None),
            (ObservationKind.IMAGING, "neurovascular_contact", Answer.NO, None, None),
            (ObservationKind.LAB, "sodium", Answer.YES, None, 127),
            (ObservationKind.GENE, "hla_b_1502", Answer.UNKNOWN, None, None),
            (ObservationKind.ALLERGY, "allergy", Answer.YES, "carbamazepine", None),
            (ObservationKind.ENCOUNTER, "neurology", Answer.YES, None, None),
        }

    def test_a_finding_that_is_denied_in_its_name_is_not_taken_for_present(self, tmp_path: Path) -> None:
        (history,), report = read_all(typed(tmp_path, "examination: [{name: no allodynia, present: yes}]"))
        assert not history.observation
        assert sum(report.skipped.values()) == 1


class TestStatements:
    def test_names_in_the_lists_become_statements_of_the_day_of_writing(self, tmp_path: Path) -> None:
        rows = history_of(
            tmp_path,
            """
            never_tried: [lamotrigine, CGRP antibodies]
            declined: [microvascular decompression]
            contraindicated: [{treatment: beta blockers, because: asthma}]
            """,
        ).statement
        assert {(row.kind, row.about, row.start) for row in rows} == {
            (StatementKind.NEVER_TRIED, "lamotrigine", WRITTEN_ON),
            (StatementKind.NEVER_TRIED, "cgrp_antibody", WRITTEN_ON),
            (StatementKind.DECLINED, "mvd", WRITTEN_ON),
            (StatementKind.CONTRAINDICATED, "beta_blocker", WRITTEN_ON),
        }

    def test_a_word_for_several_classes_is_not_taken_for_one(self, tmp_path: Path) -> None:
        (history,), report = read_all(typed(tmp_path, "never_tried: [antidepressants]"))
        assert not history.statement
        assert sum(report.skipped.values()) == 1

    @pytest.mark.parametrize(
        ("typed_about", "about"),
        [
            ("", "unspecified"),
            ("about: conventional, ", "conventional"),
            ("about: gabapentin, ", "gabapentin"),
        ],
    )
    def test_drugs_that_failed_without_a_name_are_unspecified(
        self, typed_about: str, about: str, tmp_path: Path
    ) -> None:
        (row,) = history_of(
            tmp_path, f"statements: [{{says: failed, {typed_about}author: referral letter}}]"
        ).statement
        assert (row.kind, row.about, row.author) == (StatementKind.FAILED, about, "referral letter")

    @pytest.mark.parametrize(
        ("typed_date", "start"),
        [("", WRITTEN_ON), (", date: unknown", None), (", date: 2025-11", PartialDate.parse("2025-11"))],
    )
    def test_an_undated_statement_is_true_when_written_unless_its_date_is_unknown(
        self, typed_date: str, start: PartialDate | None, tmp_path: Path
    ) -> None:
        (row,) = history_of(tmp_path, f"statements: [{{says: uncontrolled{typed_date}}}]").statement
        assert row.start == start

    def test_an_answer_turns_a_statement_round(self, tmp_path: Path) -> None:
        (row,) = history_of(tmp_path, "statements: [{says: remission, answer: no}]").statement
        assert (row.kind, row.answer) == (StatementKind.REMISSION, Answer.NO)


class TestCoverage:
    def test_a_complete_history_is_complete_from_the_beginning(self, tmp_path: Path) -> None:
        (row,) = history_of(tmp_path, "history_complete_until: 2026-02").coverage
        assert (row.start, str(row.end)) == (None, "2026-02")

    def test_without_a_word_nothing_is_complete(self, tmp_path: Path) -> None:
        assert not history_of(tmp_path, "").coverage

    def test_the_command_line_can_say_so_for_everyone(self, tmp_path: Path) -> None:
        (history,), _ = read_all(typed(tmp_path, ""), complete_from=date(2020, 1, 1))
        (row,) = history.coverage
        assert (row.start, row.end) == (PartialDate(date(2020, 1, 1)), WRITTEN_ON)
