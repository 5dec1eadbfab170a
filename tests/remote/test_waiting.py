"""Waiting for a busy kernel costs next to nothing, however many wait and whatever it prints."""

from __future__ import annotations

import asyncio

import pytest
from aftermath import until
from kernels import LIMIT
from server_kernels import PLOT
from server_notebooks import guard_of

from jupyter_mpl_guard.agent.protocol import Reinit
from jupyter_mpl_guard.agent_client.client import AgentClient
from jupyter_mpl_guard.guard import restore_request
from jupyter_mpl_guard.guard.refusals import TooManyRequests
from jupyter_mpl_guard.guard.restore_request import QUEUE_LIMIT, RestoreQueue


async def test_however_many_ask_for_the_same_one_task_waits(call, kernel, run, occupied, jp_serverapp):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    guarded = await guard_of(jp_serverapp).kernels.get(kernel_id)
    async with occupied(kernel_id):
        for figures in ("auto", "all"):
            for _ in range(30):
                body = {"kernel_id": kernel_id, "figures": figures, "timeout": 0}
                assert (await call("POST", "reinit", body))[0] == 202
        assert len(guarded.jobs) <= 3  # one is being carried out, and those for all figures wait behind it
    await until(lambda: not guarded.jobs)
    assert (await call("POST", "reinit", {"kernel_id": kernel_id}))[1]["status"] == "live"


class Kernel:
    """A kernel for which tasks can be started."""

    def start_job(self, job):
        return asyncio.create_task(job)


@pytest.fixture
def carried_out(monkeypatch):
    """Record the requests that are carried out, each of which takes until the event is set."""
    done, go_on = [], asyncio.Event()

    async def carry_out(kernel, reinit):
        await go_on.wait()
        done.append(reinit)
        if reinit.backend == "broken":
            raise RuntimeError("broken")

    monkeypatch.setattr(restore_request, "_carry_out", carry_out)
    return done, go_on


async def test_different_requests_are_carried_out_in_their_order_up_to_a_limit(carried_out):
    done, go_on = carried_out
    queue = RestoreQueue(Kernel())
    wanted = [Reinit(backend=f"b{number}") for number in range(QUEUE_LIMIT)]
    first = queue.task(Reinit())
    await asyncio.sleep(0)
    tasks = [queue.task(each) for each in wanted]
    assert queue.task(wanted[-1]) is queue.task(Reinit()) is tasks[-1]
    with pytest.raises(TooManyRequests):
        queue.task(Reinit(backend="more"))
    go_on.set()
    await asyncio.gather(first, *tasks)
    assert (done, queue.is_empty) == ([Reinit(), *wanted], True)


async def test_a_request_that_fails_does_not_stop_the_next_one(carried_out):
    done, go_on = carried_out
    queue = RestoreQueue(Kernel())
    go_on.set()
    broken, other = queue.task(Reinit(backend="broken")), queue.task(Reinit(backend="agg"))
    await asyncio.wait({broken, other})
    assert (str(broken.exception()), other.exception(), len(done), queue.is_empty) == ("broken", None, 2, True)


async def test_too_many_different_requests_are_answered_with_429(call, kernel, run, occupied):
    kernel_id = await kernel()
    await run(kernel_id, PLOT)
    async with occupied(kernel_id):
        answers = {}
        for number in range(QUEUE_LIMIT + 3):
            figures = ("all", "none")[number % 2]
            code, answer = await call("POST", "reinit", {"kernel_id": kernel_id, "figures": figures, "timeout": 0})
            answers[code] = answer["message"]
        assert (set(answers), answers[429][:8]) == ({202, 429}, "Too many")


async def test_what_a_busy_kernel_prints_does_not_reach_who_waits_for_its_agent(start_kernel):
    async with start_kernel() as kernel, AgentClient(kernel.manager, kernel._context) as client:
        await client.ask({"action": "begin", "trigger": "manual", "incarnation": 1}, install=True)
        socket = client._channels._client.iopub_channel.socket
        while await socket.poll(0):
            await socket.recv_multipart()
        cell = asyncio.create_task(kernel.run("import sys\nfor i in range(50): print('x' * 10000, flush=True)"))
        await asyncio.wait_for(client.ask({"action": "reinit"}), LIMIT)
        await cell
        topics = []
        while await socket.poll(100):
            topics.append((await socket.recv_multipart())[0])
        assert set(topics) <= {b"jupyter-mpl-guard"}
