"""Every evidence file passes its loader, every number has a source, and an uncited file is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

import assuage.options
from assuage.codes.conditions import concepts, pain_conditions
from assuage.errors import FaultyKnowledge
from assuage.options.evidence import OptionEvidence, option_evidence, read_option
from assuage.options.holdings import places
from assuage.options.ladders import ladder_of, ladders
from assuage.options.model import OptionStanding
from assuage.report.wording import words
from assuage.resistance.definitions import DEFINITIONS
from assuage.sources import Provenance, sources

FILES = sorted((Path(assuage.options.__file__).parent / "evidence").glob("*.yaml"))
WORDS = words()


def option_of(file: Path) -> OptionEvidence:
    return option_evidence()[file.stem]


def numbers(value: Any, cited_by: Provenance | None) -> Iterator[tuple[float, Provenance | None]]:
    """Every number in a value of evidence, with the provenance that stands nearest above it."""
    if isinstance(value, bool | Provenance):
        return
    if isinstance(value, int | float):
        yield value, cited_by
    elif isinstance(value, dict):
        for each in value.values():
            yield from numbers(each, cited_by)
    elif isinstance(value, tuple):
        for each in value:
            yield from numbers(each, cited_by)
    elif is_dataclass(value):
        own = getattr(value, "provenance", None) or cited_by
        for field in fields(value):
            yield from numbers(getattr(value, field.name), own)


def printed_numbers(content: Any) -> Iterator[float]:
    """Every number of the file as it is written, dates aside."""
    if isinstance(content, bool):
        return
    if isinstance(content, int | float):
        yield content
    elif isinstance(content, dict):
        for each in content.values():
            yield from printed_numbers(each)
    elif isinstance(content, list):
        for each in content:
            yield from printed_numbers(each)


def test_there_is_a_file_for_each_of_the_options() -> None:
    assert len(FILES) >= 60
    assert set(option_evidence()) == {file.stem for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_number_has_a_source_that_can_be_cited(file: Path) -> None:
    found = list(numbers(option_of(file), None))
    assert len(found) == len(list(printed_numbers(yaml.safe_load(file.read_text(encoding="utf-8")))))
    for _, cited in found:
        assert cited is not None
        assert cited.source in sources()
        assert cited.place


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_option_says_something_for_each_of_its_conditions_and_stands_on_a_ladder(file: Path) -> None:
    option = option_of(file)
    assert option.indications
    for condition, evidence in option.indications.items():
        assert evidence.claims
        name = ladder_of(condition)
        assert name is not None
        assert ladders()[name].place_of(evidence.step) is not None


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_name_in_a_file_is_known_elsewhere_and_has_words(file: Path) -> None:
    option = option_of(file)
    assert {need.need for need in option.needs} <= set(places())
    assert {need.need for need in option.needs} <= set(WORDS.labels["need"])
    for evidence in option.indications.values():
        for judged in (evidence.refused, evidence.doubt):
            assert judged is None or WORDS.templates(judged.reason)
        for circumstance in evidence.caution_if:
            assert WORDS.templates(circumstance.reason)
            assert circumstance.need is None or circumstance.need in places()
            assert circumstance.condition is None or circumstance.condition in concepts()
        for kinds in (evidence.not_for, evidence.only_for):
            assert kinds is None or set(kinds.kinds) <= set(concepts())
        for claim in evidence.claims:
            assert claim.kind in WORDS.labels["claim_kind"]
            assert claim.says in WORDS.labels["claim_says"]
            assert claim.sentence.strip()
        if evidence.eligible_by:
            assert set(evidence.eligible_by.definitions) <= set(DEFINITIONS)
        if evidence.refer:
            assert set(evidence.refer.verdicts) <= set(DEFINITIONS)
            assert set(evidence.refer.flags) <= set(WORDS.labels["flag"])


def test_nothing_is_signed_off_until_a_clinician_has() -> None:
    cited = [
        claim.provenance
        for option in option_evidence().values()
        for evidence in option.indications.values()
        for claim in evidence.claims
    ]
    assert {one.reviewed_by for one in cited} == {None}
    assert {one.verified for one in cited} == {True, False}


def test_what_is_only_our_convention_is_never_called_published() -> None:
    for option in option_evidence().values():
        for evidence in option.indications.values():
            for claim in evidence.claims:
                assert (claim.kind == "convention") == (not claim.provenance.published)


def test_the_per_drug_figures_of_2025_are_shown_as_not_verified() -> None:
    claims = option_evidence()["duloxetine"].indications["neuropathic_pain"].claims
    (per_drug,) = [claim for claim in claims if claim.numbers and claim.numbers.get("nnt") == 7.4]
    assert not per_drug.provenance.verified


def test_every_ladder_has_a_definition_to_judge_by_and_words_for_its_steps() -> None:
    for ladder in ladders().values():
        assert ladder.judged_by.definition in DEFINITIONS
        assert {step.key for step in ladder.steps} <= set(WORDS.labels["ladder_step"])
        assert set(ladder.conditions) <= pain_conditions()
        if ladder.looks_first:
            assert set(ladder.looks_first.flags) <= set(WORDS.labels["flag"])


def test_the_conditions_with_a_ladder_of_their_own_do_not_share_one() -> None:
    of = {
        "trigeminal_neuralgia": "trigeminal",
        "chronic_migraine": "migraine",
        "painful_diabetic_neuropathy": "neuropathic",
        "fibromyalgia": "chronic_primary",
        "crps": "chronic",
        "medication_overuse_headache": "overuse",
    }
    assert {condition: ladder_of(condition) for condition in of} == of
    assert ladder_of("cluster_headache") is None


def test_every_standing_and_kind_has_a_label() -> None:
    assert set(WORDS.labels["option_standing"]) == {str(word) for word in OptionStanding}
    assert {option.kind for option in option_evidence().values()} == set(WORDS.labels["option_kind"])


# ---------------------------------------------------------------- what stands in single files


def claims(option: str, condition: str, **wanted: str) -> list[str]:
    found = option_evidence()[option].indications[condition].claims
    return [
        claim.sentence
        for claim in found
        if all(getattr(claim, name) == word for name, word in wanted.items())
    ]


def test_decompression_of_scalp_nerves_and_of_the_root_are_two_options() -> None:
    root, scalp = option_evidence()["mvd"], option_evidence()["migraine_trigger_site_surgery"]
    assert not set(root.treatments) & set(scalp.treatments)
    assert not set(root.indications) & set(scalp.indications)


def test_trigger_site_surgery_carries_the_advice_against_it_and_its_sham_figures() -> None:
    assert claims("migraine_trigger_site_surgery", "migraine", kind="guideline", says="against") == [
        "Not outside a clinical trial."
    ]
    (sham,) = claims("migraine_trigger_site_surgery", "migraine", kind="sham_trial", says="for")
    assert "83.7 % against 57.7 %" in sham
    assert "57.1 against 3.8 %" in sham


@pytest.mark.parametrize("condition", ["neuropathic_pain", "trigeminal_neuralgia"])
def test_focused_ultrasound_carries_series_sham_trial_and_advice_together(condition: str) -> None:
    kinds = {
        (claim.kind, claim.says)
        for claim in option_evidence()["mrgfus_thalamotomy"].indications[condition].claims
    }
    assert {("case_series", "for"), ("sham_trial", "against"), ("guideline", "against")} <= kinds


def test_acupuncture_is_offered_where_it_has_evidence_and_not_elsewhere() -> None:
    evidence = option_evidence()["acupuncture"].indications
    assert evidence["chronic_primary_pain"].step == "offered"
    assert evidence["trigeminal_neuralgia"].step == "experimental"
    assert "neuropathic_pain" not in evidence


# ---------------------------------------------------------------- what the loader refuses

GOOD = """
name: A drug
kind: drug
treatments: [gabapentin]
indications:
  neuropathic_pain:
    step: first_line
    from: paper
    claims:
      - {kind: trial, says: for, from: paper, numbers: {nnt: 6.3}, text: "One in {nnt} is helped."}
