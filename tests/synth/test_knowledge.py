"""The knowledge behind made-up people is cited, and fits the rest of the package."""

from __future__ import annotations

import pytest

from assuage.codes.drugs import formulary
from assuage.synth import knowledge
from assuage.synth.knowledge import Medicine
from assuage.synth.pains import NEUROPATHIC


def everything() -> list[Medicine]:
    return [one for medicines in knowledge.products().values() for one in medicines]


def test_every_rate_is_a_share_with_its_source():
    cited = knowledge.cited_values("rates.yaml")
    assert all(0 <= one.value <= 1 for one in cited.values())
    assert all(one.provenance.reviewed_by is None for one in cited.values())


def test_groups_and_kinds_add_up_and_difficult_results_leave_a_rest():
    rates = knowledge.rates()
    assert sum(rate for name, rate in rates.items() if name.startswith("group_")) == pytest.approx(1)
    kinds = {name: rate for name, rate in rates.items() if name.startswith("neuropathic_")}
    assert list(kinds) == [f"neuropathic_{key}" for key, _, _ in NEUROPATHIC.conditions]
    assert sum(kinds.values()) == pytest.approx(1)
    assert sum(rate for name, rate in rates.items() if name.startswith("difficult_")) < 1


@pytest.mark.parametrize("medicine", everything(), ids=lambda one: one.ingredient)
def test_doses_rise_from_below_or_at_the_low_end_to_within_the_range(medicine: Medicine):
    assert list(medicine.doses) == sorted(medicine.doses)
    if medicine.low is not None:
        assert medicine.low <= medicine.doses[-1]
        assert medicine.high is None or medicine.doses[-1] <= medicine.high


@pytest.mark.parametrize("medicine", everything(), ids=lambda one: one.ingredient)
def test_every_dose_is_a_whole_number_of_tablets(medicine: Medicine):
    if medicine.unit == "mg/d":
        assert all(dose % medicine.strength == 0 for dose in medicine.doses)


def test_depot_drugs_last_as_long_as_the_formulary_says():
    for medicine in everything():
        assert medicine.interval_days == formulary()[medicine.ingredient].depot_interval_days


def test_convention_and_what_was_not_read_say_so():
    cited = knowledge.cited_values("rates.yaml") | knowledge.cited_values("readings.yaml")
    for one in cited.values():
        assert one.provenance.published is (one.provenance.source != "assuage-conventions")
