"""The catalogue has words for everything that the rules can say."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

import pytest

import assuage.flags
import assuage.resistance
from assuage.codes.conditions import pain_conditions
from assuage.codes.drugs import formulary
from assuage.codes.procedures import procedures
from assuage.flags.model import Flag, FlagState, Urgency
from assuage.records import rows
from assuage.records.history import History
from assuage.records.source import SourceKind, read_source
from assuage.records.store import histories
from assuage.report.trial_rows import dose_in_words
from assuage.report.wording import counted, number, placeholders, words
from assuage.resistance import model
from assuage.resistance.definitions import DEFINITIONS
from assuage.synth import write
from assuage.trials.model import TrialKind
from assuage.workflows import made_up_clinic, review_person

WORDS = words()
RULES = Path(assuage.resistance.__file__).parent


def trees() -> Iterator[ast.AST]:
    for file in sorted(RULES.rglob("*.py")):
        yield ast.parse(file.read_text(encoding="utf-8"))


def literals(node: ast.AST) -> set[str]:
    """Strings that stand in an expression as they are; parts of f-strings and dictionary keys do not."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=other):
            return literals(body) | literals(other)
        case ast.Subscript(value=ast.Dict(values=values)) | ast.Tuple(elts=values):
            return set().union(*(literals(value) for value in values))
        case ast.Call(func=ast.Attribute(value=ast.Dict(values=values)), args=args):
            return set().union(*(literals(value) for value in [*values, *args[1:]]))
        case _:
            return set()


def reason_codes() -> set[str]:
    """Second argument of every `Reading` and `Outlook`, or of what is assigned to it before."""
    found: set[str] = set()
    for tree in trees():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="Reading" | "Outlook"), args=[_, reason, *_]):
                    found |= literals(reason)
                case ast.Assign(targets=[ast.Name(id="reason")], value=value):
                    found |= literals(value)
                case ast.keyword(arg="reason_code", value=value):
                    found |= literals(value)
                case _:
                    pass
    return found


def missing_codes() -> set[str]:
    found: set[str] = set()
    for tree in trees():
        for node in ast.walk(tree):
            match node:
                case ast.keyword(arg="missing", value=value):
                    found |= literals(value)
                case _:
                    pass
    return found


def flag_codes() -> set[str]:
    """Reasons of flags: their names where no other is given, and what is given or returned for one."""
    found: set[str] = set()
    for file in sorted(Path(assuage.flags.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="flag"), args=[name, *_], keywords=named):
                    found |= set() if "reason" in {part.arg for part in named} else literals(name)
                case ast.keyword(arg="reason", value=value):
                    found |= literals(value)
                case ast.Return(value=ast.Tuple(elts=[ast.Constant(value=str(reason)), _])):
                    found.add(reason)
                case _:
                    pass
    return found


def test_the_collection_finds_the_codes_it_is_made_for() -> None:
    assert {"too_short", "diagnosis_recorded", "begun_together", "failed_open"} <= reason_codes()
    assert {"onset", "pain_score"} <= missing_codes()
    assert {"sodium_severe", "nsaid_only", "overuse_diagnosis_only", "suicidality"} <= flag_codes()


def test_every_reason_code_of_the_rules_has_a_sentence() -> None:
    assert sorted(code for code in reason_codes() if not WORDS.templates(code)) == []


def test_every_missing_code_of_the_rules_says_what_would_settle_it() -> None:
    assert sorted(code for code in missing_codes() if code not in WORDS.missing) == []


def test_nothing_said_of_the_made_up_clinic_is_without_words(tmp_path: Path) -> None:
    read_source(made_up_clinic(), tmp_path)
    assert_all_in_words(histories(tmp_path, with_conditions=pain_conditions()))


def test_nothing_said_of_made_up_people_is_without_words(tmp_path: Path) -> None:
    write(80, 3, "fhir", tmp_path / "people", completeness=0.8)
    read_source(tmp_path / "people", tmp_path)
    assert_all_in_words(histories(tmp_path, with_conditions=pain_conditions()))


def assert_all_in_words(people: Iterable[History]) -> None:
    said = [review_person(history) for history in people]
    flags = [flag for review in said for flag in review.flags]
    assert flags
    assert sorted({flag.flag for flag in flags} - set(WORDS.labels["flag"])) == []
    plain = [flag.reason_code for flag in flags if _is_plain(flag)]
    assert sorted(set(plain)) == []
    reasons = {line.reason_code for review in said for line in (*review.findings, *review.judgements)}
    missing = {code.partition(":")[0] for review in said for line in review.findings for code in line.missing}
    assert sorted(code for code in reasons if not WORDS.templates(code)) == []
    assert sorted(code for code in missing if code not in WORDS.missing) == []


