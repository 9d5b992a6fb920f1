"""What the commands of `assuage fus` share in printing."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assuage.errors import UsageError
from assuage.report.record_text import neutralised

NOTICE = "Research; not for driving a device."
NEEDED = ("nibabel", "numba", "pydicom", "scipy")
"""Modules of the extra `ultrasound`."""

console = Console()


def require_the_extra() -> None:
    """Raise UsageError where the extra `ultrasound` is not installed."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        message = (
            f"The sound needs {', '.join(missing)}, which is not installed. "
            "Install the extra: pip install 'assuage[ultrasound]'."
        )
        raise UsageError(message)


def cells(*texts: str) -> list[Text]:
    """Texts from a file as cells of a table: no markup in them is obeyed."""
    return [Text(neutralised(text)) for text in texts]


def print_facts(title: str, facts: Iterable[tuple[str, str]]) -> None:
    """Names and values."""
    table = Table(show_header=False, title=title)
    table.add_column(style="bold")
    table.add_column()
    for name, value in facts:
        table.add_row(*cells(name, value))
    console.print(table)
