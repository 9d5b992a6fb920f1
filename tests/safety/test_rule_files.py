"""Every safety rule is in a list, has a source, and has words; a faulty file is refused."""

from importlib.resources import files
from pathlib import Path

import pytest

import assuage.safety
from assuage.codes.conditions import concepts
from assuage.errors import FaultyKnowledge
from assuage.report.wording import words
from assuage.safety import FAMILIES
from assuage.safety.rules import age_rules, diagnosis_rules, level_rules, numbers, pair_rules, treatment_rules
from assuage.safety.tables import TABLES
from assuage.sources import sources
from safety.rule_files import SECTIONS, contents, rule_names, rules

TABLE_SECTIONS = {"diagnoses", "pairs", "ages"}
NOT_FAMILIES = {"__init__", "model", "subject", "use", "drug_use", "rules", "reactions", "levels"}
WORDS = words()


def test_every_module_that_holds_rules_is_in_the_list_of_families() -> None:
    modules = {
        file.name.removesuffix(".py")
        for file in files("assuage.safety").iterdir()
        if file.name.endswith(".py")
    }
    assert modules - NOT_FAMILIES == set(FAMILIES)
    assert all(family.__module__ == f"assuage.safety.{name}" for name, family in FAMILIES.items())


def test_every_file_with_a_table_is_in_the_list_of_tables() -> None:
    assert {name for name, content in contents().items() if TABLE_SECTIONS & set(content)} == set(TABLES)


def test_every_rule_file_is_read_by_a_family() -> None:
    assert set(contents()) - set(TABLES) - set(FAMILIES) == {"drug_use"}


def test_a_rule_is_called_the_same_in_one_place_only() -> None:
    names = [
        name for content in contents().values() for section in SECTIONS for name in content.get(section) or {}
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "fields"), rules().items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_rule_has_a_source_a_place_and_says_whether_somebody_read_it(name, fields) -> None:
    origin = fields["provenance"]
    assert origin["source"] in sources()
    assert origin["place"].strip()
    assert isinstance(origin["verified"], bool)
    assert origin["reviewed_by"] is None
    assert origin["source"] != "assuage-conventions" or origin["published"] is False


def test_what_was_not_read_in_the_source_does_not_say_so() -> None:
    for fields in rules().values():
        origin = fields["provenance"]
        assert not (origin["verified"] and "not looked up" in origin["place"])


def test_every_rule_and_every_action_has_words() -> None:
    assert sorted(name for name in rule_names() if not WORDS.templates(name)) == []
    actions = {fields["action"] for fields in rules().values()}
    assert sorted(actions - set(WORDS.labels["safety_action"])) == []


def test_no_words_are_kept_for_an_action_that_no_rule_takes() -> None:
    actions = {fields["action"] for fields in rules().values()}
    assert sorted(set(WORDS.labels["safety_action"]) - actions) == []


def test_every_question_of_a_diagnosis_has_words() -> None:
    asked = {rule.question for family in TABLES for rule in diagnosis_rules(family) if rule.question}
    assert sorted(asked - set(WORDS.missing)) == []


GOOD = """
{section}:
  a_rule:
    {fields}
    severity: warning
    action: taper
    provenance:
      {{source: assuage-conventions, place: here, date: 2026-11-22, verified: true, published: false}}
"""


def written(tmp_path: Path, section: str, fields: str, change: tuple[str, str] = ("", "")) -> Path:
    text = GOOD.format(section=section, fields=fields).replace(*change)
    (tmp_path / "family.yaml").write_text(text, encoding="utf-8")
    return tmp_path


DIAGNOSIS = "treatments: [baclofen]\n    conditions: [epilepsy]"


def test_a_good_file_is_read_as_written(tmp_path) -> None:
    (rule,) = diagnosis_rules("family", written(tmp_path, "diagnoses", DIAGNOSIS))
    assert (rule.weight.rule, rule.treatments, rule.conditions) == ("a_rule", {"baclofen"}, ("epilepsy",))
    assert rule.conditions[0] in concepts()


@pytest.mark.parametrize(
    ("read", "section", "fields", "change", "complaint"),
    [
        (
            diagnosis_rules,
            "diagnoses",
            DIAGNOSIS,
            ("baclofen", "baclophen"),
            "not in the codelists: baclophen",
        ),
        (diagnosis_rules, "diagnoses", DIAGNOSIS, ("epilepsy", "fits"), "not in the codelists: fits"),
        (diagnosis_rules, "diagnoses", DIAGNOSIS, ("warning", "mild"), "severity has to be one of"),
        (diagnosis_rules, "diagnoses", DIAGNOSIS, ("action: taper", "lasting: true"), "action is missing"),
        (diagnosis_rules, "diagnoses", DIAGNOSIS, ("severity:", "severe:"), "expected no fields but"),
        (diagnosis_rules, "diagnoses", DIAGNOSIS, ("source: assuage-conventions, ", ""), "source is blank"),
        (diagnosis_rules, "diagnoses", DIAGNOSIS, ("diagnoses:", "illnesses:"), "expected no sections but"),
        (diagnosis_rules, "diagnoses", "treatments: [baclofen]", ("", ""), "none given"),
        (pair_rules, "pairs", "treatments: [baclofen]", ("", ""), "none given"),
        (age_rules, "ages", "treatments: [baclofen]", ("", ""), "expected one of from_years and under_years"),
        (
            age_rules,
            "ages",
            "treatments: [baclofen]\n    from_years: 65\n    under_years: 6",
            ("", ""),
            "expected one of from_years and under_years",
        ),
        (level_rules, "levels", "treatments: [baclofen]", ("", ""), "expected below"),
        (numbers, "numbers", "value: 1", ("", ""), "expected value and provenance"),
    ],
)
def test_a_faulty_file_is_refused_and_the_message_says_where(
    tmp_path, read, section, fields, change, complaint
) -> None:
    folder = written(tmp_path, section, fields, change)
    with pytest.raises(FaultyKnowledge, match=complaint):
        read("family", folder)


def test_a_rule_for_every_treatment_says_all(tmp_path) -> None:
    rule = treatment_rules("family", "treatments", written(tmp_path, "treatments", "treatments: all"))[
        "a_rule"
    ]
    assert rule.treatments == frozenset()


def test_the_package_says_what_it_gives() -> None:
    assert set(assuage.safety.__all__) >= {"Concern", "Severity", "Subject", "concerns_of_current"}