provenance:
  paper: {source: soliman2025, place: table, date: 2026-11-22, verified: true, reviewed_by: null}
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "a_drug.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_good_file_is_read(tmp_path: Path) -> None:
    option = read_option(written(tmp_path, GOOD))
    (claim,) = option.indications["neuropathic_pain"].claims
    assert (option.key, claim.sentence, claim.provenance.source) == (
        "a_drug",
        "One in 6.3 is helped.",
        "soliman2025",
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("source: soliman2025", 'source: ""', "source is blank"),
        ("source: soliman2025", "source: nowhere1999", "not in sources.yaml"),
        ("says: for, from: paper,", "says: for,", "provenance"),
        ("says: for, from: paper,", "says: for, from: other,", "'other' is not in its provenance"),
        ("verified: true, ", "", "verified is missing"),
        ("numbers: {nnt: 6.3}, ", "", "names in the text and in numbers differ"),
        ("One in {nnt} is", "One in {nnt} of 12 is", "a number in the text"),
        ("says: for,", "says: perhaps,", "says"),
        ("[gabapentin]", "[gabapentine_x]", "is in no codelist"),
        ("neuropathic_pain:", "sore_toe:", "is in no codelist"),
        ("kind: drug", "kind: drug\nprice: 3", "price"),
    ],
)
def test_a_file_that_cannot_be_cited_or_is_wrong_is_refused_by_name(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    assert old in GOOD
    with pytest.raises(FaultyKnowledge, match=complaint) as refusal:
        read_option(written(tmp_path, GOOD.replace(old, new, 1)))
    assert "a_drug" in str(refusal.value)


def test_a_source_that_nothing_uses_is_refused(tmp_path: Path) -> None:
    spare = GOOD + "  spare: {source: soliman2025, place: x, date: 2026-11-22, verified: true}\n"
    with pytest.raises(FaultyKnowledge, match="spare is given and never used"):
        read_option(written(tmp_path, spare))
