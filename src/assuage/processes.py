"""Processes of our own beside this one, which end with it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from assuage.errors import UsageError


@contextmanager
def own_processes(count: int, at_start: Callable[[], object] | None = None) -> Iterator[Executor]:
    """Processes to hand work to; `at_start` is the first thing that each of them does.

    They are spawned, because a forked one would inherit the locks of DuckDB's threads: a script that asks
    for several needs the usual `__main__` guard. When this process is killed they end at once.
    Raises UsageError where one of them is killed.
    """
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(at_start,)) as pool:
            yield pool
    except BrokenProcessPool as error:
        message = (
            "A process that did a share of the work was ended from outside, most often because memory "
            "ran out. Close what else needs memory, and run it again."
        )
        raise UsageError(message) from error


def _begin(at_start: Callable[[], object] | None) -> None:
    """The parent is looked at last: who waits for what `at_start` holds waits for every process."""
    if at_start is not None:
        at_start()
    parent = multiprocessing.parent_process()
    if parent is not None:
        if not parent.is_alive():
            os._exit(1)
        threading.Thread(target=_exit_after, args=(parent,), daemon=True).start()


def _exit_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
