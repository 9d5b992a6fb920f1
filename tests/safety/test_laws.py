"""Laws that hold for any person and any treatment."""

from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.answers import Answer
from assuage.codes.conditions import concepts
from assuage.codes.drugs import formulary
from assuage.codes.procedures import procedures
from assuage.dates import PartialDate
from assuage.records.history import History
from assuage.records.rows import (
    ConditionState,
    EndRule,
    Exposure,
    Observation,
    Outcome,
    Person,
    Row,
    Sex,
    StopReason,
)
from assuage.safety import Concern, Severity, Subject, concerns_of_current, concerns_of_starting
from assuage.safety.rules import diagnosis_rules, numbers
from assuage.safety.tables import TABLES
from assuage.testing.people import PERSON_ID, adverse_event, allergy, diagnosis, person, score
from safety.drawn import (
    TODAY,
    device,
    egfr,
    gene,
    severe_reaction,
    skull_density_ratio,
    sodium,
    subject,
    takes,
)

TREATMENTS = sorted([*formulary(), *procedures()])
OFTEN_STOPPED = [
    "carbamazepine", "phenytoin", "lamotrigine", "valproate", "topiramate", "amitriptyline", "duloxetine",
    "ibuprofen", "diclofenac", "sumatriptan", "dihydroergotamine", "propranolol", "candesartan",
    "flunarizine",
    "tramadol", "tizanidine", "baclofen", "apixaban", "phenelzine", "botulinum_toxin_a", "rtms",
    "mrgfus_thalamotomy",
]  # fmt: skip
"""Treatments of which many rules speak: drawn half of the time, or most examples would say nothing."""
asked_about = st.one_of(st.sampled_from(OFTEN_STOPPED), st.sampled_from(TREATMENTS))
EXONERATING = set(numbers("pregnancy")["cannot"].value)
"""Diagnoses that are evidence of safety: no pregnancy is possible after them."""

# --- any person

days = st.integers(-40, 1500).map(lambda ago: TODAY - timedelta(days=ago))
dates = st.one_of(st.none(), days.map(PartialDate), days.map(lambda day: PartialDate.parse(f"{day:%Y-%m}")))
drawn_drugs = [key for key in OFTEN_STOPPED if key in formulary()]
ingredients = st.one_of(st.sampled_from(drawn_drugs), st.sampled_from(sorted(formulary())))
spoken_of = sorted({key for family in TABLES for rule in diagnosis_rules(family) for key in rule.conditions})
diagnoses = st.builds(
    lambda key, state, start: replace(diagnosis(key, None, state=state), start=start),
    st.one_of(st.sampled_from([*spoken_of, "pregnancy", "sjs_ten"]), st.sampled_from(sorted(concepts()))),
    st.sampled_from(ConditionState),
    dates,
)
exposures = st.builds(
    Exposure,
    person_id=st.just(PERSON_ID),
    record_id=st.just(""),
    ingredient=ingredients,
    drug_text=st.just("drug"),
    mapped_by=st.just("printed_name"),
    start=dates,
    end=dates,
    end_rule=st.sampled_from(EndRule),
    dose=st.one_of(st.none(), st.sampled_from([10.0, 400.0, 5000.0])),
    dose_unit=st.just("mg/d"),
    form=st.sampled_from([None, "oral", "topical"]),
    taken=st.sampled_from(Answer),
    outcome=st.sampled_from(Outcome),
    stop_reason=st.sampled_from(StopReason),
)
lab_values = st.one_of(
    st.builds(
        lambda value, on: replace(sodium(value, None), start=on),
        st.sampled_from([118.0, 128.0, 141.0]),
        dates,
    ),
    st.builds(
        lambda value, on: replace(egfr(value, None), start=on), st.sampled_from([12.0, 45.0, 90.0]), dates
    ),
)
findings = st.one_of(
    st.builds(gene, st.sampled_from(["hla_b_1502", "hla_a_3101"]), st.sampled_from(Answer)),
    st.builds(
        device, st.sampled_from(["cardiac_pacemaker_device", "aneurysm_clip"]), st.sampled_from(Answer)
    ),
    st.builds(lambda points: score("phq9_item9", points, "2026-04-01"), st.integers(0, 3)),
)
allergies = st.one_of(
    st.builds(lambda drug, present: allergy(drug, present=present), ingredients, st.sampled_from(Answer)),
    st.builds(lambda drug: adverse_event(drug, "2024-01-01"), ingredients),
    st.builds(severe_reaction, ingredients),
)
rows = st.lists(st.one_of(diagnoses, exposures, lab_values, findings, allergies), max_size=12)
people = st.builds(
    lambda found, birth, sex: subject(*found, birth=birth, sex=sex),
    rows,
    st.sampled_from([None, "1950", "1980", "2002", "2017"]),
    st.sampled_from(Sex),
)


