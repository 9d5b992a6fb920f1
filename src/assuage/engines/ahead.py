"""Work done in order by a thread of its own, while the one that asks for it goes on."""

from __future__ import annotations

from collections.abc import Callable
from queue import Queue
from threading import Event, Thread
from types import TracebackType

INTERRUPT_AGAIN_S = 0.1
"""An interruption that comes just before some work begins is not heard by it."""


class Ahead:
    """A thread that does what it is given, one thing after the other; when the block ends all is done.

    After a failure nothing more is done. It is raised by `raise_failure`, or else at the end of the block.
    """

    def __init__(self, interrupt: Callable[[], object]) -> None:
        """`interrupt` makes what is being done fail soon: called where the block ends in an error."""
        self._interrupt = interrupt
        self._asked: Queue[Callable[[], object] | None] = Queue()
        self._failure: BaseException | None = None
        # not Thread.join: before Python 3.13 one that was interrupted takes the thread for ended
        self._ended = Event()

    def add(self, work: Callable[[], object]) -> None:
        """Ask for something to be done after all that was asked for before."""
        self._asked.put(work)

    def settle(self) -> None:
        """Wait until all is done that was asked for. Raises what failed."""
        self._asked.join()
        self.raise_failure()

    def raise_failure(self) -> None:
        """Raise what has failed by now, if anything has."""
        if self._failure is not None:
            raise self._failure

    def _work(self) -> None:
        while (work := self._asked.get()) is not None:
            if self._failure is None:
                try:
                    work()
                except BaseException as failure:  # raised where somebody waits for it
                    self._failure = failure
            self._asked.task_done()
        self._ended.set()

    def __enter__(self) -> Ahead:
        Thread(target=self._work, name="ahead").start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._asked.put(None)
        if error is not None:
            self._stop(error)
            return
        try:
            self._ended.wait()
        except BaseException as interruption:
            self._stop(interruption)
            raise
        self.raise_failure()

    def _stop(self, error: BaseException) -> None:
        """Let nothing more be done, and wait for the end of what is being done."""
        self._failure = self._failure or error
        self._interrupt()
        while not self._ended.wait(INTERRUPT_AGAIN_S):
            self._interrupt()
