"""What one trial counts as: precedence of reasons, dose, length, response, and trials begun together."""

from __future__ import annotations

from datetime import date

import pytest

from assuage.answers import Answer
from assuage.records.rows import (
    EndRule,
    Outcome,
    ProcedureOutcome,
    Purpose,
    StatementKind,
    StopReason,
)
from assuage.resistance.judging import judge_trials
from assuage.resistance.model import CountsAs, TrialCode
from assuage.resistance.trial_rules import TargetDose, TrialRules
from assuage.sources import Provenance
from assuage.testing.people import (
    allergy,
    answer,
    diagnosis,
    drug,
    operation,
    person,
    says,
    still_taken,
    supply,
    trials,
)

LATER = "2023-01-01"
CONVENTION = Provenance("assuage-conventions", "example of a test", date(2026, 11, 22), verified=True)
RULES = TrialRules(
    response_percent=50,
    days=90,
    target_doses={
        "gabapentin": TargetDose(900, 2400, "mg/d", CONVENTION),
        "carbamazepine": TargetDose(400, 1000, "mg/d", CONVENTION),
        "baclofen": TargetDose(50, 80, "mg/d", CONVENTION),
        "botulinum_toxin_a": TargetDose(25, 195, "U/session", CONVENTION),
    },
    sessions_of={"botulinum_toxin_a": 2},
)
TN = diagnosis("trigeminal_neuralgia")
GOOD = {"dose": 1800, "outcome": Outcome.NO_EFFECT}


def judged(*rows, rules=RULES, as_of=LATER, ruled_out=()):
    found = trials(person(TN, *rows), as_of)
    return judge_trials(found, "example", rules, ruled_out)


def only(*rows, **fields):
    (judgement,) = judged(*rows, **fields)
    return judgement


def gabapentin(**fields):
    return drug("gabapentin", "2020-01-01", "2020-12-31", **{**GOOD, **fields})


def outcome_of(row, **fields):
    judgement = only(row, **fields)
    return judgement.code, judgement.counts_as


FAILED, NOT_FAILED, OPEN = CountsAs.FAILED, CountsAs.NOT_FAILED, CountsAs.UNKNOWN

EVERY_CODE = [
    (TrialCode.RESPONSE, NOT_FAILED, gabapentin(outcome=Outcome.EFFECTIVE)),
    (TrialCode.RESPONSE, NOT_FAILED, gabapentin(change_percent=50.0)),
    (TrialCode.PARTIAL, FAILED, gabapentin(change_percent=49.0)),
    (TrialCode.PARTIAL, FAILED, gabapentin(change_percent=30.0)),
    (TrialCode.NONRESPONSE, FAILED, gabapentin(change_percent=29.0)),
    (TrialCode.NONRESPONSE, FAILED, gabapentin()),
    (TrialCode.NONRESPONSE, FAILED, gabapentin(outcome=Outcome.UNKNOWN, stop_reason=StopReason.NO_EFFECT)),
    (TrialCode.LOSS_OF_EFFECT, FAILED, gabapentin(outcome=Outcome.LOST_EFFECT)),
    (TrialCode.INTOLERANCE, FAILED, gabapentin(stop_reason=StopReason.ADVERSE_EVENT)),
    (TrialCode.INTOLERANCE, FAILED, gabapentin(outcome=Outcome.INTOLERANCE)),
    (TrialCode.INADEQUATE_DOSE, NOT_FAILED, gabapentin(dose=300)),
    (TrialCode.INADEQUATE_DURATION, NOT_FAILED, drug("gabapentin", "2020-01-01", "2020-03-29", **GOOD)),
    (TrialCode.NONADHERENCE, NOT_FAILED, gabapentin(taken=Answer.NO)),
    (TrialCode.NONADHERENCE, NOT_FAILED, gabapentin(stop_reason=StopReason.NONADHERENCE)),
    (
        TrialCode.STOPPED_OTHER,
        NOT_FAILED,
        gabapentin(outcome=Outcome.UNKNOWN, stop_reason=StopReason.OTHER),
    ),
    (TrialCode.UNDETERMINED, OPEN, gabapentin(outcome=Outcome.UNKNOWN)),
    (TrialCode.UNDETERMINED, NOT_FAILED, gabapentin(purpose=Purpose.TEST)),
    (TrialCode.UNDETERMINED, NOT_FAILED, gabapentin(purpose=Purpose.ACUTE)),
    (TrialCode.NO_INITIAL_RESPONSE, FAILED, operation("mvd", "2020-01-01", ProcedureOutcome.NO_EFFECT)),
    (TrialCode.RESPONSE, NOT_FAILED, operation("mvd", "2020-01-01", ProcedureOutcome.RELIEF)),
    (TrialCode.RECURRENCE, NOT_FAILED, operation("mvd", "2020-01-01", ProcedureOutcome.RECURRENCE)),
    (
        TrialCode.COMPLICATION,
        NOT_FAILED,
        operation("mvd", "2020-01-01", stop_reason=StopReason.ADVERSE_EVENT),
    ),
]