def with_row(who: Subject, row: Row) -> Subject:
    """The same person with one more record, whose id no other record has."""
    named = replace(row, record_id="added/1")
    table = "condition" if type(named).__name__ == "Condition" else "observation"
    rows_now = (*getattr(who.history, table), named)
    return Subject(replace(who.history, **{table: rows_now}), who.as_of)


def hard_stops(concerns: tuple[Concern, ...]) -> dict[tuple[str, str], Answer]:
    """The best answer of every hard stop, by rule and drug."""
    found: dict[tuple[str, str], Answer] = {}
    for one in concerns:
        if one.severity is Severity.HARD_STOP:
            key = (one.rule, one.treatment)
            found[key] = found.get(key, Answer.UNKNOWN) | one.answer
    return found


# --- laws


abnormal = st.one_of(
    diagnoses.filter(lambda row: row.condition not in EXONERATING),
    allergies,
    st.builds(lambda on: replace(sodium(110.0, None), start=on), dates),
    st.builds(lambda on: replace(egfr(5.0, None), start=on), dates),
)


@settings(max_examples=150)
@given(people, abnormal, asked_about)
def test_one_more_allergy_diagnosis_or_bad_value_removes_no_hard_stop(who, row, treatment) -> None:
    assert_none_removed(who, row, treatment)


@pytest.mark.long
@settings(max_examples=4_000)
@given(people, abnormal, asked_about)
def test_one_more_allergy_diagnosis_or_bad_value_removes_no_hard_stop_at_length(who, row, treatment) -> None:
    assert_none_removed(who, row, treatment)


def assert_none_removed(who: Subject, row: Row, treatment: str) -> None:
    more = with_row(who, row)
    for ask in (lambda one: concerns_of_starting(treatment, one), concerns_of_current):
        before, after = hard_stops(ask(who)), hard_stops(ask(more))
        for key, answer in before.items():
            assert key in after
            assert answer is Answer.UNKNOWN or after[key] is Answer.YES


@settings(max_examples=200)
@given(people, asked_about)
def test_a_concern_names_its_records_or_what_is_missing(who, treatment) -> None:
    known = {row.record_id for row in who.history.rows()} | {who.history.person.record_id}
    for one in (*concerns_of_starting(treatment, who), *concerns_of_current(who)):
        assert set(one.evidence) <= known
        assert one.answer in (Answer.YES, Answer.UNKNOWN)
        assert one.evidence or one.answer is Answer.UNKNOWN
        assert one.missing or one.answer is Answer.YES
        assert one.stops == (one.severity is Severity.HARD_STOP and one.answer is Answer.YES)


@settings(max_examples=200)
@given(ingredients, ingredients)
def test_a_pair_is_a_pair_whichever_drug_came_first(one, other) -> None:
    there = {(c.rule, c.answer) for c in concerns_of_starting(one, subject(takes(other))) if is_pair(c)}
    back = {(c.rule, c.answer) for c in concerns_of_starting(other, subject(takes(one))) if is_pair(c)}
    one_way = {("maoi_after_fluoxetine", Answer.YES)}
    assert there - one_way == back - one_way


def is_pair(concern: Concern) -> bool:
    return "other" in dict(concern.reason_values)


@settings(max_examples=100)
@given(people)
def test_what_is_said_of_drugs_taken_now_speaks_of_drugs_taken_now(who) -> None:
    taken = {use.ingredient for use, _ in who.drugs_now}
    assert {one.treatment for one in concerns_of_current(who)} <= taken


@settings(max_examples=100)
@given(people, st.randoms(use_true_random=False))
def test_the_order_of_the_records_changes_nothing(who, chance) -> None:
    shuffled = {name: list(getattr(who.history, name)) for name in ("condition", "exposure", "observation")}
    for found in shuffled.values():
        chance.shuffle(found)
    again = Subject(replace(who.history, **{name: tuple(found) for name, found in shuffled.items()}), TODAY)
    assert concerns_of_current(again) == concerns_of_current(who)


# --- a fact that is taken away leaves a question


def without(who: Subject, name: str) -> Subject:
    """The person without any observation of this name."""
    kept = tuple(row for row in who.history.observation if row.name != name)
    return Subject(replace(who.history, observation=kept), who.as_of)


