"""A flag that comes first holds "met" back: the verdict says what it waits for, and claims nothing."""

from __future__ import annotations

from datetime import date

import pytest

from assuage.flags.model import OVERUSE, Flag, FlagState, Urgency
from assuage.records.rows import Outcome
from assuage.resistance.judge import held_back
from assuage.resistance.model import Verdict, VerdictWord
from assuage.sources import Provenance
from assuage.testing.people import diagnosis, drug, person, score
from assuage.workflows import review_person

MET, NOT_MET, UNKNOWN = VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN
AS_OF = date(2024, 10, 1)
SOURCE = Provenance("assuage-conventions", "example of a test", AS_OF, verified=True)


def verdict(word, condition="trigeminal_neuralgia"):
    return Verdict("a", condition, "tn-ean2019", "resistance", None, AS_OF, word, (), (), 1.0, "test")


def flag(urgency=Urgency.URGENT, state=FlagState.OPEN, name="low_sodium", condition=None):
    return Flag("a", name, condition, urgency, state, None, "sodium_severe", (), ("labs/1",), SOURCE)


@pytest.mark.parametrize(("word", "shown"), [(MET, UNKNOWN), (NOT_MET, NOT_MET), (UNKNOWN, UNKNOWN)])
def test_an_urgent_open_flag_turns_met_into_unknown_and_leaves_the_rest(word, shown):
    held = held_back(verdict(word), [flag()])
    assert (held.verdict, held.held_back_by) == (shown, ("low_sodium",))


def test_overuse_known_from_counted_days_holds_back_too():
    held = held_back(verdict(MET), [flag(Urgency.LOOK, name=OVERUSE)])
    assert (held.verdict, held.held_back_by) == (UNKNOWN, (OVERUSE,))


@pytest.mark.parametrize(
    "other",
    [
        flag(Urgency.LOOK),
        flag(Urgency.NOTE),
        flag(state=FlagState.WORKED_UP),
        flag(state=FlagState.RESOLVED),
        flag(condition="chronic_migraine"),  # another pain's flag
    ],
)
def test_no_other_flag_does(other):
    assert held_back(verdict(MET), [other]) == verdict(MET)


def test_a_tumour_nobody_has_looked_into_comes_before_refractory_face_pain():
    rows = [
        diagnosis("trigeminal_neuralgia", "2023-01-01"),
        drug("carbamazepine", "2023-06-01", "2023-12-31", dose=800, outcome=Outcome.NO_EFFECT),
        score("nrs", 8, "2024-09-30"),
    ]
    words = {}
    for name, more in {"without": [], "with": [diagnosis("meningioma", "2024-09-01")]}.items():
        found = review_person(person(*rows, *more, birth="1960"), as_of=AS_OF).verdicts
        (words[name],) = [each for each in found if each.definition == "tn-ean2019"]
    assert (words["without"].verdict, words["without"].held_back_by) == (MET, ())
    assert words["with"].verdict is UNKNOWN
    assert words["with"].held_back_by
