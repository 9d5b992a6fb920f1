"""Where an option stands, and the reason that decides it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assuage.answers import Answer
from assuage.options import OptionStanding
from assuage.records.history import History
from assuage.records.rows import (
    Observation,
    ObservationKind,
    Outcome,
    ProcedureOutcome,
    ProcedureState,
    Purpose,
    Row,
    Sex,
    StatementKind,
    StopReason,
)
from assuage.testing.people import (
    PERSON_ID,
    adverse_event,
    allergy,
    complete,
    diagnosis,
    drug,
    operation,
    person,
    says,
    score,
    still_taken,
)
from assuage.workflows.options import person_options
from options.left import AS_OF, left, reasons

OPEN, CAUTION, TRIED = OptionStanding.OPEN, OptionStanding.CAUTION, OptionStanding.TRIED
CONTRAINDICATED, NOT_INDICATED = OptionStanding.CONTRAINDICATED, OptionStanding.NOT_INDICATED

TN = diagnosis("trigeminal_neuralgia", "2019-01-10")
MIGRAINE = diagnosis("chronic_migraine", "2019-01-10")
SHINGLES = diagnosis("postherpetic_neuralgia", "2019-01-10")


def man(*rows: Row) -> History:
    """A man of 50, so that nothing waits on age or child-bearing potential."""
    drawn = person(*rows, birth="1974-03-02")
    return replace(drawn, person=replace(drawn.person, sex=Sex.MALE))


def course(treatment: str, dose: float, end: str = "2022-12-31", **told: object) -> Row:
    """A course from the beginning of 2022."""
    return drug(treatment, "2022-01-01", end, dose=dose, **told)  # type: ignore[arg-type]


# ---------------------------------------------------------------- tried, and tried too little


def test_without_a_record_an_option_is_open_and_whether_it_was_tried_is_said_to_be_unknown() -> None:
    baclofen = left(man(TN))["baclofen"]
    assert (baclofen.standing, baclofen.reason_code) == (OPEN, "not_on_record")
    assert baclofen.missing == ("ever_tried",)


def test_only_a_complete_history_makes_it_never_tried() -> None:
    baclofen = left(man(TN, complete(AS_OF)))["baclofen"]
    assert (baclofen.standing, baclofen.reason_code, baclofen.missing) == (OPEN, "never_tried", ())


@pytest.mark.parametrize(
    ("row", "standing", "reason"),
    [
        (course("baclofen", 60, outcome=Outcome.NO_EFFECT), TRIED, "failed_adequate_trial"),
        (course("baclofen", 20, outcome=Outcome.NO_EFFECT), OPEN, "tried_dose_too_low"),
        (course("baclofen", 60, "2022-01-05", outcome=Outcome.NO_EFFECT), OPEN, "tried_too_short"),
        (course("baclofen", 60, stop_reason=StopReason.ADVERSE_EVENT), TRIED, "not_tolerated"),
        (course("baclofen", 60, stop_reason=StopReason.NONADHERENCE), OPEN, "not_taken_as_planned"),
        (course("baclofen", 60, stop_reason=StopReason.OTHER), OPEN, "stopped_for_other_reason"),
        (course("baclofen", 60, outcome=Outcome.EFFECTIVE), OPEN, "helped_before"),
        (course("baclofen", 60), TRIED, "effect_not_on_record"),
        (course("baclofen", 60, purpose=Purpose.ACUTE), OPEN, "taken_for_attacks_only"),
        (
            drug("baclofen", "2022-01-01", "2022-12-31", outcome=Outcome.NO_EFFECT),
            TRIED,
            "failed_adequacy_unknown",
        ),
        (
            still_taken("baclofen", "2023-01-01", AS_OF, dose=60, outcome=Outcome.EFFECTIVE),
            TRIED,
            "works_now",
        ),
        (
            still_taken("baclofen", "2023-01-01", AS_OF, dose=20, outcome=Outcome.NO_EFFECT),
            OPEN,
            "taken_now_dose_low",
        ),
        (says(StatementKind.FAILED, "baclofen"), TRIED, "stated_failed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_trial_came_to_decides(row: Row, standing: OptionStanding, reason: str) -> None:
    baclofen = left(man(TN, row))["baclofen"]
    assert (baclofen.reason_code, baclofen.standing) == (reason, standing)
    assert baclofen.evidence


def test_what_is_missing_about_a_trial_is_named() -> None:
    unknown_dose = drug("baclofen", "2022-01-01", "2022-12-31", outcome=Outcome.NO_EFFECT)
    assert left(man(TN, unknown_dose))["baclofen"].missing == ("dose_unknown",)
    assert left(man(TN, course("baclofen", 60)))["baclofen"].missing == ("outcome_unknown",)


def test_one_adequate_failure_outweighs_another_trial_that_was_too_low() -> None:
    rows = (
        course("baclofen", 60, outcome=Outcome.NO_EFFECT),
        drug("baclofen", "2020-01-01", "2020-03-01", dose=15, outcome=Outcome.NO_EFFECT),
    )
    assert left(man(TN, *rows))["baclofen"].reason_code == "failed_adequate_trial"


def test_a_drug_given_for_what_nobody_knows_leaves_the_option_open() -> None:
    row = drug("gabapentin", "2022-01-01", "2022-12-31", dose=2400, outcome=Outcome.NO_EFFECT)
    gabapentin = left(man(TN, diagnosis("epilepsy"), row))["gabapentin"]
    assert gabapentin.standing in (OPEN, CAUTION)
    assert "purpose_not_on_record" in reasons(gabapentin)


def test_a_statement_that_drugs_failed_without_naming_them_closes_none_and_is_said() -> None:
    baclofen = left(man(TN, says(StatementKind.FAILED, "conventional")))["baclofen"]
    assert baclofen.standing is OPEN
    assert "stated_failed_in_general" in reasons(baclofen)


def test_relief_that_was_lost_again_after_an_operation_is_recurrence_not_failure() -> None:
    row = operation("percutaneous_glycerol_rhizolysis", "2021-02-01", ProcedureOutcome.RECURRENCE)
    options = left(man(TN, row))
    glycerol = options["percutaneous_glycerol_rhizolysis"]
    assert (glycerol.standing, glycerol.reason_code) == (TRIED, "relief_then_recurrence")
    assert options["mvd"].standing is not TRIED


def test_a_class_option_stays_open_while_a_member_is_left() -> None:
    one = course("sumatriptan", 100, outcome=Outcome.NO_EFFECT, purpose=Purpose.ACUTE)
    triptans = left(man(MIGRAINE, one))["triptans"]
    assert triptans.standing is not TRIED
    assert triptans.reason_code == "others_left"
    assert dict(triptans.reason_values)["tried"] == "sumatriptan"


def test_another_drug_of_a_class_that_failed_is_still_listed_and_the_failure_is_said() -> None:
    nortriptyline = left(man(SHINGLES, course("amitriptyline", 100, outcome=Outcome.NO_EFFECT)))[
        "nortriptyline"
    ]
    assert nortriptyline.standing is not TRIED
    assert "same_class_tried" in reasons(nortriptyline)


# ---------------------------------------------------------------- contraindicated, cautious, the person's no


def test_an_allergy_rules_an_option_out_and_names_its_record() -> None:
    baclofen = left(man(TN, allergy("baclofen")))["baclofen"]
    assert baclofen.standing is CONTRAINDICATED
    assert baclofen.evidence == ("observation/1",)


def test_what_rules_an_option_out_outweighs_that_it_was_tried_too_little() -> None:
    rows = (course("baclofen", 20, outcome=Outcome.NO_EFFECT), allergy("baclofen"))
    baclofen = left(man(TN, *rows))["baclofen"]
    assert baclofen.standing is CONTRAINDICATED
    assert "tried_dose_too_low" in reasons(baclofen)


def test_a_class_is_ruled_out_only_where_every_member_is() -> None:
    members = ("morphine", "oxycodone", "fentanyl", "buprenorphine", "methadone", "hydromorphone")
    some = left(man(SHINGLES, *(allergy(one) for one in members[:-1])))["strong_opioids"]
    every = left(man(SHINGLES, *(allergy(one) for one in members)))["strong_opioids"]
    assert (some.standing, every.standing) == (CAUTION, CONTRAINDICATED)


def test_a_severe_skin_reaction_to_carbamazepine_keeps_oxcarbazepine_from_being_open() -> None:
    rows = (
        drug("carbamazepine", "2022-01-01", "2022-01-10", dose=400, stop_reason=StopReason.ADVERSE_EVENT),
        adverse_event("carbamazepine", "2022-01-10", "Stevens-Johnson syndrome"),
        diagnosis("sjs_ten", "2022-01-10"),
    )
    assert left(man(TN, *rows))["oxcarbazepine"].standing is CONTRAINDICATED


def test_carbamazepine_asks_for_the_gene_before_it_is_open() -> None:
    carbamazepine = left(man(TN))["carbamazepine"]
    assert (carbamazepine.standing, carbamazepine.reason_code) == (CAUTION, "check_first")
    assert carbamazepine.missing
    assert not {need.need: need.on_record for need in carbamazepine.needs}["hla_b_1502"]


def test_valproate_is_never_simply_open_for_a_woman_of_28() -> None:
    drawn = person(MIGRAINE, birth="1996-02-01")
    woman = replace(drawn, person=replace(drawn.person, sex=Sex.FEMALE))
    assert left(woman)["valproate"].standing in (CAUTION, CONTRAINDICATED)


def test_what_the_person_does_not_want_is_a_caution_and_never_a_failure() -> None:
    declined = left(man(TN, says(StatementKind.DECLINED, "baclofen")))["baclofen"]
    refused = left(man(TN, operation("mvd", "2023-01-01", state=ProcedureState.REFUSED)))["mvd"]
    assert declined.standing is CAUTION
    assert "declined" in reasons(declined)
    assert refused.standing is CAUTION
    assert "declined" in reasons(refused)


def test_a_recommendation_is_not_a_trial() -> None:
    cbt = left(man(SHINGLES, operation("cbt", "2023-01-01", state=ProcedureState.RECOMMENDED)))["cbt"]
    assert cbt.standing is OPEN
    assert "recommended_not_done" in reasons(cbt)


# ---------------------------------------------------------------- not indicated, by condition and market


@pytest.mark.parametrize(
    ("condition", "option", "reason"),
    [
        (MIGRAINE, "lamotrigine", "shown_ineffective"),
        (MIGRAINE, "oxcarbazepine", "shown_ineffective"),
        (MIGRAINE, "telmisartan", "shown_ineffective"),
        (MIGRAINE, "strong_opioids", "recommended_against"),
        (SHINGLES, "levetiracetam", "recommended_against"),
        (SHINGLES, "cannabinoids", "recommended_against"),
        (SHINGLES, "nsaids", "no_good_evidence"),
        (diagnosis("fibromyalgia"), "pregabalin", "recommended_against"),
        (diagnosis("fibromyalgia"), "strong_opioids", "recommended_against"),
        (diagnosis("fibromyalgia"), "tens", "recommended_against"),
        (diagnosis("central_post_stroke_pain"), "lidocaine_plaster", "not_for_kind"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_work_in_a_condition_is_listed_and_said_so(
    condition: Row, option: str, reason: str
) -> None:
    found = left(man(condition))[option]
    assert (found.standing, found.reason_code) == (NOT_INDICATED, reason)


def test_gabapentin_is_doubtful_in_migraine_and_first_line_in_neuropathic_pain() -> None:
    assert left(man(MIGRAINE))["gabapentin"].reason_code == "evidence_inconclusive"
    assert left(man(SHINGLES))["gabapentin"].step == "first_line"


def test_what_is_not_sold_is_not_an_option_there() -> None:
    assert left(man(MIGRAINE), market="US")["flunarizine"].reason_code == "not_available"
    assert left(man(MIGRAINE), market="GB")["flunarizine"].standing is OPEN


def test_focused_ultrasound_is_advised_against_in_britain_and_for_research_elsewhere() -> None:
    british, other = (left(man(SHINGLES), market=market)["mrgfus_thalamotomy"] for market in ("GB", "US"))
    assert (british.standing, british.reason_code) == (NOT_INDICATED, "recommended_against")
    assert other.standing is CAUTION
    assert "research_only" in reasons(other)
    assert british.claims == other.claims


def test_onabotulinumtoxin_has_its_evidence_in_chronic_migraine() -> None:
    chronic, unsaid = (left(man(row))["botulinum_toxin_a"] for row in (MIGRAINE, diagnosis("migraine")))
    assert "evidence_in_another_kind" not in reasons(chronic)
    assert (unsaid.standing, unsaid.reason_code) == (CAUTION, "evidence_in_another_kind")


def test_neuropathic_numbers_are_not_shown_in_fibromyalgia() -> None:
    fibromyalgia = left(man(diagnosis("fibromyalgia")))
    assert not [
        claim
        for option in fibromyalgia.values()
        for claim in option.claims
        if claim.provenance.source in ("soliman2025", "neupsig2015-tables")
    ]


def test_patch_and_cream_are_told_apart_by_the_form_on_record() -> None:
    cream = drug("capsaicin", "2022-01-01", "2022-12-31", outcome=Outcome.NO_EFFECT, form="topical")
    options = left(man(SHINGLES, cream))
    assert options["capsaicin_cream"].standing is TRIED
    assert options["capsaicin_patch"].reason_code == "not_on_record"


# ---------------------------------------------------------------- order, sequence, combination, referral


def test_options_come_in_the_order_of_the_conditions_own_ladder() -> None:
    assert list(left(man(TN)))[1:3] == ["carbamazepine", "oxcarbazepine"]
    steps = [option.step for option in left(man(SHINGLES)).values()]
    order = list(dict.fromkeys(steps))
    assert order[:4] == ["refer", "first_line", "second_line", "third_line"]
    assert order[-1] == "against"
    assert steps == sorted(steps, key=order.index)


def test_an_operation_waits_for_a_first_step_and_names_what_is_left_before_it() -> None:
    none = left(man(TN))["mvd"]
    assert (none.standing, none.reason_code) == (CAUTION, "no_first_step_tried")
    (note,) = [reason for reason in none.because if reason.reason_code == "first_steps_left"]
    assert dict(note.reason_values)["treatments"] == "carbamazepine,oxcarbazepine"
    failed = course("carbamazepine", 800, outcome=Outcome.NO_EFFECT)
    assert left(man(TN, failed))["mvd"].standing is OPEN


def test_decompression_of_the_root_is_doubted_where_no_vessel_is_seen_or_with_multiple_sclerosis() -> None:
    failed = course("carbamazepine", 800, outcome=Outcome.NO_EFFECT)
    nothing_seen = Observation(
        PERSON_ID,
        "",
        ObservationKind.IMAGING,
        "neurovascular_compression_morphological",
        present=Answer.NO,
    )
    assert left(man(TN, failed, nothing_seen))["mvd"].reason_code == "no_compression_seen"
    sclerosis = diagnosis("multiple_sclerosis")
    assert left(man(TN, failed, sclerosis))["mvd"].reason_code == "cause_multiple_sclerosis"


def test_what_may_be_added_to_the_drug_that_is_taken_says_so() -> None:
    taken = still_taken("carbamazepine", "2023-01-01", AS_OF, dose=800, outcome=Outcome.PARTIAL)
    assert "may_be_added_to" in reasons(left(man(TN, taken))["baclofen"])
    assert "may_be_added_to" not in reasons(left(man(TN))["baclofen"])


def test_a_neurosurgeon_is_named_now_where_drugs_have_failed_and_pain_goes_on() -> None:
    rows = (
        course("carbamazepine", 800, outcome=Outcome.NO_EFFECT),
        says(StatementKind.UNCONTROLLED, start="2024-05-20"),
    )
    now = left(man(TN, *rows))["surgical_opinion"]
    assert now.reason_code == "refer_now"
    assert left(man(TN))["surgical_opinion"].reason_code == "refer_when_needed"
    seen = Observation(PERSON_ID, "", ObservationKind.ENCOUNTER, "neurosurgery")
    assert left(man(TN, *rows, seen))["surgical_opinion"].reason_code == "specialist_seen"


def test_first_choice_drugs_that_never_helped_send_back_to_the_diagnosis_before_any_option() -> None:
    rows = (
        course("carbamazepine", 800, outcome=Outcome.NO_EFFECT),
        drug("oxcarbazepine", "2023-02-01", "2023-12-31", dose=1200, outcome=Outcome.NO_EFFECT),
    )
    (facial,) = person_options(man(TN, *rows), as_of=date.fromisoformat(AS_OF)).conditions
    assert "no_first_response" in facial.comes_first


def test_withdrawal_comes_first_where_overuse_is_raised_and_is_not_listed_otherwise() -> None:
    assert "medication_withdrawal" not in left(man(MIGRAINE))
    months = [
        score(instrument, days, f"2024-0{month}-15", condition="chronic_migraine")
        for month in range(1, 6)
        for instrument, days in (("monthly_headache_days", 20), ("acute_medication_days", 15))
    ]
    taken = still_taken("sumatriptan", "2023-01-01", AS_OF, purpose=Purpose.ACUTE)
    assert next(iter(left(man(MIGRAINE, taken, *months)))) == "medication_withdrawal"


def test_medication_overuse_headache_has_a_ladder_of_one_step() -> None:
    assert list(left(man(diagnosis("medication_overuse_headache")))) == ["medication_withdrawal"]
