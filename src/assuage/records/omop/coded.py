"""The distinct codes of a table, and what our code lists say of each: looked up once, then joined.

A health system has a billion records and some hundred thousand codes, so the lookup, which is Python,
runs over the codes, and the join, which is Ibis, runs where the records are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from assuage.codes.systems import Coding, System, from_omop_vocabulary
from assuage.records.omop.columns import small_table

KEY = ("concept_id", "source_concept_id", "source_text", "value_concept_id")
"""What one code is: the concept, the source's own concept and words, and a coded value beside it."""

CODE_TYPES = {
    "concept_id": "int64",
    "source_concept_id": "int64",
    "source_text": "string",
    "value_concept_id": "int64",
}


@dataclass(frozen=True)
class Code:
    """One distinct code of a table with what the concept table prints of it."""

    concept_id: int
    source_concept_id: int
    source_text: str
    value_concept_id: int
    code: str | None
    vocabulary: str | None
    name: str | None
    source_code: str | None
    source_vocabulary: str | None
    source_name: str | None
    value_name: str | None

    @property
    def text(self) -> str:
        """The words to show: the concept's name, else the source's, else what the source wrote."""
        return self.name or self.source_name or self.source_text

    def codings(self) -> list[Coding]:
        """The standard code, the source's code, and the concept ids themselves."""
        found = []
        if self.code:
            found.append(Coding(from_omop_vocabulary(self.vocabulary), self.code, self.name or ""))
        if self.source_code and self.source_concept_id != self.concept_id:
            system = from_omop_vocabulary(self.source_vocabulary)
            found.append(Coding(system, self.source_code, self.source_name or ""))
        ids = dict.fromkeys((self.concept_id, self.source_concept_id))
        return found + [Coding(System.OMOP, str(concept_id)) for concept_id in ids if concept_id]

    def unknown_because(self, outside: str) -> str:
        """Why our lists do not know it: `outside`, and what is wrong with the code, without its value."""
        if not self.concept_id:
            return f"{outside}: concept 0"
        if self.vocabulary in ("CPT4", "HCPCS"):
            return f"{outside}: {self.vocabulary} code"
        if self.code is None and self.source_code is None:
            return f"{outside}: its concept is not in the concept table"
        return outside


def with_code(
    rows: ir.Table, concept: str, source_concept: str, source_text: str, value_concept: str | None = None
) -> ir.Table:
    """Rows with the four columns of `KEY`, none of them missing."""
    return rows.mutate(
        concept_id=rows[concept],
        source_concept_id=rows[source_concept],
        source_text=rows[source_text].fill_null(""),
        value_concept_id=rows[value_concept] if value_concept else ibis.literal(0, "int64"),
    )


def distinct_codes(rows: ir.Table, concepts: ir.Table) -> ir.Table:
    """Each distinct code once, with its entries in the concept table."""
    codes = rows.select(*KEY).distinct()
    for column, prefix in (
        ("concept_id", ""),
        ("source_concept_id", "source_"),
        ("value_concept_id", "value_"),
    ):
        printed = _printed(concepts, codes[column], prefix)
        codes = codes.left_join(printed, codes[column] == printed[f"{prefix}key"]).drop(f"{prefix}key")
    return codes


def _printed(concepts: ir.Table, used: ir.IntegerColumn, prefix: str) -> ir.Table:
    """The concepts in use, each once even where the table repeats one."""
    chosen = concepts.filter(concepts.concept_id.isin(used) & (concepts.concept_id != 0))
    return chosen.group_by(**{f"{prefix}key": chosen.concept_id}).agg(
        **{
            f"{prefix}code": chosen.concept_code.min(),
            f"{prefix}vocabulary": chosen.vocabulary_id.min(),
            f"{prefix}name": chosen.concept_name.min(),
        }
    )


def codes_of(rows: ir.Table, concepts: ir.Table, backend: BaseBackend) -> Iterable[Code]:
    """The distinct codes, fetched: as many as the source has codes, however many people."""
    names = tuple(Code.__dataclass_fields__)
    expression = distinct_codes(rows, concepts)
    for batch in backend.to_pyarrow_batches(expression.select(*names).order_by(KEY)):
        for values in batch.to_pylist():
            yield Code(**values)


def lookup(
    codes: Iterable[Code], find: Callable[[Code], Mapping[str, Any]], columns: Mapping[str, str]
) -> ir.Table:
    """A table of what `find` says of each code: `KEY` and `columns` (name and type)."""
    found = [{name: getattr(code, name) for name in KEY} | dict(find(code)) for code in codes]
    return small_table(found, CODE_TYPES | dict(columns))


def join_codes(rows: ir.Table, found: ir.Table) -> ir.Table:
    """Rows with what was found for their code."""
    return rows.left_join(found, list(KEY)).drop(*(f"{name}_right" for name in KEY))
