"""Names are found as whole words; denied and doubted ones are left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.codes.phrases import PhraseIndex, asserted, fold, plain

INDEX = PhraseIndex(
    {name: name for name in ("migraine", "migraine with aura", "codeine", "headache", "trigeminal neuralgia")}
)


def found(text: str) -> list[str]:
    return [one.key for one in INDEX.find(text)]


def said(text: str) -> list[str]:
    return [one.key for one in asserted(text, INDEX.find(text))]


def test_the_longest_name_wins() -> None:
    assert found("Migraine with aura, left") == ["migraine with aura"]


def test_case_accents_hyphens_and_line_breaks_do_not_matter() -> None:
    assert found("MIGRAÎNE") == ["migraine"]
    assert found("trigeminal-neuralgia") == found("Trigeminal\nneuralgia") == ["trigeminal neuralgia"]


def test_a_name_inside_another_word_is_not_found() -> None:
    assert found("dihydrocodeine, hemimigraineous") == []


def test_names_come_in_reading_order() -> None:
    assert found("headache, migraine, headache") == ["headache", "migraine", "headache"]


@pytest.mark.parametrize(
    "text",
    [
        "no migraine",
        "No history of migraine",
        "family history of migraine",
        "suspected migraine",
        "possible migraine",
        "rule out migraine",
        "R/O migraine",
        "without migraine",
        "not migraine",
        "screening for migraine",
    ],
)
def test_a_denied_or_doubted_name_is_not_said(text) -> None:
    assert said(text) == []


def test_a_denial_holds_in_its_own_clause_only() -> None:
    assert said("no codeine, migraine") == ["migraine"]
    assert said("migraine (no codeine)") == ["migraine"]


def test_a_denial_behind_a_name_does_not_touch_it() -> None:
    assert said("headache without migraine") == ["headache"]


@pytest.mark.parametrize("cause", ["secondary to", "due to", "caused by", "on a background of"])
def test_what_stands_behind_the_cause_is_not_the_diagnosis(cause) -> None:
    assert said(f"headache {cause} migraine") == ["headache"]


def test_a_likeness_is_not_the_thing() -> None:
    assert said("migraine-like headache") == ["headache"]


@given(st.text(max_size=40))
def test_folding_keeps_every_character_in_its_place(text) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(max_size=60))
def test_any_text_can_be_searched(text) -> None:
    assert set(said(text)) <= set(found(text))


@given(
    st.sampled_from(["migraine with aura", "trigeminal neuralgia"]),
    st.text(" ,;-\n\t", min_size=1, max_size=3),
)
def test_what_stands_between_the_words_of_a_name_does_not_matter(name, between) -> None:
    assert found(name.replace(" ", between)) == [name]


@given(st.text(max_size=40))
def test_making_a_name_plain_twice_changes_nothing_more(text) -> None:
    assert plain(plain(text)) == plain(text)
