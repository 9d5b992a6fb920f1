"""Questions that engines answer differently unless their dialect is taught, and values that bring it out."""

from __future__ import annotations

import ibis
import pyarrow as pa

VALUES = pa.table(
    {
        "place": range(12),
        "group": [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3],
        "whole": [0, 1, -1, 7, -7, 2**51 + 1, -(2**51), 512, 511, 3, None, 10],
        "number": [0.5, 1e15, -2.5, 33.3333335, 0.1, 1e-7, 900.0, -0.0, 2.0000005, 1e300, None, 12.25],
        "text": ["b", "B", "a b", "ab", "é", "z", "Z", " x ", "", "_", None, "~"],
        "written": [
            "1.5", " 2e3", "1e400", "x", "", "2020-02-30", "2020-02-29", "1900-02-29", "0001-01-01", "-.5",
            None, "2021-13-01",
        ],
        "list": [
            ["b", "B"], [], None, ["x"], ["é", "e", "Z"], ["a,b", '"'], [], [], None, ["{}"], None, None,
        ],
    },
    schema=pa.schema(
        {
            "place": pa.int64(), "group": pa.int64(), "whole": pa.int64(), "number": pa.float64(),
            "text": pa.string(), "written": pa.string(), "list": pa.list_(pa.string()),
        }
    ),
)  # fmt: skip

QUESTIONS = {
    "whole numbers divided": lambda rows: rows.select(
        "place", a=rows.whole // 512, b=rows.whole // 10, c=(rows.whole > 0).ifelse(rows.whole % 512, 0)
    ),
    "sums over a window": lambda rows: rows.select(
        "place", a=rows.whole.sum().over(group_by="group"), b=rows.number.max().over(group_by="group")
    ),
    "numbers rounded": lambda rows: rows.select("place", a=rows.number.round(6), b=rows.number.round(1)),
    "numbers as text": lambda rows: rows.filter(rows.number.abs() < 1e15).select(
        "place", a=rows.number.cast("string"), b=rows.whole.cast("string")
    ),
    "a quotient by nothing": lambda rows: rows.filter(rows.whole > 0).select("place", a=1 / rows.whole),
    "dates out of text": lambda rows: rows.select("place", a=rows.written.try_cast("date")),
    "text in order": lambda rows: rows.group_by("group").agg(
        place=rows.place.min(), a=rows.text.min(), b=rows.text.max(), c=rows.text.collect(order_by=rows.text)
    ),
    "a rank by text": lambda rows: rows.select(
        "place", a=ibis.row_number().over(order_by=[rows.text, rows.place])
    ),
    "a list in order": lambda rows: rows.select("place", a=rows["list"].unique().sort()),
    "lists joined into one": lambda rows: rows.group_by("group").agg(
        place=rows.place.min(), a=rows["list"].collect().flatten().sort()
    ),
    "lists one after another": lambda rows: rows.select(
        "place", a=rows["list"].concat(ibis.array([rows.text.fill_null("")]))
    ),
    "a list of structs": lambda rows: rows.group_by("group").agg(
        place=rows.place.min(),
        a=ibis.struct({"number": rows.number, "day": rows.written.try_cast("date")}).collect(
            order_by="place"
        ),
    ),
    "a question asked of a window and of a column": lambda rows: (
        rows.mutate(whole=rows.whole + 1)
        .filter(lambda row: (row.whole > 0) | ~(row.whole > 0).any().over(group_by="group"))
        .select("place", "whole")
    ),
    "truth counted": lambda rows: rows.group_by("group").agg(
        place=rows.place.min(), a=(rows.whole > 0).sum(), b=(rows.whole > 0).any(), c=(rows.whole > 0).all()
    ),
}  # fmt: skip
