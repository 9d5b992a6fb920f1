"""What a session may do when: test, look, then treat."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from assuage.ultrasound.session import (
    Aligned,
    Answered,
    DeliveredSonication,
    Entry,
    GoOn,
    LesionSeen,
    PainChange,
    PlannedSonication,
    Retargeted,
    SessionState,
    Stage,
    Stopped,
    TargetSet,
    after,
    refusals,
    replayed,
)
from ultrasound.session.scripts import START, Script, good_session


def codes(state: SessionState, entry: Entry) -> list[str]:
    return [refusal.code for refusal in refusals(state, entry)]


def told(entries: list[Entry]) -> SessionState:
    """The state after entries that are all admitted."""
    state = SessionState()
    for entry in entries:
        assert codes(state, entry) == []
        state = after(state, entry)
    return state


def up_to_verify(script: Script, **delivered: object) -> list[Entry]:
    """Aligned, and verified by a sonication that went as `delivered` says."""
    return [
        script.opened(),
        script.target(),
        script.planned(1, Stage.ALIGN),
        script.delivered(1, Stage.ALIGN),
        script.aligned(1),
        script.planned(2, Stage.VERIFY),
        script.delivered(2, Stage.VERIFY, **delivered),
    ]


def test_a_session_that_goes_well_is_admitted_from_end_to_end() -> None:
    state = told(good_session())
    assert len(state.delivered()) == 6
    assert state.stopped is not None


def test_nothing_is_ablated_before_it_is_verified() -> None:
    script = Script()
    state = told(up_to_verify(script))
    assert codes(state, script.planned(3, Stage.ABLATE)) == ["not_verified"]


def test_verification_does_not_outlive_a_retarget() -> None:
    script = Script()
    state = told([*up_to_verify(script), script.answered(2), script.go_on(2), script.retargeted()])
    assert codes(state, script.planned(3, Stage.ABLATE)) == ["not_aligned", "not_verified"]


def test_one_target_is_not_verified_by_the_other() -> None:
    script = Script()
    entries = [*up_to_verify(script), script.answered(2), script.go_on(2), script.target("right")]
    state = told(entries)
    assert "not_verified" in codes(state, script.planned(3, Stage.ABLATE, "right"))
    assert codes(state, script.planned(3, Stage.ABLATE, "left")) == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"pain_change": PainChange.SAME}, ["pain_not_changed"]),
        ({"pain_change": None}, ["pain_not_asked"]),
        ({"pain_change": PainChange.NOT_ASSESSABLE}, ["pain_not_asked"]),
        ({"pain_change": PainChange.MORE}, ["pain_more"]),
        ({"unwanted_effects": ("dysarthria",)}, ["unwanted_effect"]),
        ({"unwanted_effects": None}, ["effects_not_examined"]),
        ({"pain_change": PainChange.GONE}, []),
        ({}, []),
    ],
)
def test_the_neurological_answers_decide_whether_to_go_on(answer: dict, expected: list[str]) -> None:
    script = Script()
    state = told([*up_to_verify(script), script.answered(2, **answer)])
    assert codes(state, script.go_on(2)) == expected


def test_without_answers_nobody_goes_on() -> None:
    script = Script()
    state = told(up_to_verify(script))
    assert codes(state, script.go_on(2)) == ["not_answered"]


@pytest.mark.parametrize(
    ("delivered", "expected"),
    [
        ({"focus_shift_mm": 1.2}, ["focus_off"]),
        ({"focus_shift_mm": 1.0}, []),
        ({"focus_shift_mm": None}, ["focus_unknown"]),
        ({"peak_c": None}, ["peak_unknown"]),
        ({"peak_c": 42.9}, ["too_cold"]),
        ({"peak_c": 43.0}, []),
        ({"peak_c": 50.0}, []),
        ({"peak_c": 50.1}, ["too_hot"]),
    ],
)
def test_a_place_counts_as_verified_only_with_the_heat_measured_in_place(
    delivered: dict, expected: list[str]
) -> None:
    script = Script()
    state = told([*up_to_verify(script, **delivered), script.answered(2)])
    assert codes(state, script.go_on(2)) == expected


@pytest.mark.parametrize(
    ("sign", "expected"),
    [
        ({"pain_change": PainChange.MORE}, "pain_more"),
        ({"unwanted_effects": ("numb hand",)}, "unwanted_effect"),
    ],
)
def test_after_pain_or_an_unwanted_effect_only_another_point_or_stopping_is_left(
    sign: dict, expected: str
) -> None:
    script = Script()
    state = told([*up_to_verify(script), script.answered(2, **sign)])
    for stage in Stage:
        assert expected in codes(state, script.planned(3, stage))
    moved = after(state, script.retargeted())
    assert codes(moved, script.planned(3, Stage.ALIGN)) == []
    assert codes(state, script.stopped()) == []


def test_a_focus_that_was_off_asks_for_aligning_again() -> None:
    script = Script()
    state = told([*up_to_verify(script, focus_shift_mm=1.4), script.answered(2)])
    assert codes(state, script.planned(3, Stage.VERIFY)) == ["focus_off"]
    again = [script.planned(3, Stage.ALIGN), script.delivered(3, Stage.ALIGN), script.aligned(3)]
    for entry in again:
        assert codes(state, entry) == []
        state = after(state, entry)
    assert codes(state, script.planned(4, Stage.VERIFY)) == []


@pytest.mark.parametrize(
    ("delivered", "expected"),
    [
        ({"cavitation": True}, "cavitation"),
        ({"skull_dose_cem43_min": 16.5}, "skull_dose"),
        ({"scalp_dose_cem43_min": 22.0}, "scalp_dose"),
    ],
)
def test_after_a_stop_sign_no_sonication_is_planned(delivered: dict, expected: str) -> None:
    script = Script()
    state = told(up_to_verify(script, **delivered))
    assert expected in codes(state, script.planned(3, Stage.ALIGN))


def test_doses_of_the_skull_add_up_over_the_session() -> None:
    script = Script()
    entries = up_to_verify(script, skull_dose_cem43_min=9.0)
    entries[3] = replace(entries[3], skull_dose_cem43_min=8.0)
    assert "skull_dose" in codes(told(entries), script.planned(3, Stage.ALIGN))


def test_a_session_that_lasts_too_long_is_stopped() -> None:
    script = Script()
    state = told(up_to_verify(script))
    late = replace(script.planned(3, Stage.ALIGN), at=START + timedelta(minutes=400))
    assert "time_over" in codes(state, late)


def test_what_was_not_planned_is_not_delivered_and_nothing_is_delivered_twice() -> None:
    script = Script()
    state = told(up_to_verify(script))
    assert codes(state, script.delivered(3, Stage.VERIFY)) == ["not_planned"]
    assert codes(state, script.delivered(2, Stage.VERIFY)) == ["delivered_already"]


def test_one_sonication_at_a_time() -> None:
    script = Script()
    state = told([script.opened(), script.target(), script.planned(1, Stage.ALIGN)])
    assert codes(state, script.planned(2, Stage.ALIGN)) == ["not_delivered_yet"]


def test_after_the_end_nothing_is_entered() -> None:
    state = told(good_session())
    assert codes(state, Script().target("third")) == ["before_the_last", "stopped"]


def test_times_have_a_zone_and_go_forward() -> None:
    script = Script()
    state = told([script.opened(), script.target()])
    entry = script.planned(1, Stage.ALIGN)
    assert codes(state, replace(entry, at=entry.at.replace(tzinfo=None))) == ["no_time_zone"]
    assert codes(state, replace(entry, at=START)) == ["before_the_last"]


# --- random sessions, held to the raw list of what was admitted


def random_entry(script: Script, chance: random.Random) -> Entry:
    number, stage = chance.randint(1, 7), chance.choice(list(Stage))
    target = chance.choice(["left", "right"])
    makers: list[Callable[[], Entry]] = [
        lambda: script.planned(number, stage, target),
        lambda: script.planned(number, stage, target),
        lambda: script.delivered(
            number,
            stage,
            peak_c=chance.choice([41.0, 46.0, 57.0, 66.0, None]),
            focus_shift_mm=chance.choice([0.3, 0.9, 1.7, None]),
            cavitation=chance.choice([None, False, False, chance.random() < 0.1]),
        ),
        lambda: script.answered(
            number,
            pain_change=chance.choice([*PainChange, None]),
            unwanted_effects=chance.choice([(), (), None, ("tingling",)]),
        ),
        lambda: script.aligned(number),
        lambda: script.go_on(number),
        lambda: script.retargeted(target),
        lambda: script.target(target),
        lambda: LesionSeen(**script.made(), target=target, axes_mm=(4.0, 5.0)),
    ]
    return script.stopped() if chance.random() < 0.01 else chance.choice(makers)()


def likely_entry(script: Script, state: SessionState, chance: random.Random) -> Entry:
    """What would come next in a real session, so that random scripts get as far as an ablation."""
    target = chance.choice(["left", "right"])
    if target not in state.targets:
        return script.target(target)
    pending = state.pending()
    if pending is not None:
        return script.delivered(pending.planned.number, pending.planned.stage)
    here, known = state.of_place(target), state.targets[target]
    following = max(state.sonications, default=0) + 1
    if not known.aligned:
        ready = here and here[-1].planned.stage is Stage.ALIGN
        return (
            script.aligned(here[-1].planned.number)
            if ready
            else script.planned(following, Stage.ALIGN, target)
        )
    if not known.verified:
        if not here or here[-1].planned.stage is not Stage.VERIFY:
            return script.planned(following, Stage.VERIFY, target)
        last = here[-1]
        return (
            script.answered(last.planned.number)
            if last.answered is None
            else script.go_on(last.planned.number)
        )
    return script.planned(following, Stage.ABLATE, target)


def random_session(seed: int) -> list[Entry]:
    """The entries that a script of sense and nonsense gets past the rules."""
    chance, script = random.Random(seed), Script()
    admitted = [script.opened()]
    state = replayed(admitted)
    for _ in range(40):
        sensible = chance.random() < 0.6
        entry = likely_entry(script, state, chance) if sensible else random_entry(script, chance)
        if not refusals(state, entry):
            admitted.append(entry)
            state = after(state, entry)
    return admitted


def check_by_the_raw_list(entries: list[Entry]) -> int:
    """Walk the entries anew, knowing nothing of the state machine; gives the number of ablations planned."""
    verified: set[str] = set()
    planned: dict[int, PlannedSonication] = {}
    delivered: dict[int, DeliveredSonication] = {}
    answered: dict[int, Answered] = {}
    ablations = 0
    for entry in entries:
        match entry:
            case GoOn():
                of = planned[entry.number]
                assert of.stage is Stage.VERIFY
                assert delivered[entry.number].focus_shift_mm <= 1.0
                assert answered[entry.number].unwanted_effects == ()
                assert answered[entry.number].pain_change in (PainChange.GONE, PainChange.LESS)
                verified.add(of.target)
            case Retargeted():
                verified.discard(entry.target)
            case PlannedSonication():
                assert set(planned) == set(delivered), "the one before was delivered"
                planned[entry.number] = entry
                if entry.stage is Stage.ABLATE:
                    assert entry.target in verified
                    ablations += 1
            case DeliveredSonication():
                assert entry.number in planned
                assert entry.number not in delivered
                delivered[entry.number] = entry
            case Answered():
                assert entry.number in delivered
                answered[entry.number] = entry
            case Stopped():
                assert entry is entries[-1]
            case TargetSet() | Aligned():
                pass
    state = replayed(entries)
    assert {s.planned.number for s in state.delivered()} == set(delivered), (
        "nothing planned counts as delivered"
    )
    return ablations


def check_sessions(seeds: range) -> None:
    ablations = sum(check_by_the_raw_list(random_session(seed)) for seed in seeds)
    assert ablations > len(seeds) / 20, "scripts get as far as ablation"


def test_no_random_script_ablates_without_verification_or_counts_a_plan_as_delivered() -> None:
    check_sessions(range(400))


@pytest.mark.long
def test_nor_do_ten_thousand() -> None:
    check_sessions(range(1_000, 11_000))
