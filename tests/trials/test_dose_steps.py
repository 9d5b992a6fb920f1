"""Which dose, from when, for how long."""

from __future__ import annotations

from assuage.testing.people import diagnosis, drug, only_trial, person, supply

NEUROPATHIC = diagnosis("postherpetic_neuralgia")
LATER = "2023-01-01"


def steps(*rows):
    return [
        (step.dose, str(step.start), step.days, step.days_at_most)
        for step in only_trial(person(NEUROPATHIC, *rows), LATER).dose_steps
    ]


def test_neighbouring_supplies_of_one_dose_are_one_step():
    assert steps(
        supply("gabapentin", "2020-01-01", "2020-01-30", dose=900),
        supply("gabapentin", "2020-01-31", "2020-02-29", dose=900),
        supply("gabapentin", "2020-03-01", "2020-03-30", dose=1800),
    ) == [(900, "2020-01-01", 60, 60), (1800, "2020-03-01", 30, 30)]


def test_two_strengths_on_one_day_are_not_added():
    assert steps(
        supply("gabapentin", "2020-01-01", "2020-01-30", dose=300),
        supply("gabapentin", "2020-01-01", "2020-01-30", dose=600),
    ) == [(600, "2020-01-01", 30, 30)]


def test_a_step_ends_on_the_eve_of_the_next_one():
    assert steps(
        supply("gabapentin", "2020-01-01", "2020-03-30", dose=900),
        supply("gabapentin", "2020-02-01", "2020-03-30", dose=1800),
    ) == [(900, "2020-01-01", 31, 31), (1800, "2020-02-01", 59, 59)]


def test_a_short_higher_dose_inside_a_long_lower_one_is_not_stretched_over_the_rest():
    high = steps(
        supply("gabapentin", "2020-01-01", "2020-12-31", dose=900),
        supply("gabapentin", "2020-02-01", "2020-02-14", dose=1800),
    )[1]
    assert high == (1800, "2020-02-01", 14, 335)


def test_a_dose_that_went_down_again_before_a_later_supply_is_not_stretched_up_to_it():
    low_dose_throughout = supply("gabapentin", "2020-01-01", "2020-12-31", dose=900)
    high = supply("gabapentin", "2020-02-01", "2020-02-14", dose=1800)
    later = supply("gabapentin", "2020-09-01", "2020-09-30", dose=900)
    assert steps(low_dose_throughout, high, later)[1][2:] == (14, 213)


def test_a_partial_date_between_two_steps_shortens_both():
    assert steps(
        drug("gabapentin", "2020-01-01", "2020-03", dose=900),
        drug("gabapentin", "2020-03", "2020-05-30", dose=1800),
    ) == [(900, "2020-01-01", 60, 90), (1800, "2020-03-31", 61, 91)]


def test_a_step_that_begins_after_the_end_on_record_lasts_no_day_rather_than_less_than_none():
    assert steps(
        drug("gabapentin", "2020-01-01", "2020-01-28", dose=900),
        drug("gabapentin", "2020-02", "2020", dose=1800),
    ) == [(900, "2020-01-01", 31, 59), (1800, "2020-02-29", 0, 0)]


def test_doses_in_different_units_give_no_steps():
    assert not steps(
        drug("fentanyl", "2020-01-01", "2020-01-30", dose=25, unit="ug/h"),
        drug("fentanyl", "2020-01-31", "2020-02-29", dose=0.6, unit="mg/d"),
    )


def test_a_step_of_unknown_dose_stays_in_its_place():
    assert steps(
        supply("gabapentin", "2020-01-01", "2020-01-30", dose=900),
        supply("gabapentin", "2020-01-31", "2020-02-29"),
        supply("gabapentin", "2020-03-01", "2020-03-30", dose=900),
    ) == [(900, "2020-01-01", 30, 30), (None, "2020-01-31", 30, 30), (900, "2020-03-01", 30, 30)]


def test_steps_without_dates_keep_their_stated_lengths():
    assert steps(drug("gabapentin", dose=900, stated_days=90)) == [(900, "None", 90, 90)]
