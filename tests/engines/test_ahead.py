"""Work done ahead: in the order in which it was asked for; what fails is raised where somebody waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from signal import SIGINT, default_int_handler, pthread_kill, signal
from threading import Event, Thread, main_thread

import pytest

from assuage.engines.ahead import Ahead

PATIENCE_S = 5
UNTIL_ASLEEP_S = 0.3


def nothing() -> None:
    """Nothing that could be interrupted is being done."""


def fail() -> None:
    raise ValueError


def raised_by(wait: Callable[[], object]) -> BaseException:
    """What somebody who waits is told; who waits for ever fails a test, and does not hold it up."""
    told: list[BaseException] = []

    def listen() -> None:
        try:
            wait()
        except BaseException as failure:
            told.append(failure)

    listener = Thread(target=listen, daemon=True)
    listener.start()
    listener.join(PATIENCE_S)
    (failure,) = told
    return failure


class Slow:
    """Work that goes on until it is interrupted, and fails then, as an engine does."""

    def __init__(self) -> None:
        self.begun, self.interrupted = Event(), Event()

    def __call__(self) -> None:
        self.begun.set()
        if self.interrupted.wait(PATIENCE_S):
            fail()


def ask_and_fail(ahead: Ahead, *works: Callable[[], object], begun: Event) -> None:
    for work in works:
        ahead.add(work)
    assert begun.wait(PATIENCE_S)
    raise NotImplementedError


def test_what_was_asked_for_is_done_in_order_when_the_block_ends():
    done: list[int] = []
    with Ahead(nothing) as ahead:
        for number in range(100):
            ahead.add(partial(done.append, number))
    assert done == list(range(100))


def test_whoever_settles_waits_until_all_is_done():
    done: list[int] = []
    with Ahead(nothing) as ahead:
        ahead.add(partial(time.sleep, UNTIL_ASLEEP_S))
        ahead.add(partial(done.append, 1))
        ahead.settle()
        assert done == [1]


# also what is no Exception: nobody hears of what ends a thread
@pytest.mark.parametrize("failure", [ValueError, SystemExit])
def test_a_failure_is_raised_where_somebody_waits_and_nothing_is_done_after_it(failure):
    def break_down() -> None:
        raise failure

    done: list[int] = []
    told: list[BaseException] = []

    def ask() -> None:
        with Ahead(nothing) as ahead:
            ahead.add(break_down)
            ahead.add(partial(done.append, 1))
            told.extend(map(raised_by, (ahead.settle, ahead.raise_failure)))

    with pytest.raises(failure) as ended:
        ask()
    assert told == [ended.value] * 2
    assert done == []


def test_an_error_of_the_caller_interrupts_what_is_being_done_and_is_the_one_that_is_raised():
    slow, done = Slow(), []
    with pytest.raises(NotImplementedError), Ahead(slow.interrupted.set) as ahead:
        ask_and_fail(ahead, slow, partial(done.append, 1), begun=slow.begun)
    assert slow.interrupted.is_set()
    assert done == []


def test_after_an_error_of_the_caller_nothing_more_is_done_though_nothing_fails():
    begun, may_end = Event(), Event()
    done: list[int] = []

    def deaf() -> None:
        begun.set()
        may_end.wait(PATIENCE_S)

    with pytest.raises(NotImplementedError), Ahead(may_end.set) as ahead:
        ask_and_fail(ahead, deaf, partial(done.append, 1), begun=begun)
    assert done == []


def test_an_interruption_that_is_not_heard_is_repeated():
    begun, heard = Event(), Event()
    calls: list[None] = []

    def interrupt() -> None:
        calls.append(None)
        if len(calls) == 2:
            heard.set()

    def hard_of_hearing() -> None:
        begun.set()
        heard.wait(PATIENCE_S)

    with pytest.raises(NotImplementedError), Ahead(interrupt) as ahead:
        ask_and_fail(ahead, hard_of_hearing, begun=begun)
    assert heard.is_set()


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """What a shell starts in the background is born deaf to an interruption."""
    before = signal(SIGINT, default_int_handler)
    yield
    signal(SIGINT, before)


def interrupted_at_its_end(ends: list[bool]) -> Event:
    stopped, waiting = Event(), main_thread().ident

    def work() -> None:
        time.sleep(UNTIL_ASLEEP_S)
        assert waiting is not None
        pthread_kill(waiting, SIGINT)
        is_stopped = stopped.wait(PATIENCE_S)
        time.sleep(UNTIL_ASLEEP_S)
        ends.append(is_stopped)

    with pytest.raises(KeyboardInterrupt), Ahead(stopped.set) as ahead:
        ahead.add(work)
    return stopped


@pytest.mark.usefixtures("_interruptible")
def test_an_interruption_while_the_block_waits_at_its_end_ends_the_work():
    assert interrupted_at_its_end([]).is_set()


@pytest.mark.usefixtures("_interruptible")
def test_after_an_interruption_the_block_ends_when_the_work_has_ended():
    ends: list[bool] = []
    interrupted_at_its_end(ends)
    assert ends == [True]
