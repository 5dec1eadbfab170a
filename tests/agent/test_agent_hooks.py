"""What stands between the agent and those who call it: the wrapper of hooks, interrupts, and timers."""

from __future__ import annotations

import ast
import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_mpl_guard.agent import interrupts, timers
from jupyter_mpl_guard.agent.safe_hook import SafeHook


def send_interrupt() -> None:
    """Interrupt this process."""
    os.kill(os.getpid(), signal.SIGINT)


def run(cell: str, shell: Any) -> list[str]:
    """Run a cell as IPython does, statement by statement; return the errors that it raised."""
    tree = ast.parse(cell)
    for transformer in list(shell.ast_transformers):
        tree = transformer.visit(tree)
    for statement in tree.body:
        try:
            exec(compile(ast.Module([statement], []), "cell", "exec"), {})
        except BaseException as error:
            return [type(error).__name__]
    return []


@pytest.fixture
def shell() -> SimpleNamespace:
    """Return a stand-in for a shell."""
    return SimpleNamespace(ast_transformers=[])


@pytest.mark.parametrize("error", [ValueError, SystemExit, GeneratorExit, asyncio.CancelledError])
def test_nothing_that_a_hook_raises_gets_out(error):
    failed: list[BaseException] = []

    def hook() -> None:
        raise error

    SafeHook(failed.append, lambda: None)(hook)()
    assert [type(each) for each in failed] == [error]


def test_a_hook_does_nothing_while_paused_in_a_child_or_in_another_thread(monkeypatch):
    called: list[str] = []
    safe_hook = SafeHook(lambda error: called.append(repr(error)), lambda: called.append("interrupted"))
    hook, anywhere = safe_hook(called.append), safe_hook(called.append, any_thread=True)
    for each, name in ((hook, "hook"), (anywhere, "anywhere")):
        thread = threading.Thread(target=each, args=(name,))
        thread.start()
        thread.join()
    assert called == ["anywhere"]
    safe_hook.pause()
    hook("paused")
    safe_hook.resume()
    hook("resumed")
    assert called == ["anywhere", "resumed"]
    process = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: process + 1)
    hook("child")
    assert called == ["anywhere", "resumed"]


@pytest.mark.parametrize("ignored", [True, False], ids=["between cells", "in a request"])
def test_an_interrupt_ends_a_hook_and_is_handed_on(ignored):
    reported: list[str] = []
    before = signal.signal(signal.SIGINT, signal.SIG_IGN if ignored else signal.default_int_handler)
    try:

        def hook() -> None:
            send_interrupt()
            reported.append("went on")

        SafeHook(lambda error: reported.append(repr(error)), lambda: reported.append("kept"))(hook)()
        assert signal.getsignal(signal.SIGINT) is (signal.SIG_IGN if ignored else signal.default_int_handler)
    finally:
        signal.signal(signal.SIGINT, before)
    assert reported == ["kept"]


def test_an_interrupt_within_a_cells_import_is_put_off_until_the_hook_has_ended():
    reported: list[str] = []
    safe_hook = SafeHook(lambda error: reported.append(repr(error)), lambda: reported.append("kept"))

    def hook() -> None:
        send_interrupt()
        reported.append("went on")

    safe_hook(hook, any_thread=True, interrupted=lambda: reported.append("delivered"))()
    assert reported == ["went on", "delivered"]


