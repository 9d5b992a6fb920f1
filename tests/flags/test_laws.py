"""What holds for every flag of everybody."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from random import Random

import pytest

import assuage.flags
from assuage.answers import Answer
from assuage.codes.clinical import find_observation, find_specialty
from assuage.codes.conditions import concepts
from assuage.codes.drugs import formulary
from assuage.codes.procedures import procedures
from assuage.errors import FaultyKnowledge
from assuage.flags import FAMILIES, Flag, FlagState, Urgency, find_flags, holds_back, rules
from assuage.flags.ages import aged_at_least
from assuage.flags.rules import numbers, signs
from assuage.records.history import History
from assuage.records.rows import ConditionState, Outcome, Purpose, Row
from assuage.report.wording import words
from assuage.sources import sources
from assuage.testing.people import day, diagnosis, drug, operation, score, still_taken
from assuage.trials.assemble import assemble_trials, reviewed_conditions
from flags.flagged import born, found, imaged, lab, visit

FOLDER = Path(assuage.flags.__file__).parent
GROUND = {"__init__", "model", "rules", "subject", "signs", "working_up", "ages"}
AS_OF = date(2024, 6, 30)
PAINS = ("migraine", "trigeminal_neuralgia", "radiculopathy", "postherpetic_neuralgia", "hemicrania_continua")


def all_signs() -> list[rules.Sign]:
    return [sign for family in FAMILIES for sign in signs(family)]


def somebody(draw: Random) -> History:
    """A person with a few of everything that a rule reads."""
    pool: list[Row] = [
        *(found(name, when(draw), present=draw.choice(list(Answer))) for name in finding_names()),
        *(diagnosis(key, when(draw), state=draw.choice(list(ConditionState))) for key in diagnosis_keys()),
        *(visit(name, when(draw)) for name in ("neurology", "psychiatry", "rheumatology")),
        *(lab("sodium", draw.choice([120, 130, 140]), when(draw)) for _ in range(2)),
        *(score("phq9_item9", draw.choice([0, 1]), when(draw)) for _ in range(2)),
        *(score("nrs", 6, when(draw)) for _ in range(3)),
        *(score("monthly_headache_days", 20, f"2024-0{n}-15") for n in range(3, 7)),
        *(score("acute_medication_days", 16, f"2024-0{n}-15") for n in range(3, 7)),
        still_taken("sumatriptan", "2022-01-01", "2024-06-20", purpose=Purpose.ACUTE),
        still_taken("oxcarbazepine", "2024-01-01", "2024-06-20", dose=900, outcome=Outcome.NO_EFFECT),
        drug("naproxen", "2023-01-01", "2023-06-01"),
        drug("prednisolone", when(draw)),
        operation(draw.choice(["tumour_resection", "gamma_knife", "medication_withdrawal"]), when(draw)),
        imaged(when(draw)),
    ]
    pains = draw.sample(PAINS, draw.choice([0, 1, 1, 2]))
    rows = draw.sample(pool, draw.randrange(len(pool) // 3))
    return born(
        draw.choice([None, "1955-05-05", "1990"]), *(diagnosis(one, when(draw)) for one in pains), *rows
    )


def when(draw: Random) -> str | None:
    return draw.choice([None, "2020", "2022-05", "2023-08-01", "2024-06-01", "2024-06-30"])


def finding_names() -> list[str]:
    return sorted({name for sign in all_signs() for name in sign.findings})


def diagnosis_keys() -> list[str]:
    return sorted(
        {key for sign in all_signs() for key in sign.diagnoses} | {"multiple_sclerosis", "hyponatraemia"}
    )


def flags_on(history: History, as_of: date) -> tuple[Flag, ...]:
    known = history.until(as_of)
    conditions = reviewed_conditions(known)
    return find_flags(known, assemble_trials(history, as_of), as_of=as_of, conditions=conditions)


def crowd() -> Iterator[tuple[History, tuple[Flag, ...]]]:
    draw = Random(20261122)
    for _ in range(400):
        history = somebody(draw)
        yield history, flags_on(history, AS_OF)


CROWD = list(crowd())
RAISED = [flag for _, found_flags in CROWD for flag in found_flags]


def test_the_crowd_raises_nearly_every_flag() -> None:
    raised = {flag.flag for flag in RAISED}
    assert {sign.flag for sign in all_signs()} - raised <= {"pregnancy", "systemic_symptoms"}
    assert {flag.state for flag in RAISED} == set(FlagState)
    assert {flag.urgency for flag in RAISED} == set(Urgency)


def test_every_flag_names_records_of_this_person_each_once() -> None:
    for history, raised in CROWD:
        records = {row.record_id for row in history.rows()}
        for flag in raised:
            assert flag.evidence, flag.flag
            assert set(flag.evidence) <= records
            assert len(set(flag.evidence)) == len(flag.evidence)


def test_a_flag_is_about_a_condition_under_review_or_about_the_person() -> None:
    for history, raised in CROWD:
        assert {flag.condition for flag in raised} <= {None, *reviewed_conditions(history.until(AS_OF))}


def test_one_flag_is_raised_once_for_a_condition_but_for_a_rash_once_for_each_drug() -> None:
    for _, raised in CROWD:
        names = [(flag.flag, flag.condition) for flag in raised if flag.flag != "rash_under_drug"]
        assert len(names) == len(set(names))


def test_what_is_not_open_is_a_note_and_holds_nothing_back() -> None:
    for flag in RAISED:
        if flag.state is not FlagState.OPEN:
            assert flag.urgency is Urgency.NOTE
            assert not holds_back(flag)


def test_only_what_is_urgent_and_overuse_holds_back() -> None:
    assert {flag.urgency for flag in RAISED if holds_back(flag) and flag.flag != "medication_overuse"} == {
        Urgency.URGENT
    }


def test_the_most_urgent_come_first() -> None:
    for _, raised in CROWD:
        order = [list(Urgency).index(flag.urgency) for flag in raised]
        assert order == sorted(order)


def test_records_in_any_order_give_the_same_flags() -> None:
    for history, raised in CROWD[:100]:
        turned = {
            table.name: tuple(reversed(getattr(history, table.name)))
            for table in fields(history)
            if table.name != "person"
        }
        assert flags_on(History(history.person, **turned), AS_OF) == raised


def test_what_lies_after_the_review_changes_nothing() -> None:
    for history, raised in CROWD[:100]:
        later = [found("thunderclap_onset", "2024-07-01"), visit("psychiatry", "2024-07-01")]
        marked = tuple(type(row)(**{**vars(row), "record_id": f"later/{n}"}) for n, row in enumerate(later))
        longer = History(**{**vars(history), "observation": (*history.observation, *marked)})
        assert flags_on(longer, AS_OF) == raised


def test_every_flag_names_its_source() -> None:
    assert {flag.source for flag in RAISED} <= set(sources())


def test_no_value_of_a_reason_is_a_record_or_a_person() -> None:
    for flag in RAISED:
        shown = {str(value) for _, value in flag.reason_values}
        assert not shown & {flag.person_id, *flag.evidence}


# --- the rules themselves


def test_every_family_is_in_the_list_and_has_its_data() -> None:
    assert {file.stem for file in FOLDER.glob("*.py")} - GROUND == set(FAMILIES)
    assert {file.stem for file in (FOLDER / "data").glob("*.yaml")} == set(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_number_and_sign_is_cited(family) -> None:
    cited = [*numbers(family).values(), *signs(family)]
    assert cited
    for entry in cited:
        assert entry.provenance.source in sources()
        assert entry.provenance.reviewed_by is None
        assert entry.provenance.published == (entry.provenance.source != "assuage-conventions") or (
            not entry.provenance.verified
        )


@pytest.mark.parametrize("family", FAMILIES)
def test_every_number_is_used(family) -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.py"))
    dynamic = {"carbamazepine_mg_day", "oxcarbazepine_mg_day"}
    assert {name for name in numbers(family) if f'"{name}"' not in code} <= dynamic


@pytest.mark.parametrize("sign", all_signs(), ids=lambda sign: sign.flag)
def test_a_sign_speaks_of_things_that_the_codelists_know(sign) -> None:
    assert sign.findings or sign.diagnoses
    assert set(sign.diagnoses) | set(sign.not_in) <= set(concepts())
    for name in sign.findings:
        assert observed(name)
    for name in sign.settled_by:
        assert observed(name) or find_specialty((), name)


def observed(name: str) -> bool:
    """Whether findings of this name can come from a record."""
    match = find_observation((), OBSERVED_BY_OTHER_WORDS.get(name, name.replace("_", " ")))
    return match is not None and match[1] == name


OBSERVED_BY_OTHER_WORDS = {
    "sensory_loss_trigeminal": "trigeminal sensory loss",
    "bilateral_pain": "bilateral facial pain",
    "thunderclap_onset": "thunderclap",
    "progressive_pain": "progressive headache",
}


def test_the_lists_of_drugs_and_operations_are_those_of_the_codelists() -> None:
    drugs = [*numbers("skin_reaction")["drugs"].value, *numbers("sodium")["drugs"].value]
    operations = [
        *numbers("intracranial")["treated_by"].value,
        *numbers("cauda_equina")["treated_by"].value,
        *numbers("overuse")["withdrawal"].value,
    ]
    classes = {entry.treatment_class for entry in formulary().values()}
    assert set(drugs) <= set(formulary())
    assert set(operations) <= set(procedures())
    for name in ("simple_classes", "strong_classes"):
        assert set(numbers("overuse")[name].value) <= classes
    assert set(numbers("giant_cell_arteritis")["steroid_class"].value) <= classes


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("numbers: {a: 3}", "expected value and provenance"),
        ("signs: {a: {urgency: soon, provenance: {}}}", "urgency has to be one of urgent, look, note"),
        ("signs: {a: {colour: red}}", "expected no fields but"),
        ("signs: {a: {urgency: look}}", "provenance is missing"),
    ],
)
def test_a_faulty_rule_is_refused_and_the_message_names_file_and_entry(text, complaint, tmp_path) -> None:
    (tmp_path / "made_up.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FaultyKnowledge, match=complaint) as refusal:
        [*numbers("made_up", tmp_path), *signs("made_up", tmp_path)]
    assert "made_up.yaml, entry a" in str(refusal.value)


@pytest.mark.parametrize(
    ("birth", "on", "answer"),
    [
        ("1970-06-15", "2020-06-15", Answer.YES),
        ("1970-06-15", "2020-06-14", Answer.NO),
        ("1970-06", "2020-06-14", Answer.UNKNOWN),
        ("1970", "2021", Answer.YES),
        ("1970", "2019", Answer.NO),
        ("1972-02-29", "2022-02-28", Answer.NO),
        ("1972-02-29", "2022-03-01", Answer.YES),
        (None, "2020", Answer.UNKNOWN),
    ],
)
def test_age_is_known_only_as_far_as_the_dates_are(birth, on, answer) -> None:
    assert aged_at_least(50, day(birth), day(on)) is answer


# --- words


def reason_codes() -> set[str]:
    """Every reason that the code names, and every sign and flag that is its own reason."""
    codes = {flag.reason_code for flag in RAISED}
    codes |= {sign.flag for sign in all_signs() if sign.flag not in ruled_by_code()}
    codes |= {f"{kind}_{state}" for kind in ("cause", "arteritis") for state in FlagState}
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "reason":
                codes |= branches(node.value)
    return codes


def ruled_by_code() -> set[str]:
    """Signs whose reason the code of their family gives."""
    return {sign.flag for sign in signs("intracranial")} | {"giant_cell_arteritis"}


def branches(node: ast.expr) -> set[str]:
    match node:
        case ast.Constant(value=str(code)):
            return {code}
        case ast.IfExp(body=body, orelse=other):
            return branches(body) | branches(other)
        case _:
            return set()


def test_every_reason_has_a_sentence() -> None:
    assert sorted(code for code in reason_codes() if not words().templates(code)) == []


def test_every_reason_raised_has_the_values_its_sentence_asks_for() -> None:
    for flag in RAISED:
        sentence = words().reason(flag.reason_code, flag.reason_values)
        assert sentence.endswith("."), flag.reason_code
        assert "{" not in sentence


def test_every_flag_urgency_and_state_has_a_label() -> None:
    labels = words().labels
    assert {flag.flag for flag in RAISED} | {sign.flag for sign in all_signs()} <= set(labels["flag"])
    assert set(labels["flag_urgency"]) == {str(urgency) for urgency in Urgency}
    assert set(labels["flag_state"]) == {str(state) for state in FlagState}


def test_no_two_flags_share_a_label() -> None:
    labels = list(words().labels["flag"].values())
    assert len(set(labels)) == len(labels)
