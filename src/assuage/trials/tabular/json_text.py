"""The values of a reason as JSON text."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir


def json_text(**values: ir.Value) -> ir.StringValue:
    """A JSON object of the values that are not null; give the names in order."""
    parts = [_member(name, value) for name, value in values.items()]
    members = ibis.literal(", ").join(parts)
    return ibis.literal("{") + members + "}"


def _member(name: str, value: ir.Value) -> ir.StringValue:
    text = _quoted(value) if value.type().is_string() else value.cast("string")
    return ibis.literal(f'"{name}": ') + text


def _quoted(text: ir.StringValue) -> ir.StringValue:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(plain, escaped)
    return ibis.literal('"') + text + '"'
