"""The clinic case of source document 4: tramadol beside venlafaxine asks for care (GT08)."""

from pathlib import Path

import pytest
import yaml

from assuage.answers import Answer
from assuage.safety import Subject, concerns_of_starting
from assuage.testing.case_history import case_history

CASE = Path(__file__).parents[2] / "../shared/cases/source-document-4.yaml"
pytestmark = pytest.mark.skipif(not CASE.is_file(), reason="the published cases are not on this machine")


@pytest.fixture(scope="module")
def subject() -> Subject:
    history, as_of = case_history(yaml.safe_load(CASE.read_text(encoding="utf-8")))
    return Subject(history.until(as_of), as_of)


def test_giving_venlafaxine_again_beside_the_tramadol_on_record_warns_of_serotonin_and_of_seizures(
    subject: Subject,
) -> None:
    """The course itself was given up before the day of the case: the question is whether to go back to it."""
    found = {
        concern.rule: concern
        for concern in concerns_of_starting("venlafaxine", subject)
        if dict(concern.reason_values).get("other") == "tramadol"
    }
    assert set(found) == {"opioid_with_serotonergic", "tramadol_with_threshold_drug"}
    assert not any(concern.provenance.verified for concern in found.values())
    assert all(concern.evidence for concern in found.values())


def test_whether_tramadol_is_still_taken_is_asked(subject: Subject) -> None:
    (concern, *_) = [
        c for c in concerns_of_starting("venlafaxine", subject) if c.rule == "opioid_with_serotonergic"
    ]
    assert concern.answer is Answer.UNKNOWN
    assert concern.missing == ("still_taken:tramadol",)
