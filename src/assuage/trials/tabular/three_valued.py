"""Yes, no and unknown in tables: answers as words and as truth values, null for unknown.

SQL's null logic is Kleene's, so `&`, `|` and `~` of truth values are those of `answers.Answer`.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer

_YES, _NO, _OPEN = map(str, (Answer.YES, Answer.NO, Answer.UNKNOWN))


def truth(word: ir.StringValue) -> ir.BooleanValue:
    """An answer as a truth value; null for unknown, and for no answer."""
    return ibis.cases((word == _YES, True), (word == _NO, False))


def word(truth: ir.BooleanValue) -> ir.StringValue:
    """A truth value as an answer."""
    return ibis.cases((truth, _YES), (~truth, _NO), else_=_OPEN)


def agreed(words: ir.StringColumn, where: ir.BooleanValue | None = None) -> ir.StringValue:
    """What the answers of a group say; those that disagree leave it unknown. Null where there are none."""
    least, most = words.min(where=where), words.max(where=where)
    return ibis.cases((least == most, least), (least.notnull(), _OPEN))
