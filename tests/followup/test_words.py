"""The catalogue has words for everything that a follow-up can say."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import assuage.followup
import assuage.report
from assuage.answers import Answer
from assuage.followup.model import Direction, SinceKind
from assuage.measures.change import Band
from assuage.measures.instruments import Role, instrument_rules
from assuage.report.followup_rows import signed
from assuage.report.wording import words

WORDS = words()


@pytest.mark.parametrize(
    ("group", "enumerated"),
    [
        ("outcome_direction", Direction),
        ("outcome_role", Role),
        ("immpact_band", Band),
        ("since_kind", SinceKind),
        ("reached", Answer),
    ],
)
def test_every_word_of_a_list_has_a_label(group, enumerated) -> None:
    assert set(WORDS.labels[group]) == {str(word) for word in enumerated}


def test_every_band_of_every_instrument_has_a_label_and_no_label_is_left_over() -> None:
    bands = {name for rules in instrument_rules().values() if rules.bands for name, _ in rules.bands.starts}
    assert set(WORDS.labels["score_band"]) == bands


def test_every_reason_and_every_missing_fact_has_its_words() -> None:
    tree = ast.parse((Path(assuage.followup.__file__).parent / "outcomes.py").read_text())
    plain = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    reasons = {text for text in plain if WORDS.templates(text)}
    assert reasons == {
        "change_from_baseline",
        "no_treatment_to_count_from",
        "readings_undated",
        "no_reading_after",
        "no_baseline",
        "baseline_too_old",
        "baseline_insufficient",
        "diary_insufficient",
        "global_impression",
    }
    assert {"treatment_date", "reading_dates", "baseline", "reading_after", "filled_diary"} <= set(
        WORDS.missing
    ) & plain


def test_every_sentence_that_the_presenter_asks_for_is_there() -> None:
    tree = ast.parse((Path(assuage.report.__file__).parent / "followup_rows.py").read_text())
    asked = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "reason"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert asked
    assert sorted(code for code in asked if not WORDS.templates(code)) == []
    orders = ("after", "as_listed")
    assert all(
        WORDS.templates(f"trend_{order}") and WORDS.templates(f"trend_range_{order}") for order in orders
    )


@pytest.mark.parametrize(
    ("value", "shown"), [(0.8, "+0.8"), (-2, "-2"), (0, "0"), (-0.001, "0"), (13.559, "+13.56"), ("5", "5")]
)
def test_an_amount_of_change_is_shown_with_its_sign(value, shown) -> None:
    assert signed(value) == shown
