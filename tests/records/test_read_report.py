"""The read report adds up: for each record type what was read, then each reason for what was not."""

from assuage.records.read_report import ReadLine, ReadReport


def test_what_was_read_stands_before_each_reason_with_the_first_place_seen() -> None:
    report = ReadReport()
    report.count_read("Condition")
    report.count_skipped("Condition", "no code", "a.ndjson line 2")
    report.count_skipped("Condition", "no code", "a.ndjson line 5")
    report.count_read("Condition", 2)
    report.count_skipped("Device", "not used", "b.ndjson line 1", 4)
    assert report.lines() == [
        ReadLine("Condition", 3, 0, None, None),
        ReadLine("Condition", 0, 2, "no code", "a.ndjson line 2"),
        ReadLine("Device", 0, 4, "not used", "b.ndjson line 1"),
    ]


def test_a_field_that_could_not_be_used_is_told_from_a_record() -> None:
    report = ReadReport()
    report.count_read("Condition")
    report.count_skipped("Condition.onsetDateTime", "before birth: left unknown", "a.ndjson line 1")
    assert [line.is_of_a_field for line in report.lines()] == [False, True]
