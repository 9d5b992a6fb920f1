"""What a treatment was given for: stated, presumed, unknown, or something else."""

from __future__ import annotations

from importlib.resources import files

import pytest

from assuage.codes.conditions import concepts
from assuage.codes.drugs import formulary
from assuage.codes.procedures import procedures
from assuage.records.rows import Purpose
from assuage.sources import read_knowledge
from assuage.testing.people import diagnosis, drug, operation, person, trials
from assuage.trials.indication import uses
from assuage.trials.model import Indication, TrialKind

TN, MIGRAINE = diagnosis("trigeminal_neuralgia"), diagnosis("chronic_migraine")
LATER = "2023-01-01"


def given_for(*rows):
    return {trial.condition: trial.indication for trial in trials(person(*rows), LATER)}


CARBAMAZEPINE = drug("carbamazepine", "2020-01-01")


def test_a_recognised_use_with_nothing_else_on_record_is_presumed():
    assert given_for(TN, CARBAMAZEPINE) == {"trigeminal_neuralgia": Indication.PRESUMED}


def test_a_stated_indication_is_stated():
    row = drug("carbamazepine", "2020-01-01", indication="trigeminal_neuralgia")
    assert given_for(TN, diagnosis("epilepsy"), row) == {"trigeminal_neuralgia": Indication.STATED}


def test_a_competing_indication_on_record_makes_it_unknown():
    assert given_for(TN, diagnosis("epilepsy"), CARBAMAZEPINE) == {"trigeminal_neuralgia": Indication.UNKNOWN}


def test_another_condition_that_the_drug_does_not_treat_does_not_compete():
    found = given_for(TN, diagnosis("hypertension"), CARBAMAZEPINE)
    assert found == {"trigeminal_neuralgia": Indication.PRESUMED}


def test_a_drug_for_something_else_is_no_trial():
    assert not given_for(TN, drug("carbamazepine", "2020-01-01", indication="epilepsy"))


def test_an_indication_in_words_that_no_list_knows_is_still_another_indication():
    assert not given_for(TN, drug("carbamazepine", "2020-01-01", indication_text="restless dog syndrome"))


def test_what_treats_both_of_two_pains_is_a_trial_of_each_with_its_indication_unknown():
    neuropathic = diagnosis("postherpetic_neuralgia")
    both = given_for(MIGRAINE, neuropathic, drug("amitriptyline", "2020-01-01"))
    assert both == {"chronic_migraine": Indication.UNKNOWN, "postherpetic_neuralgia": Indication.UNKNOWN}


def test_what_treats_one_of_two_pains_is_presumed_to_be_for_that_one():
    both = given_for(MIGRAINE, TN, drug("flunarizine", "2020-01-01"))
    assert both == {"chronic_migraine": Indication.PRESUMED}


def test_a_stated_kind_or_wider_name_of_the_only_such_pain_is_the_pain():
    for name in ("headache", "migraine", "chronic_migraine"):
        row = drug("topiramate", "2020-01-01", indication=name)
        assert given_for(MIGRAINE, TN, row) == {"chronic_migraine": Indication.STATED}, name


def test_a_stated_name_that_is_wider_than_two_of_the_pains_leaves_it_open():
    row = drug("topiramate", "2020-01-01", indication="headache")
    both = given_for(MIGRAINE, diagnosis("cluster_headache"), row)
    assert both == {"chronic_migraine": Indication.UNKNOWN, "cluster_headache": Indication.UNKNOWN}


def test_a_wider_diagnosis_beside_a_narrower_one_is_not_a_second_pain():
    found = given_for(diagnosis("migraine"), MIGRAINE, drug("topiramate", "2020-01-01"))
    assert found == {"chronic_migraine": Indication.PRESUMED}


def test_a_drug_of_another_pain_may_have_been_for_the_only_pain_there_is():
    assert given_for(TN, drug("duloxetine", "2020-01-01")) == {"trigeminal_neuralgia": Indication.UNKNOWN}


def test_a_drug_of_no_pain_was_for_no_pain():
    assert not given_for(TN, drug("lithium", "2020-01-01"))


def test_an_operation_on_the_trigeminal_root_is_presumed_to_be_for_trigeminal_neuralgia():
    assert given_for(TN, operation("mvd", "2020-01-01")) == {"trigeminal_neuralgia": Indication.PRESUMED}


def test_a_procedure_that_no_list_gives_a_use_for_is_a_trial_whose_indication_is_unknown():
    found = given_for(TN, MIGRAINE, operation("psychotherapy", "2020-01-01"))
    assert found == {"trigeminal_neuralgia": Indication.UNKNOWN, "chronic_migraine": Indication.UNKNOWN}


def test_a_therapy_is_a_trial_of_its_own_kind():
    (trial,) = trials(person(TN, operation("cbt", "2020-01-01", indication="trigeminal_neuralgia")), LATER)
    assert trial.kind is TrialKind.THERAPY


# what it was for within the pain


@pytest.mark.parametrize(
    ("row", "purpose"),
    [
        (drug("sumatriptan", "2020-01-01", purpose=Purpose.UNKNOWN), Purpose.ACUTE),
        (drug("topiramate", "2020-01-01", purpose=Purpose.UNKNOWN), Purpose.PREVENTIVE),
        (drug("topiramate", "2020-01-01", purpose=Purpose.UNKNOWN, as_needed=True), Purpose.ACUTE),
        (drug("indometacin", "2020-01-01", purpose=Purpose.TEST), Purpose.TEST),
        (drug("sumatriptan", "2020-01-01", purpose=Purpose.PREVENTIVE), Purpose.PREVENTIVE),
    ],
)
def test_the_purpose_is_the_stated_one_else_acute_if_as_needed_else_the_recognised_one(row, purpose):
    (trial,) = trials(person(MIGRAINE, row), LATER)
    assert trial.purpose is purpose


def test_every_use_names_treatments_and_conditions_that_are_known():
    for treatment, use in uses().items():
        assert treatment in formulary() or treatment in procedures()
        assert set(use.purposes) | set(use.competing) <= set(concepts())
        assert all(concepts()[condition].is_pain for condition in use.purposes)


def test_no_treatment_stands_in_two_entries_of_the_table_of_uses():
    entries = read_knowledge(files("assuage.trials") / "data" / "uses.yaml").values()
    listed = [treatment for fields in entries for treatment in fields["treatments"]]
    assert sorted(listed) == sorted(uses())


def test_drugs_known_not_to_work_in_migraine_are_no_trials_of_it_unless_stated():
    for treatment in ("gabapentin", "oxcarbazepine", "lamotrigine"):
        assert uses()[treatment].purpose_in("chronic_migraine") is None