@pytest.mark.parametrize(("code", "counts_as", "row"), EVERY_CODE)
def test_each_trial_has_its_code_and_counts_for_what_it_is(code, counts_as, row):
    assert outcome_of(row) == (code, counts_as)


def test_every_code_is_reached():
    shown = {code for code, _, _ in EVERY_CODE} | {TrialCode.CONTRAINDICATED}
    assert shown == set(TrialCode)


# precedence: contraindicated, intolerance, nonadherence, inadequate, outcome


def test_a_contraindicated_drug_that_was_not_taken_is_contraindicated_before_anything_else():
    row = gabapentin(taken=Answer.NO, stop_reason=StopReason.ADVERSE_EVENT)
    assert outcome_of(row, ruled_out={"gabapentin"}) == (TrialCode.CONTRAINDICATED, NOT_FAILED)


def test_a_drug_that_was_taken_is_judged_although_it_is_contraindicated_now():
    row = gabapentin(stop_reason=StopReason.ADVERSE_EVENT)
    assert outcome_of(row, ruled_out={"gabapentin"}) == (TrialCode.INTOLERANCE, FAILED)


@pytest.mark.parametrize(
    "fact", [allergy("carbamazepine"), says(StatementKind.CONTRAINDICATED, "carbamazepine")]
)
def test_an_allergy_or_a_statement_is_what_makes_it_contraindicated(fact):
    history = person(TN, drug("carbamazepine", "2020-01-01", taken=Answer.NO), fact)
    (judgement,) = answer("tn-ean2019", history, LATER).judgements
    assert judgement.code is TrialCode.CONTRAINDICATED


PRECEDENCE = [
    ("not tolerated", {"outcome": Outcome.INTOLERANCE}, TrialCode.INTOLERANCE),
    ("not taken", {"taken": Answer.NO}, TrialCode.NONADHERENCE),
    ("dose too low", {"dose": 300}, TrialCode.INADEQUATE_DOSE),
    ("no effect", {}, TrialCode.NONRESPONSE),
]


@pytest.mark.parametrize("first", range(len(PRECEDENCE)))
@pytest.mark.parametrize("second", range(len(PRECEDENCE)))
def test_of_two_reasons_the_one_that_precedes_gives_the_code(first, second):
    (_, first_facts, code), (_, later_facts, _) = (
        PRECEDENCE[min(first, second)],
        PRECEDENCE[max(first, second)],
    )
    assert only(gabapentin(**{**later_facts, **first_facts})).code is code


def test_a_dose_too_low_is_named_before_a_length_too_short():
    row = drug("gabapentin", "2020-01-01", "2020-01-30", dose=300, outcome=Outcome.NO_EFFECT)
    assert only(row).code is TrialCode.INADEQUATE_DOSE