def _is_plain(flag: Flag) -> bool:
    """Whether a flag's reason found no sentence that has all its values."""
    return WORDS.reason(flag.reason_code, flag.reason_values).startswith(flag.reason_code)


def test_every_reason_of_a_flag_has_a_sentence() -> None:
    assert sorted(code for code in flag_codes() if not WORDS.templates(code)) == []


def test_every_form_in_the_catalogue_is_one_that_is_known() -> None:
    values = {"percent": 20.0, "days": 30, "unit": "mg/d", "name": "trigeminal_neuralgia"}
    for code in WORDS.reasons:
        for template in WORDS.templates(code):
            named = [(name, values.get(name, 2)) for name in placeholders(template)]
            assert "{" not in WORDS.reason(code, named)


def test_the_last_sentence_of_several_needs_least() -> None:
    for code in WORDS.reasons:
        needs = [placeholders(template) for template in WORDS.templates(code)]
        assert all(fewer < more for more, fewer in pairwise(needs)), code


ENUMS: list[tuple[str, type[StrEnum]]] = [
    ("verdict", model.VerdictWord),
    ("eligibility", model.VerdictWord),
    ("counts_as", model.CountsAs),
    ("trial_code", model.TrialCode),
    ("answer", rows.Answer),
    ("purpose", rows.Purpose),
    ("trial_kind", TrialKind),
    ("end_rule", rows.EndRule),
    ("outcome", rows.Outcome),
    ("stop_reason", rows.StopReason),
    ("sex", rows.Sex),
    ("condition_state", rows.ConditionState),
    ("statement_kind", rows.StatementKind),
    ("source_kind", SourceKind),
    ("flag_urgency", Urgency),
    ("flag_state", FlagState),
]


@pytest.mark.parametrize(("group", "words_of"), ENUMS, ids=[group for group, _ in ENUMS])
def test_every_enumerated_word_has_a_label(group: str, words_of: type[StrEnum]) -> None:
    assert set(WORDS.labels[group]) == {str(word) for word in words_of}


def test_every_definition_has_a_short_name() -> None:
    assert set(DEFINITIONS) <= set(WORDS.labels["definition"])


def test_every_treatment_and_its_class_have_a_name_without_underscores() -> None:
    keys = {*formulary(), *procedures()}
    classes = {one.treatment_class for one in [*formulary().values(), *procedures().values()]}
    names = [WORDS.treatment(key) for key in keys | classes]
    assert not [name for name in names if "_" in name or not name]


def test_a_code_without_an_entry_is_shown_plainly() -> None:
    assert WORDS.reason("new_reason", (("days", 30), ("dose", 2.5))) == "new_reason (days 30, dose 2.5)"
    assert WORDS.missing_facts(["new_fact"]) == ("new fact",)


def test_a_sentence_without_its_values_is_shown_plainly() -> None:
    assert WORDS.reason("too_short") == "too_short"


def test_a_reason_takes_the_sentence_whose_values_are_given() -> None:
    rash = WORDS.reason("stopped_adverse_event", (("event", "rash"),))
    assert rash == "Stopped, or could not be raised, because of an adverse event: rash."
    assert WORDS.reason("stopped_adverse_event").endswith("because of an adverse event.")


def test_a_value_cannot_reach_into_the_sentence() -> None:
    assert "{days}" in WORDS.reason("stopped_adverse_event", (("event", "{days}"),))


def test_a_missing_fact_names_what_it_is_about() -> None:
    assert WORDS.missing_facts(["dose_unknown:lamotrigine"]) == ("Highest dose: lamotrigine",)


def test_missing_facts_of_one_kind_share_a_line_in_the_order_in_which_they_came() -> None:
    codes = ["ever_tried:beta_blockers", "onset", "ever_tried:sumatriptan", "ever_tried:sumatriptan"]
    tried, onset = WORDS.missing_facts(codes)
    assert tried.endswith(": beta blockers, sumatriptan")
    assert onset == "When the pain began"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1200.0, "1200"), (0.25, "0.25"), (33.333, "33.33"), (0, "0"), (100, "100"), ("4", "4")],
)
def test_numbers_are_shown_without_empty_decimals(value: float | str, shown: str) -> None:
    assert number(value) == shown


def test_one_is_singular() -> None:
    assert [counted(1, "day"), counted(2, "day"), counted(1.5, "month")] == ["1 day", "2 days", "1.5 months"]


def test_every_dose_has_its_unit_or_says_that_it_is_unknown() -> None:
    assert dose_in_words(25, "ug/h", WORDS) == "25 micrograms/h"
    assert dose_in_words(25, None, WORDS) == "25 of an unknown unit"