@settings(max_examples=200)
@given(
    people,
    st.sampled_from(
        [
            ("carbamazepine", "hla_b_1502", "hla_b_1502_result"),
            ("carbamazepine", "hla_a_3101", "hla_a_3101_result"),
            ("oxcarbazepine", "sodium", "sodium_value"),
            ("ibuprofen", "egfr", "egfr_value"),
            ("duloxetine", "egfr", "egfr_value"),
            ("baclofen", "egfr", "egfr_value"),
            ("gabapentin", "egfr", "egfr_value"),
            ("mrgfus_thalamotomy", "skull_density_ratio", "skull_density_ratio_value"),
        ]
    ),
    st.sampled_from(
        [
            gene("hla_b_1502", Answer.YES),
            gene("hla_a_3101", Answer.YES),
            sodium(120),
            sodium(130),
            egfr(20),
            egfr(50),
            skull_density_ratio(0.3),
        ]
    ),
)
def test_a_result_that_the_rule_asks_for_is_missed_when_it_is_gone(who, asked, row: Observation) -> None:
    treatment, name, code = asked
    known = with_row(who, row)
    before = {one.rule for one in concerns_of_starting(treatment, known) if one.answer is Answer.YES}
    after = concerns_of_starting(treatment, without(known, name))
    lost = before - {one.rule for one in after if one.answer is Answer.YES}
    assert not lost or any(code in one.missing for one in after if one.answer is Answer.UNKNOWN)


@settings(max_examples=100)
@given(people, st.sampled_from(["valproate", "gabapentin", "amitriptyline", "codeine", "naproxen"]))
def test_an_age_that_decides_is_missed_when_the_birth_is_gone(who, treatment) -> None:
    unborn = Subject(replace(who.history, person=replace(who.history.person, birth=None)), who.as_of)
    before = {one.rule for one in concerns_of_starting(treatment, who)}
    after = {one.rule for one in concerns_of_starting(treatment, unborn)}
    assert before <= after


@settings(max_examples=100)
@given(people, st.sampled_from(["gabapentin", "pregabalin", "acetaminophen", "lamotrigine"]))
def test_a_dose_that_decides_is_missed_when_it_is_gone(who, treatment) -> None:
    undosed = Subject(
        replace(who.history, exposure=tuple(replace(row, dose=None) for row in who.history.exposure)),
        who.as_of,
    )
    before = {one.rule for one in concerns_of_current(who) if one.treatment == treatment}
    after = {one.rule for one in concerns_of_current(undosed) if one.treatment == treatment}
    assert before <= after


# --- edges


def test_a_treatment_that_no_code_list_knows_is_refused_not_called_safe() -> None:
    with pytest.raises(ValueError, match="expected a key of the formulary or of the procedures"):
        concerns_of_starting("snake oil", subject())


def test_nobody_known_of_is_asked_about_but_nothing_is_said_for_certain() -> None:
    unknown = Subject(History(Person("p", "person/1")), TODAY)
    assert concerns_of_current(unknown) == ()
    said = [one for treatment in TREATMENTS for one in concerns_of_starting(treatment, unknown)]
    assert {one.answer for one in said} == {Answer.UNKNOWN}


def test_a_pair_of_drugs_that_are_both_taken_is_said_once() -> None:
    both = concerns_of_current(subject(takes("tramadol"), takes("sertraline")))
    assert [one.rule for one in both].count("opioid_with_serotonergic") == 1


def test_the_heaviest_and_best_borne_out_come_first() -> None:
    said = concerns_of_starting(
        "carbamazepine", subject(diagnosis("av_block"), takes("apixaban"), takes("tramadol"))
    )
    order = [(one.severity, one.answer) for one in said]
    weights = [(Severity.HARD_STOP, Answer.YES), (Severity.HARD_STOP, Answer.UNKNOWN)]
    weights += [(Severity.WARNING, Answer.YES), (Severity.WARNING, Answer.UNKNOWN)]
    assert set(order) == set(weights)
    assert order == sorted(order, key=weights.index)


def test_a_long_record_is_asked_about_every_treatment_in_a_few_milliseconds_each() -> None:
    keys, drugs = sorted(concepts()), sorted(formulary())
    long_record = [
        row
        for number in range(50)
        for row in (
            diagnosis(keys[number]),
            takes(drugs[number]),
            sodium(138, f"2026-05-{number % 28 + 1:02}"),
            allergy(drugs[-number]),
        )
    ]
    who = subject(*long_record)
    concerns_of_starting("carbamazepine", who)  # rule files are read once
    begun = perf_counter()
    for treatment in TREATMENTS:
        concerns_of_starting(treatment, who)
    assert (perf_counter() - begun) / len(TREATMENTS) < 0.005


def test_a_person_is_asked_about_as_known_on_the_day() -> None:
    history = person(diagnosis("av_block", "2026-05-01"))
    early, late = TODAY - timedelta(days=60), TODAY
    rules = [
        {one.rule for one in concerns_of_starting("carbamazepine", Subject(history.until(day), day))}
        for day in (early, late)
    ]
    assert "heart_block_anticonvulsant" not in rules[0]
    assert "heart_block_anticonvulsant" in rules[1]