def test_what_helps_at_a_low_dose_or_after_a_short_time_still_helps():
    row = drug("gabapentin", "2020-01-01", "2020-01-30", dose=300, outcome=Outcome.EFFECTIVE)
    assert only(row).code is TrialCode.RESPONSE


def test_intolerance_needs_neither_dose_nor_length():
    assert outcome_of(drug("gabapentin", outcome=Outcome.INTOLERANCE)) == (TrialCode.INTOLERANCE, FAILED)


def test_an_adverse_event_in_a_drug_that_works_and_is_still_taken_is_no_intolerance():
    row = still_taken(
        "gabapentin", "2020-01-01", LATER, dose=900, change_percent=80.0, stop_reason=StopReason.ADVERSE_EVENT
    )
    assert only(row).code is TrialCode.RESPONSE


def test_a_switch_alone_is_never_a_failure():
    codes = {
        it.counts_as
        for it in judged(
            drug("gabapentin", "2020-01-01", "2020-12-31", dose=1800),
            drug("baclofen", "2021-01-01", "2021-12-31", dose=60),
        )
    }
    assert codes == {OPEN}


def test_stable_use_for_years_is_a_response():
    judgement = only(still_taken("gabapentin", "2019-01-01", LATER, dose=900))
    assert (judgement.code, judgement.reason_code) == (TrialCode.RESPONSE, "stable_use")


def test_remission_is_no_failure():
    row = gabapentin(outcome=Outcome.UNKNOWN, stop_reason=StopReason.REMISSION)
    assert outcome_of(row) == (TrialCode.STOPPED_OTHER, NOT_FAILED)


def test_a_partial_effect_without_a_number_stays_open():
    judgement = only(gabapentin(outcome=Outcome.PARTIAL))
    assert (judgement.counts_as, judgement.reason_code) == (OPEN, "stated_partial")


def test_an_effect_that_was_lost_within_three_months_was_never_held():
    row = drug("gabapentin", "2020-01-01", "2020-03-30", dose=1800, outcome=Outcome.LOST_EFFECT)
    assert outcome_of(row) == (TrialCode.LOSS_OF_EFFECT, FAILED)
    short = drug("gabapentin", "2020-01-01", "2020-03-29", dose=1800, outcome=Outcome.LOST_EFFECT)
    shorter_rules = TrialRules(50, 28, RULES.target_doses)
    assert only(short, rules=shorter_rules).code is TrialCode.NONRESPONSE


def test_what_it_was_given_for_has_to_be_known():
    history = person(TN, diagnosis("epilepsy"), gabapentin())
    (judgement,) = judge_trials(trials(history, LATER), "example", RULES)
    assert (judgement.counts_as, judgement.reason_code) == (OPEN, "indication_unknown")


# dose


@pytest.mark.parametrize(
    ("rows", "dose_ok", "reason"),
    [
        ([gabapentin(dose=900)], Answer.YES, "stated_no_effect"),
        ([gabapentin(dose=899)], Answer.NO, "dose_below_target"),
        ([gabapentin(dose=None)], Answer.UNKNOWN, "dose_unknown"),
        ([gabapentin(dose=900, unit="ug/h")], Answer.UNKNOWN, "dose_unknown"),
        ([gabapentin(dose=300, max_tolerated=True)], Answer.YES, "stated_no_effect"),
        ([drug("phenytoin", "2020-01-01", "2020-12-31", **GOOD)], Answer.UNKNOWN, "no_target_dose"),
    ],
)
def test_a_dose_is_reached_missed_or_not_known(rows, dose_ok, reason):
    judgement = only(*rows)
    assert (judgement.dose_ok, judgement.reason_code) == (dose_ok, reason)


def test_a_low_dose_beside_one_that_is_not_on_record_is_not_known_to_be_too_low():
    rows = [
        supply("gabapentin", "2020-01-01", "2020-01-30", dose=300),
        supply("gabapentin", "2020-01-31", "2020-06-30", outcome=Outcome.NO_EFFECT),
    ]
    assert only(*rows).dose_ok is Answer.UNKNOWN


