"""What the team holds before deciding: on record or not, for this person."""

from __future__ import annotations

from dataclasses import replace

from assuage.answers import Answer
from assuage.options import Holding
from assuage.options.holdings import entries
from assuage.records.history import History
from assuage.records.rows import Observation, ObservationKind, ProcedureOutcome, Row, Sex, StatementKind
from assuage.testing.people import PERSON_ID, day, diagnosis, operation, person, says
from options.left import left

MIGRAINE = diagnosis("chronic_migraine")
BLOCKS = (
    "block_supraorbital",
    "block_zygomaticotemporal",
    "block_auriculotemporal",
    "block_greater_occipital",
)


def needs(history: History, option: str) -> dict[str, Holding]:
    return {need.need: need for need in left(history)[option].needs}


def seen(name: str, present: Answer = Answer.YES, value: float | None = None) -> Row:
    return Observation(
        PERSON_ID, "", ObservationKind.IMAGING, name, present=present, value=value, start=day("2024-02-01")
    )


def block(words: str, procedure: str = "nerve_block", relief: float | None = None) -> Row:
    done = operation(procedure, "2024-03-01", ProcedureOutcome.RELIEF, change_percent=relief)
    return replace(done, text=words)


def test_diagnostic_blocks_are_held_by_site_with_date_and_relief() -> None:
    rows = (
        block("supraorbital nerve block", relief=80.0),
        block("greater occipital nerve block", "occipital_nerve_block", relief=60.0),
    )
    held = needs(person(MIGRAINE, *rows), "migraine_trigger_site_surgery")
    assert [need for need in BLOCKS if held[need].on_record] == [
        "block_supraorbital",
        "block_greater_occipital",
    ]
    (first,) = held["block_supraorbital"].entries
    assert (str(first.start), first.relief_percent, first.found) == ("2024-03-01", 80.0, Answer.YES)


def test_supraorbital_and_supratrochlear_are_one_site() -> None:
    held = needs(person(MIGRAINE, block("supratrochlear nerve block")), "migraine_trigger_site_surgery")
    assert held["block_supraorbital"].on_record


def test_a_block_without_its_site_is_none_of_the_sites() -> None:
    held = needs(person(MIGRAINE, block("nerve block")), "migraine_trigger_site_surgery")
    assert not [need for need in BLOCKS if held[need].on_record]


def test_a_word_that_only_contains_the_sites_name_is_another_word() -> None:
    occipital = person(MIGRAINE, block("suboccipitally placed nerve block"))
    assert list(entries(occipital, "block_greater_occipital")) == []


def test_decompression_asks_for_the_images_that_the_guideline_asks_for() -> None:
    facial = diagnosis("trigeminal_neuralgia")
    nothing = needs(person(facial), "mvd")
    assert [
        key for key in ("mri_brain", "three_sequences", "morphological_change") if not nothing[key].on_record
    ]
    changed = needs(person(facial, seen("neurovascular_compression_morphological")), "mvd")
    assert changed["morphological_change"].on_record
    assert changed["mri_brain"].on_record
    assert not changed["three_sequences"].on_record


def test_a_test_that_found_nothing_is_on_record_too() -> None:
    facial = diagnosis("trigeminal_neuralgia")
    looked = needs(person(facial, seen("neurovascular_compression_morphological", Answer.NO)), "mvd")
    (entry,) = looked["morphological_change"].entries
    assert entry.found is Answer.NO


def test_stimulation_asks_for_its_trial_and_the_teams_assessment() -> None:
    pain = diagnosis("postherpetic_neuralgia")
    rows = (
        operation(
            "spinal_cord_stimulation_trial", "2024-01-05", ProcedureOutcome.RELIEF, change_percent=55.0
        ),
        says(StatementKind.TEAM_ASSESSMENT, start="2024-02-01"),
    )
    held = needs(person(pain, *rows), "spinal_cord_stimulation")
    assert [key for key, need in held.items() if need.on_record] == ["stimulation_trial", "team_assessment"]
    assert held["stimulation_trial"].entries[0].relief_percent == 55.0


def test_focused_ultrasound_asks_for_the_skull_density_ratio_and_keeps_its_value() -> None:
    pain = diagnosis("postherpetic_neuralgia")
    held = needs(person(pain, seen("skull_density_ratio", value=0.38)), "mrgfus_thalamotomy")
    assert held["skull_density_ratio"].entries[0].value == 0.38


def test_a_pregnancy_test_is_not_asked_of_a_man() -> None:
    drawn = person(MIGRAINE)
    man = replace(drawn, person=replace(drawn.person, sex=Sex.MALE))
    assert "pregnancy_test" in needs(drawn, "topiramate")
    assert "pregnancy_test" not in needs(man, "topiramate")


def test_every_need_says_where_it_comes_from() -> None:
    for option in left(person(MIGRAINE)).values():
        assert all(need.provenance.source for need in option.needs)
