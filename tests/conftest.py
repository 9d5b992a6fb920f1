"""What all tests share: Hypothesis runs the same examples every time, and never fails for a slow machine.

At the end of a run stands how many tests ran on each engine.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("fixed")

ENGINES = {"engine_postgres": "PostgreSQL", "engine_spark": "Spark"}
"""The marker of each engine outside this process; every other test of the engines is DuckDB's."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tests ran on each engine, and how many were skipped."""
    told = [
        report for kind in ("passed", "failed", "skipped") for report in terminalreporter.stats.get(kind, [])
    ]
    counts = Counter(
        (engine, report.skipped)
        for report in told
        if (engine := _engine_of(report)) and (report.when == "call" or report.skipped)
    )
    for engine in sorted({engine for engine, _ in counts}):
        ran, skipped = counts[engine, False], counts[engine, True]
        terminalreporter.write_line(f"{engine}: {ran} engine tests ran, {skipped} skipped")


def _engine_of(report: pytest.TestReport) -> str | None:
    marked = next((name for marker, name in ENGINES.items() if marker in report.keywords), None)
    return marked or ("DuckDB" if report.nodeid.startswith("tests/engines/") else None)
