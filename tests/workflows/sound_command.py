"""Run `assuage fus` as a user does; what it says goes on to this process's own output."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from workflows.command_line import assuage


def fus(arguments: Sequence[str]) -> int:
    """The exit code of `assuage fus` with these arguments."""
    ended = assuage("fus", *arguments)
    sys.stdout.write(ended.out)
    sys.stderr.write(ended.err)
    return ended.exit_code
