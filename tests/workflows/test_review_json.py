"""The JSON form of a review: versioned, one line, and the same facts as the result tables."""

import json
from pathlib import Path

from assuage.records.source import read_source
from assuage.records.store import histories
from assuage.report.result_tables import RESULT_SCHEMAS, result_rows
from assuage.report.review_json import FORMAT, review_json, review_to_json
from assuage.workflows import made_up_clinic, review_person


def test_a_review_is_one_line_under_a_versioned_head(tmp_path: Path) -> None:
    read_source(made_up_clinic(), tmp_path)
    for history in histories(tmp_path):
        review = review_person(history)
        line = review_json(review)
        assert "\n" not in line
        plain = json.loads(line)
        assert plain == review_to_json(review)
        assert (plain["format"], plain["person_id"]) == (FORMAT, history.person.person_id)
        assert {table: len(rows) for table, rows in result_rows(review).items() if table != "people"} == {
            table: len(plain[table]) for table in RESULT_SCHEMAS if table not in ("people", "read_report")
        }