def test_a_kept_interrupt_is_for_the_cell_that_waits_and_for_no_other(shell, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(interrupts, "perf_counter", lambda: now[0])
    kept = interrupts.Interrupts(shell)
    kept.keep()
    now[0] += interrupts.WAITING / 2
    kept.cell_begins()
    assert run("'docstring'\nx = 1", shell) == ["KeyboardInterrupt"]
    kept.cell_ends()
    kept.cell_begins()
    assert run("x = 1", shell) == []
    kept.keep()
    now[0] += 2 * interrupts.WAITING
    kept.cell_begins()
    assert run("x = 1", shell) == []


def test_an_interrupted_cell_without_statements_is_none(shell):
    kept = interrupts.Interrupts(shell)
    kept.interrupt_cell()
    kept.interrupt_cell()
    assert len(shell.ast_transformers) == 1
    assert run("# nothing", shell) == []
    kept.cell_ends()
    kept.cell_ends()
    assert shell.ast_transformers == []


def test_an_interrupt_that_is_deferred_is_raised_at_the_end():
    done = []
    before = signal.getsignal(signal.SIGINT)

    def work() -> None:
        with interrupts.deferred():
            send_interrupt()
            done.append(True)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == [True]
    assert signal.getsignal(signal.SIGINT) is before


async def test_a_timer_calls_back_once_from_whichever_thread_it_is_started():
    loop = asyncio.get_running_loop()
    called = asyncio.Queue()
    timer = timers.Timer(loop, lambda: called.put_nowait("called"))
    assert timer.start(0)
    assert timer.start(0)
    assert timer.pending
    await called.get()
    assert not timer.pending
    thread = threading.Thread(target=timer.start_from_thread, args=(0,))
    thread.start()
    await called.get()
    thread.join()
    timer.start(0)
    timer.cancel()
    timer.cancel()
    loop.call_later(0.01, called.put_nowait, "later")
    assert await called.get() == "later"
    assert timers.Timer(None, called.put_nowait).start(0) is False


@contextmanager
def shell_channel(done: list[str]) -> Iterator[Callable[[], object]]:
    """Yield a function that sends a message, which a task handles in a later turn of the loop than reads it."""
    loop = asyncio.get_running_loop()
    read, write = os.pipe()
    tasks: list[asyncio.Task[None]] = []

    async def handle() -> None:
        await asyncio.sleep(0)
        done.append("message")

    def receive() -> None:
        loop.remove_reader(read)
        tasks.append(loop.create_task(handle()))

    loop.add_reader(read, receive)
    yield lambda: os.write(write, b"x")
    os.close(read)
    os.close(write)


async def until_done(done: list[str], count: int) -> None:
    """Wait until so many things are done."""
    async with asyncio.timeout(60):
        while len(done) < count:
            await asyncio.sleep(0.001)


async def test_a_message_that_was_read_when_a_timer_ended_is_handled_first():
    done: list[str] = []
    with shell_channel(done) as send:
        timers.Timer(asyncio.get_running_loop(), lambda: done.append("timer")).start(0.01)
        send()
        time.sleep(0.02)  # both are due in the next turn of the loop
        await until_done(done, 2)
    assert done == ["message", "timer"]


async def test_a_message_that_comes_while_another_timer_is_at_work_is_handled_before_the_next():
    done: list[str] = []
    loop = asyncio.get_running_loop()
    with shell_channel(done) as send:

        def work() -> None:
            done.append("first")
            send()
            time.sleep(0.05)  # the second is due by now

        timers.Timer(loop, work).start(0.01)
        timers.Timer(loop, lambda: done.append("second")).start(0.01)
        await until_done(done, 3)
    assert done == ["first", "message", "second"]


async def test_a_timer_of_a_loop_that_is_always_late_calls_back_all_the_same():
    loop = asyncio.get_running_loop()
    called = asyncio.Queue()

    def hog() -> None:
        time.sleep(0.02)
        hogs.append(loop.call_soon(hog))

    hogs = [loop.call_soon(hog)]
    timers.Timer(loop, lambda: called.put_nowait("called")).start(0)
    async with asyncio.timeout(60):
        assert await called.get() == "called"
    hogs[-1].cancel()


async def test_work_for_an_idle_kernel_goes_on_whatever_a_piece_raises(monkeypatch):
    monkeypatch.setattr(timers, "QUIET", 0.0)
    done = asyncio.Queue()

    def fail() -> None:
        raise SystemExit

    timers.IdleWork(
        asyncio.get_running_loop(),
        [fail, lambda: done.put_nowait("piece")],
        lambda: False,
        lambda: done.put_nowait("done"),
    )
    assert [await done.get(), await done.get()] == ["piece", "done"]


def test_a_kernel_is_busy_in_a_cell_and_right_after_it(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(timers, "perf_counter", lambda: now[0])
    loop = timers.KernelLoop(None, lambda hook: hook, lambda: False)
    now[0] += 2 * timers.QUIET
    assert not loop.is_busy()
    loop.cell_begins()
    now[0] += 2 * timers.QUIET
    assert loop.is_busy()
    loop.cell_ends()
    assert loop.is_busy()
    now[0] += 2 * timers.QUIET
    assert not loop.is_busy()


async def test_any_thread_may_have_something_called_by_the_loop():
    called = asyncio.Queue()
    reported: list[str] = []
    loop = timers.KernelLoop(
        asyncio.get_running_loop(), SafeHook(lambda error: reported.append(repr(error)), lambda: None), lambda: False
    )

    def note() -> None:
        called.put_nowait(threading.current_thread() is threading.main_thread())
        raise SystemExit

    thread = threading.Thread(target=loop.from_thread(note))
    thread.start()
    assert await called.get() is True
    thread.join()
    assert reported == ["SystemExit()"]
    timers.KernelLoop(None, lambda hook: hook, lambda: False).from_thread(note)()
    assert called.empty()
