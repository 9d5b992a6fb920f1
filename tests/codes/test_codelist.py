"""The contract of a code file, and what a file that breaks it is told."""

import pytest

from assuage.codes.codelist import CodeIndex, read_codelist
from assuage.codes.systems import System
from assuage.errors import FaultyKnowledge

HEAD = """
provenance:
  here: {source: assuage-conventions, place: a test, date: 2026-11-22, verified: false, published: false}
"""
ALLOWED = frozenset({"name"})


def codelist(tmp_path, entries: str, head: str = HEAD):
    file = tmp_path / "list.yaml"
    file.write_text(head + "things:\n" + entries)
    return read_codelist(file, "things", ALLOWED)


def test_codes_keep_their_system_provenance_and_intractable_mark(tmp_path) -> None:
    entries = codelist(
        tmp_path,
        "  m: {from: here, name: M, icd10cm: {here: [G43]}, intractable: {icd10cm: {here: [G43.71]}}}\n",
    )
    plain, intractable = entries["m"].codes
    assert (plain.system, plain.code, plain.intractable) == (System.ICD10CM, "G43", False)
    assert (intractable.code, intractable.intractable) == ("G43.71", True)
    assert intractable.provenance.source == "assuage-conventions"


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("  m: {from: here, colour: red}", "list.yaml, entry m: unknown field 'colour'"),
        (
            "  m: {name: M}",
            "list.yaml, entry m: field 'from' has to name an entry of the file's provenance section",
        ),
        ("  m: {from: there}", "list.yaml, entry m: field 'from' has to name"),
        (
            "  m: {from: here, icd10cm: {there: [G43]}}",
            "list.yaml, entry m: provenance 'there' is not in the file",
        ),
        (
            "  m: {from: here, snomed: {here: [37796009]}}",
            "list.yaml, entry m: code 37796009 has to stand in quotes",
        ),
        ("  m: [from, here]", "list.yaml, entry m: expected a mapping of fields"),
    ],
)
def test_a_faulty_entry_is_refused_by_file_and_entry(tmp_path, entry, complaint) -> None:
    with pytest.raises(FaultyKnowledge) as refusal:
        codelist(tmp_path, entry + "\n")
    assert complaint in str(refusal.value)


def test_a_faulty_provenance_section_is_refused_by_name(tmp_path) -> None:
    head = "provenance:\n  here: {source: assuage-conventions, date: 2026-11-22, verified: true}\n"
    with pytest.raises(FaultyKnowledge, match=r"list\.yaml, entry provenance here: place"):
        codelist(tmp_path, "  m: {from: here}\n", head)


def test_a_code_that_two_entries_claim_is_refused(tmp_path) -> None:
    entries = codelist(
        tmp_path, "  a: {from: here, icd10cm: {here: [G43.0]}}\n  b: {from: here, icd10cm: {here: [G430]}}\n"
    )
    with pytest.raises(FaultyKnowledge, match=r"list\.yaml, entry b: code G430 is also claimed by a"):
        CodeIndex("list.yaml", entries.values())


def test_the_longest_listed_beginning_of_an_icd_code_wins(tmp_path) -> None:
    entries = codelist(
        tmp_path, "  a: {from: here, icd10cm: {here: [G43]}}\n  b: {from: here, icd10cm: {here: [G43.7]}}\n"
    )
    index = CodeIndex("list.yaml", entries.values())

    def key(code: str) -> str | None:
        match = index.find(System.ICD10CM, code)
        return match and match.key

    assert key("G43.909") == "a"
    assert key("G43.701") == key("g43701") == key("G43.7-") == "b"
    assert key("G44.1") is None
    assert key("") is None


def test_codes_of_other_systems_match_whole(tmp_path) -> None:
    index = CodeIndex(
        "list.yaml", codelist(tmp_path, '  a: {from: here, snomed: {here: ["377"]}}\n').values()
    )
    assert index.find(System.SNOMED, "377") is not None
    assert index.find(System.SNOMED, "37796009") is None
    assert index.find(System.ICD10CM, "377") is None
