"""How much of a definition is known is the same share in both forms."""

from __future__ import annotations

import ibis

from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.tabular.answering import verdicts
from assuage.trials.completeness import share

MOST_CRITERIA = 48


def test_the_share_that_is_known_is_rounded_as_in_the_plain_form():
    """Also for more criteria than a definition has today: one of sixteen lies half way between two."""
    parts = [(known, asked) for asked in range(1, MOST_CRITERIA + 1) for known in range(asked + 1)]
    cases = [
        {
            "case_id": case,
            "person_id": str(case),
            "condition": "trigeminal_neuralgia",
            "as_of": 1,
            "market": "US",
        }
        for case in range(len(parts))
    ]
    wholes = [
        {"case_id": case, "definition": "sin2019", "known": known, "asked": asked, "answer": "no"}
        for case, (known, asked) in enumerate(parts)
    ]
    rows = ibis.memtable(wholes).mutate(missing=ibis.literal([], type="array<string>"))
    told = verdicts(rows, ibis.memtable(cases), DEFINITIONS.values()).to_pyarrow().to_pylist()
    assert {int(row["person_id"]): row["completeness"] for row in told} == {
        case: share(*part) for case, part in enumerate(parts)
    }
