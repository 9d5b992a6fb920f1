"""Whatever is typed, the answer is rows, report lines or a refusal in words; never another error."""

from __future__ import annotations

import tempfile
from importlib.resources import files
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.errors import UnreadableInput
from assuage.records.history_file import read_history_files
from assuage.records.read_report import ReadReport
from assuage.records.store import TableWriter

TEXTS = sorted(
    file.read_text(encoding="utf-8")
    for file in (files("assuage") / "clinic").iterdir()
    if file.name.endswith(".history.yaml")
)
TYPED = st.sampled_from(
    [
        "999999 years before", "after 999999 months", "0 days", "9999-12-31", "1900", "-1", "1e400", "nan",
        "inf", "999999999999 mg/d", "1 mg/0d", "[]", "{}", "[[x]]", "{a: {b: 1}}", "~", '""', "unknown",
        "yes", "- x", "'", "\u0000", "\U0001f600", "٣ months before", "x" * 3000,
    ]
)  # fmt: skip


@st.composite
def mistyped(draw: st.DrawFn) -> str:
    """A history file with some lines lost, doubled, shifted, or holding another value."""
    lines = draw(st.sampled_from(TEXTS)).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        change = draw(st.sampled_from(["lose", "double", "shift", "value", "cut"]))
        if change == "lose" and len(lines) > 1:
            del lines[place]
        elif change == "double":
            lines.insert(place, line)
        elif change == "shift":
            lines[place] = " " * draw(st.integers(0, 6)) + line.lstrip()
        elif change == "value":
            lines[place] = f"{line.partition(':')[0]}: {draw(TYPED)}"
        else:
            lines[place] = line[: draw(st.integers(0, len(line)))]
    return "\n".join(lines) + "\n"


@settings(max_examples=150, deadline=None)
@given(mistyped())
def test_a_mistyped_file_never_ends_in_a_traceback(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "typed.history.yaml"
        path.write_text(text, encoding="utf-8")
        report = ReadReport()
        refusals: list[str] = []
        try:
            with TableWriter(Path(folder)) as sink:
                read_history_files(path, sink, report)
        except UnreadableInput as refusal:
            refusals.append(str(refusal))
        assert len(refusals) + report.read["history file"] == 1
        assert all("typed.history.yaml" in words for words in refusals)
