"""DuckDB's backend: Ibis's own, but for the tables that it keeps, of which a review has hundreds."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler as IbisCompiler
from ibis.backends.sql.datatypes import DuckDBType
from ibis.util import gen_name

from assuage.engines.ahead import Ahead

_TEMPORARY = ops.Namespace(catalog="temp", database="main")


class DuckDBCompiler(IbisCompiler):
    """Ibis expressions as SQL, each step of them a query of its own: the engine melts them together itself.

    Ibis would do that first, for a third of the time that it takes for a query, and by writing what a
    column is made of at every place that names it, for the engine to work out as many times.
    """

    __slots__ = ()

    def to_sqlglot(self, expr: Any, *, limit: Any = None, params: Any = None) -> Any:
        """The whole query."""
        settings = ibis.options.sql
        before, settings.fuse_selects = settings.fuse_selects, False
        try:
            return super().to_sqlglot(expr, limit=limit, params=params)
        finally:
            settings.fuse_selects = before


class DuckDBBackend(Backend):
    """Ibis's DuckDB backend, with kept tables made in one statement and dropped when nobody reads them."""

    compiler = DuckDBCompiler()
    _ahead: Ahead | None = None

    @contextmanager
    def working_ahead(self) -> Iterator[None]:
        """Within the block the engine works in a thread of its own, while Python writes the next queries.

        Everything is done in the order in which it was asked for, and when the block ends it is done. An
        error of the engine is raised where the next thing is asked for, or else there.
        """
        try:
            with Ahead(self.con.interrupt) as self._ahead:
                yield
        finally:
            self._ahead = None

    def _do(self, work: Callable[[], object]) -> None:
        """Do some work on the connection now, or after all that was asked for before."""
        if self._ahead is None:
            work()
        else:
            self._ahead.raise_failure()
            self._ahead.add(work)

    def _run_pre_execute_hooks(self, expr: ir.Expr) -> None:
        """Before rows are fetched: what they are made of has to be there."""
        super()._run_pre_execute_hooks(expr)
        if self._ahead is not None:
            self._ahead.settle()

    def _cached_table(self, table: ir.Table) -> ir.Table:
        """Work a table out; it is dropped when nobody refers to it any more.

        Ibis's own way is to make an empty table, look at it, fill it, and remember what it was made of as
        long as it is there, and with that the tables that it was made of.
        """
        name, schema = gen_name("kept"), table.schema()
        self._register_in_memory_tables(table)
        query = _typed(self.compile(table), schema)
        self._do(partial(self.con.execute, f'CREATE TEMP TABLE "{name}" AS {query}'))
        made = ops.DatabaseTable(name, schema=schema, source=self, namespace=_TEMPORARY)
        self._drop_after(made, f'DROP TABLE IF EXISTS "{name}"')
        return made.to_expr()

    def _register_in_memory_table(self, op: ops.InMemoryTable) -> None:
        """A small table of ours as one of the engine's own: of an Arrow table it would not know the size.

        Under its name there is a view of it, which Ibis drops itself where it has made a table of it.
        """
        rows = gen_name("ours")
        self._do(partial(self._take_over, rows, op.name, op.data.to_pyarrow(op.schema)))
        self._drop_after(op, f'DROP VIEW IF EXISTS "{op.name}"; DROP TABLE IF EXISTS "{rows}"')

    def _take_over(self, name: str, view: str, rows: Any) -> None:
        self.con.register("handed_over", rows)
        self.con.execute(f'CREATE TEMP TABLE "{name}" AS FROM handed_over')
        self.con.unregister("handed_over")
        self.con.execute(f'CREATE TEMP VIEW "{view}" AS FROM "{name}"')

    def _drop_after(self, op: ops.PhysicalTable, statement: str) -> None:
        weakref.finalize(op, self._drop, statement).atexit = False

    def _drop(self, statement: str) -> None:
        drop = partial(self.con.execute, statement)
        if self._ahead is not None:
            self._ahead.add(drop)
            return
        with suppress(duckdb.Error):  # the connection is closed, or the engine gave up, and all is gone
            drop()

    def write_parquet(self, table: ir.Table, wanted: ibis.Schema, file: Path) -> None:
        """Write the columns of `wanted`, in its types, by the engine's writer, which uses every thread."""
        self._register_in_memory_tables(table)
        query = _typed(self.compile(table), wanted)
        quoted = str(file).replace("'", "''")
        self._do(partial(self.con.execute, f"COPY ({query}) TO '{quoted}' (FORMAT parquet)"))


def _typed(query: str, schema: ibis.Schema) -> str:
    """A query for the columns of `schema` in its types.

    DuckDB sums whole numbers to wider ones than Ibis says, and makes a timestamp of a date and an interval.
    """
    columns = ", ".join(
        f'CAST("{name}" AS {DuckDBType.to_string(kind)}) AS "{name}"' for name, kind in schema.items()
    )
    return f"SELECT {columns} FROM ({query})"  # noqa: S608 -- names of ours
