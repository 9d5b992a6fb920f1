"""Made-up people with a known truth: plans drawn from published rates, written in every format we read."""

from assuage.synth.people import make_people
from assuage.synth.plan import REVIEW_DAY, MadeUpPerson
from assuage.synth.truth import TRUTHS
from assuage.synth.waiting import waits_for
from assuage.synth.writing import FORMATS, write

__all__ = ["FORMATS", "REVIEW_DAY", "TRUTHS", "MadeUpPerson", "make_people", "waits_for", "write"]
