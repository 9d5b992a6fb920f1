"""Filters on windows, for engines without QUALIFY: the window becomes a column, and is asked one level up.

Of sqlglot's own way round QUALIFY came wrong SQL.
"""

from __future__ import annotations

from typing import Any

import sqlglot as sg
from ibis.util import gen_name


class WindowFilters:
    """What a compiler of Ibis takes on beside its own base, before it."""

    __slots__ = ()

    def visit_Select(self, op: Any, *, qualified: Any, **query: Any) -> Any:  # noqa: N802 -- Ibis's name
        """A query; `qualified` is what it asks of windows."""
        if qualified:
            return self._asked_above(qualified=qualified, **query)
        return super().visit_Select(op, qualified=qualified, **query)  # type: ignore[misc]

    def _asked_above(
        self, *, parent: Any, selections: Any, predicates: Any, qualified: Any, sort_keys: Any, distinct: bool
    ) -> Any:
        tests = {f"holds_{number}": test for number, test in enumerate(qualified)}
        keys = {f"key_{number}": key.this for number, key in enumerate(sort_keys)}
        columns = self._cleanup_names({**selections, **tests, **keys})  # type: ignore[attr-defined]
        inner = sg.select(*columns).from_(parent)
        inner = inner.where(*predicates) if predicates else inner
        outer = sg.select(*(sg.column(name, quoted=True) for name in selections))
        outer = outer.from_(inner.subquery(gen_name("asked"))).where(*map(sg.column, tests))
        for key, name in zip(sort_keys, keys, strict=True):
            key.set("this", sg.column(name))
        outer = outer.order_by(*sort_keys) if keys else outer
        return outer.distinct() if distinct else outer
