"""Long expressions worked out once: fences in a query that the server may not look through.

Ibis leaves a query nested where an outer part names a long expression of an inner one more than once.
PostgreSQL's planner then puts the expression in at every place, and again at the next level, until a row
costs thousands of times what it should. `OFFSET 0` changes no row and keeps it from doing so.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

import sqlglot.expressions as sge

_LONG_NODES = 12
"""From so many nodes of its syntax tree on an expression is long: a comparison and what it chooses from."""

_WORKED_OUT_ANYWAY = ("group", "distinct", "limit", "offset")


def fenced(query: Any) -> Any:
    """The query, each inner one behind a fence of which a long expression is named more than once."""
    for outer in list(query.find_all(sge.Select)):
        inner = _inner(outer)
        if inner:
            named = _named_in(outer)
            for alias, select in inner.items():
                if any(named[alias, name] > 1 for name in _long(select)):
                    select.set("offset", sge.Offset(expression=sge.convert(0)))
    return query


def _inner(outer: Any) -> dict[str, Any]:
    """The queries that another one reads from, by the name that it gives them."""
    sources = [outer.args.get("from_"), *(outer.args.get("joins") or ())]
    found = (source.this for source in sources if source is not None)
    return {
        one.alias: one.this
        for one in found
        if isinstance(one, sge.Subquery)
        and isinstance(one.this, sge.Select)
        and not any(one.this.args.get(name) for name in _WORKED_OUT_ANYWAY)
    }


def _named_in(outer: Any) -> Counter[tuple[str, str]]:
    """How often each column of each source is named, what the sources say themselves left out."""
    parts = [*outer.expressions, outer.args.get("where"), outer.args.get("group"), outer.args.get("order")]
    parts += [join.args.get("on") for join in outer.args.get("joins") or ()]
    return Counter(
        (column.table, column.name)
        for part in parts
        if part is not None
        for column in part.find_all(sge.Column)
    )


def _long(select: Any) -> list[str]:
    return [
        one.alias
        for one in select.expressions
        if isinstance(one, sge.Alias) and len(list(islice(one.this.walk(), _LONG_NODES))) == _LONG_NODES
    ]