# length


def test_titration_is_not_counted():
    titration = supply("gabapentin", "2020-01-01", "2020-01-30", dose=300)
    plateau = supply("gabapentin", "2020-01-31", "2020-04-28", dose=900, outcome=Outcome.NO_EFFECT)
    longer = supply("gabapentin", "2020-01-31", "2020-04-29", dose=900, outcome=Outcome.NO_EFFECT)
    assert only(titration, plateau).code is TrialCode.INADEQUATE_DURATION
    assert only(titration, longer).code is TrialCode.NONRESPONSE


def test_the_plateau_is_the_longest_run_at_target_or_above_and_is_not_pieced_together():
    rows = [
        supply("gabapentin", "2020-01-01", "2020-02-29", dose=900),
        supply("gabapentin", "2020-03-01", "2020-03-30", dose=300),
        supply("gabapentin", "2020-03-31", "2020-05-29", dose=1800, outcome=Outcome.NO_EFFECT),
    ]
    assert only(*rows).code is TrialCode.INADEQUATE_DURATION


def test_a_step_of_unknown_dose_between_two_at_target_leaves_the_length_open():
    rows = [
        supply("gabapentin", "2020-01-01", "2020-02-29", dose=900),
        supply("gabapentin", "2020-03-01", "2020-03-30"),
        supply("gabapentin", "2020-03-31", "2020-05-29", dose=900, outcome=Outcome.NO_EFFECT),
    ]
    judgement = only(*rows)
    assert (judgement.counts_as, judgement.reason_code) == (OPEN, "length_unknown")


def test_a_length_between_partial_dates_that_may_be_enough_is_not_known_to_be_too_short():
    row = drug("gabapentin", "2020-01", "2020-04", **GOOD)  # 62 days at least, 121 at most
    assert only(row).duration_ok is Answer.UNKNOWN


def test_a_length_that_is_too_short_however_the_partial_dates_fall_is_too_short():
    row = drug("gabapentin", "2020-01", "2020-02", **GOOD)  # 60 days at most
    assert only(row).duration_ok is Answer.NO


def test_an_open_end_after_a_long_enough_supply_is_long_enough():
    rows = [
        supply("gabapentin", "2020-01-01", "2020-03-30", dose=900),
        drug("gabapentin", "2020-03-31", dose=900, outcome=Outcome.NO_EFFECT),
    ]
    assert only(*rows).counts_as is FAILED


def test_an_order_not_yet_stopped_gives_no_length():
    row = drug("gabapentin", "2020-01-01", end_rule=EndRule.ACTIVE_ORDER, **GOOD)
    assert only(row).reason_code == "length_unknown"


def test_a_word_of_long_ago_that_it_was_still_taken_does_not_make_it_too_short():
    row = still_taken("gabapentin", "2020-01-01", "2020-02-01", **GOOD)
    assert only(row).duration_ok is Answer.UNKNOWN
    assert only(row, as_of="2020-02-01").duration_ok is Answer.NO


@pytest.mark.parametrize(
    ("sessions", "reason"),
    [(["2020-01-01"], "too_few_sessions"), (["2020-01-01", "2020-04-01"], "stated_no_effect")],
)
def test_a_drug_given_in_sessions_is_counted_in_sessions(sessions, reason):
    rows = [drug("botulinum_toxin_a", day, dose=50, outcome=Outcome.NO_EFFECT) for day in sessions]
    assert only(*rows).reason_code == reason


def test_an_unknown_number_of_sessions_is_unknown():
    row = drug("botulinum_toxin_a", "2020-01-01", "2020-12-31", dose=50, outcome=Outcome.NO_EFFECT)
    assert only(row).reason_code == "sessions_unknown"


# begun together


