"""Which class came first, second and third; and the picture of it, in which nobody is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assuage.answers import Answer
from assuage.records.rows import Purpose
from assuage.report.flow import Flow, flow
from assuage.report.pathways import Pathways, pathway
from assuage.report.wording import words
from report import worked_review as example
from report.worked_history import BACLOFEN, CARBAMAZEPINE, DECOMPRESSION, LAMOTRIGINE, PHENYTOIN, day

WORDS = words()
paths = st.dictionaries(
    st.lists(st.sampled_from("abcdefghijkl"), min_size=1, max_size=3, unique=True).map(tuple),
    st.integers(1, 50),
    min_size=1,
    max_size=25,
)


def test_classes_stand_in_the_order_of_their_first_start() -> None:
    trials = (BACLOFEN, LAMOTRIGINE, DECOMPRESSION, CARBAMAZEPINE)
    assert pathway(trials) == ("sodium_channel_blocker", "decompression", "muscle_relaxant")


def test_a_second_drug_of_a_class_is_no_new_step() -> None:
    assert pathway((CARBAMAZEPINE, LAMOTRIGINE)) == ("sodium_channel_blocker",)


def test_what_has_no_date_was_not_taken_or_was_for_an_attack_or_a_test_is_no_step() -> None:
    left_out = (
        PHENYTOIN,
        replace(BACLOFEN, taken=Answer.NO),
        replace(BACLOFEN, purpose=Purpose.ACUTE),
        replace(BACLOFEN, purpose=Purpose.TEST),
    )
    assert pathway(left_out) == ()


def test_classes_begun_on_one_day_are_one_step() -> None:
    together = replace(BACLOFEN, start=CARBAMAZEPINE.start)
    assert pathway((together, CARBAMAZEPINE)) == ("muscle_relaxant+sodium_channel_blocker",)


def test_no_order_is_made_up_where_partial_dates_leave_it_open() -> None:
    some_time = replace(BACLOFEN, start=day("2019"))
    later = replace(DECOMPRESSION, start=day("2020-01"))
    assert pathway((some_time, CARBAMAZEPINE, later)) == (
        "muscle_relaxant+sodium_channel_blocker",
        "decompression",
    )


def test_three_steps_are_kept() -> None:
    trials = [
        replace(BACLOFEN, treatment_class=name, start=day(f"202{place}")) for place, name in enumerate("dcba")
    ]
    assert pathway(trials) == ("d", "c", "b")


def test_treatments_of_another_condition_are_another_path() -> None:
    pathways = Pathways()
    trials = (CARBAMAZEPINE, replace(BACLOFEN, condition="migraine"))
    pathways.add(replace(example.REVIEW, conditions=("trigeminal_neuralgia", "migraine"), trials=trials))
    assert pathways.by_condition() == [
        ("migraine", Counter({("muscle_relaxant",): 1})),
        ("trigeminal_neuralgia", Counter({("sodium_channel_blocker",): 1})),
    ]


def _people_at(drawn: Flow, step: int) -> int:
    return sum(node.people for node in drawn.nodes if node.step == step)


@given(paths)
def test_every_step_holds_those_who_went_on_from_the_one_before(counts: dict[tuple[str, ...], int]) -> None:
    drawn = flow(counts, WORDS)
    assert _people_at(drawn, 0) == sum(counts.values())
    went_on = sum(node.people for node in drawn.nodes if node.step == 1 and node.style != "end")
    assert _people_at(drawn, 1) == sum(counts.values())
    assert _people_at(drawn, 2) == went_on


@given(paths)
def test_nodes_of_a_step_do_not_touch_and_lie_within_the_picture(counts: dict[tuple[str, ...], int]) -> None:
    drawn = flow(counts, WORDS)
    for step in range(3):
        nodes = [node for node in drawn.nodes if node.step == step]
        assert all(after.y >= before.y + before.height + 12 for before, after in pairwise(nodes))
        assert all(node.y + node.height <= drawn.height for node in nodes)
        assert len(nodes) <= 9


@given(paths)
def test_the_same_people_give_the_same_picture_in_any_order(counts: dict[tuple[str, ...], int]) -> None:
    assert flow(counts, WORDS) == flow(dict(reversed(counts.items())), WORDS)


def test_rare_classes_are_drawn_together_and_those_who_stop_are_shown() -> None:
    counts = {(name,): people for people, name in enumerate("abcdefghij", start=1)}
    drawn = flow(counts, WORDS)
    first = [(node.name, node.people) for node in drawn.nodes if node.step == 0]
    assert first == [("j", 10), ("i", 9), ("h", 8), ("g", 7), ("f", 6), ("e", 5), ("other classes", 10)]
    assert [(node.name, node.people) for node in drawn.nodes if node.step == 1] == [("none after", 55)]
