"""The format itself: one model, and the JSON Schema that editors use."""

from __future__ import annotations

import json
import re
from pathlib import Path

from assuage.records.history_file import read_history_files
from assuage.records.history_file.schema import HistoryFile, json_schema
from assuage.records.history_file.to_rows import SECTIONS
from assuage.records.read_report import ReadReport
from assuage.records.store import TableWriter

ROOT = Path(__file__).parents[3]
EXPORTED = ROOT / "docs" / "formats" / "history-file.schema.json"
PAGE = ROOT / "docs" / "formats" / "history-file.md"


def test_the_exported_json_schema_is_current() -> None:
    """Write it again with `python -m assuage.records.history_file`."""
    assert json.loads(EXPORTED.read_text(encoding="utf-8")) == json_schema()


def test_every_list_of_the_file_becomes_rows() -> None:
    lists = {name for name, part in json_schema()["properties"].items() if part.get("type") == "array"}
    assert lists == set(SECTIONS)


def test_the_page_names_every_key() -> None:
    schema = json_schema()
    parts = [schema, *schema["$defs"].values()]
    keys = {key for part in parts for key in part.get("properties", {})}
    named = set(re.findall(r"`([a-z_]+)`", PAGE.read_text(encoding="utf-8")))
    assert keys <= named


def test_the_example_of_the_page_is_read_to_the_last_entry(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "example.history.yaml"
    path.write_text(example, encoding="utf-8")
    report = ReadReport()
    with TableWriter(tmp_path) as sink:
        read_history_files(path, sink, report)
    assert not report.skipped


def test_unknown_is_the_same_as_left_out() -> None:
    bare = {"written_on": "2026-01-15", "treatments": [{"drug": "gabapentin"}]}
    unknown = {
        "written_on": "2026-01-15",
        "person": {"age": "unknown", "sex": None},
        "treatments": [{"drug": "gabapentin", "dose": "unknown", "from": None, "outcome": "?"}],
    }
    assert HistoryFile.model_validate(bare) == HistoryFile.model_validate(unknown)


def test_fixed_words_may_be_typed_with_spaces_and_capitals() -> None:
    typed = {"drug": "gabapentin", "outcome": "No effect", "stopped_because": "adverse-event"}
    file = HistoryFile.model_validate({"written_on": "2026-01-15", "treatments": [typed]})
    (treatment,) = file.treatments
    assert (treatment.outcome, treatment.stopped_because) == ("no_effect", "adverse_event")