TOGETHER = [
    drug(name, "2020-01-01", "2020-12-31", dose=1000, outcome=Outcome.NO_EFFECT)
    for name in ("gabapentin", "carbamazepine", "baclofen")
]


def test_three_drugs_begun_on_one_day_are_not_three_failures():
    found = judged(*TOGETHER)
    assert {it.counts_as for it in found} == {OPEN}
    assert {it.reason_code for it in found} == {"begun_together"}


def test_whatever_became_of_the_others():
    """Else deleting what another drug did would make this one a failure."""
    alone = TOGETHER[0]
    for other in (
        drug("baclofen", "2020-01-01"),
        drug("baclofen", "2020-01-01", "2020-12-31", dose=5),
        drug("baclofen", "2020-01-01", "2020-12-31", dose=60, outcome=Outcome.EFFECTIVE),
    ):
        counts = {it.reason_code for it in judged(alone, other)}
        assert "begun_together" in counts


def test_a_companion_that_was_not_tolerated_not_taken_or_not_taken_daily_does_not_blur():
    alone = TOGETHER[0]
    for other in (
        drug("baclofen", "2020-01-01", "2020-01-10", outcome=Outcome.INTOLERANCE),
        drug("baclofen", "2020-01-01", taken=Answer.NO),
        drug("ibuprofen", "2020-01-01", purpose=Purpose.ACUTE, indication="trigeminal_neuralgia"),
    ):
        counts = [it.counts_as for it in judged(alone, other) if it.reason_code == "stated_no_effect"]
        assert counts == [FAILED]


def test_intolerance_of_one_of_them_is_its_own():
    rash = drug("carbamazepine", "2020-01-01", "2020-01-10", outcome=Outcome.INTOLERANCE)
    assert [it.counts_as for it in judged(rash, TOGETHER[2])] == [FAILED, FAILED]


def test_drugs_begun_in_one_year_are_not_known_to_be_begun_on_one_day():
    rows = [
        drug(name, "2020", "2021-12-31", dose=1000, outcome=Outcome.NO_EFFECT)
        for name in ("gabapentin", "baclofen")
    ]
    assert [it.counts_as for it in judged(*rows)] == [FAILED, FAILED]


# procedures


def test_gamma_knife_is_not_judged_before_it_can_have_worked():
    early = operation("gamma_knife", "2022-10-04", ProcedureOutcome.NO_EFFECT)
    assert only(early, as_of="2023-01-01").reason_code == "too_early"
    assert only(early, as_of="2023-01-02").counts_as is FAILED


def test_nor_by_a_number():
    early = operation("gamma_knife", "2022-10-04", change_percent=0.0)
    assert only(early).counts_as is OPEN


def test_a_device_removed_for_another_reason_is_no_failure():
    removed = operation(
        "spinal_cord_stimulation",
        "2020-01-01",
        ProcedureOutcome.NO_EFFECT,
        stop_reason=StopReason.OTHER,
        indication="trigeminal_neuralgia",
    )
    assert outcome_of(removed) == (TrialCode.STOPPED_OTHER, NOT_FAILED)


def test_some_relief_is_not_no_effect_at_all():
    some = operation("mvd", "2020-01-01", change_percent=40.0)
    assert outcome_of(some) == (TrialCode.PARTIAL, NOT_FAILED)
    assert outcome_of(operation("mvd", "2020-01-01", change_percent=20.0)) == (
        TrialCode.NO_INITIAL_RESPONSE,
        FAILED,
    )


def test_relief_and_then_a_complication_is_a_complication_and_no_failure():
    row = operation("mvd", "2020-01-01", ProcedureOutcome.RELIEF, stop_reason=StopReason.ADVERSE_EVENT)
    assert outcome_of(row) == (TrialCode.COMPLICATION, NOT_FAILED)


def test_a_procedure_whose_result_is_not_on_record_is_open():
    assert outcome_of(operation("mvd", "2020-01-01")) == (TrialCode.UNDETERMINED, OPEN)
