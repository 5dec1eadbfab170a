"""How faithfully and at what price figures come back after a crash: ``python benchmarks/figures`` prints a table.

It writes ``figures.json`` and the plot ``figures.png``, too. Each figure of ``tests/support/figure_cases.py`` is drawn
by a cell in a kernel of its own, which is killed with SIGKILL and started again by its server. What the figures look
like is found out before and after in forks of the kernels, so that nothing is drawn in these that a user has not drawn.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "support"))
sys.path.insert(0, str(Path(__file__).parents[1]))

import figure_probe
from chart import plot
from commits import Kishu
from environments import DATA
from figure_cases import FIGURES, IDENTITIES, PRELUDE
from live import LIMIT, Client, Server
from outcomes import Case, Life, compare, table
from pickles import Dill, Pickle
from rescuers import Guard, Rescuer
from rivals import RIVALS

HERE = Path(__file__).parent
PROBE = Path(figure_probe.__file__).read_text()
STOPWATCH = (HERE / "stopwatch.py").read_text() + "\nwatch = Stopwatch(get_ipython())\n"
FIRST_DRAWS = (HERE / "first_draws.py").read_text() + "\nwatch = FirstDraws()\n"

SHOWN = "%config InlineBackend.print_figure_kwargs = {'bbox_inches': None}\n"
"""Makes the inline backend draw a figure once to show it: for a tight bounding box it would draw it twice."""

RESCUERS: dict[str, Rescuer] = {rescuer.name: rescuer for rescuer in (Guard(), Pickle(), Dill(), Kishu())}
"""Rescuers by name."""

QUICK = ("--KernelRestarter.time_to_dead=0.3",)
"""The server's option that makes it look for dead kernels more often than every three seconds."""

LIFE = 4 * LIMIT
"""Seconds after which a kernel's two lives count as failed."""

DRAWS = 3
"""How often each figure is drawn, before and after alike: all digests have to agree, and the median is the time of a
draw that is not the first."""


async def live_and_die(rescuer: Rescuer, server: Server, names: Sequence[str], backend: str) -> Life:
    """Draw cases in one kernel, kill it and see what comes back.

    Parameters
    ----------
    rescuer : Rescuer
        Who restores it.
    server : Server
        A server of the kind that the rescuer needs.
    names : sequence of str
        The cases. Where there are several, the names that each leaves get a prefix.
    backend : str
        What ``%matplotlib`` takes.
    """
    prefixes = {name: f"case_{i}_" if len(names) > 1 else "" for i, name in enumerate(names)}
    kernel_id = await server.start_kernel(rescuer.kernel)
    client = await server.connect(kernel_id)
    try:
        if rescuer.prologue:
            await client.run(rescuer.prologue)
        await install(client)
        await client.run(f"%matplotlib {backend}\n{SHOWN}{PRELUDE}")
        await client.run(figure_probe.installation(FIRST_DRAWS, "_figure_first_draws"))
        for name in names:
            await client.run(FIGURES[name])
            if prefixes[name]:
                await client.run(probe(f"rename(get_ipython().user_ns, {prefixes[name]!r})"))
        imports, _, *cells = await client.ask("print(__import__('_figure_stopwatch').watch.milliseconds)")
        saved = await rescuer.save(server, kernel_id, client)
        before = {name: await look(client, name, prefixes[name]) for name in names}
        first = {name: await first_draws(client, prefixes[name]) for name in names}
        client = await kill(server, kernel_id, client)
        if rescuer.prologue:
            await client.run(rescuer.prologue)
        back = await rescuer.restore(server, kernel_id, client)
        await install(client)
        after = {name: await look(client, name, prefixes[name]) for name in names}
    finally:
        client.close()
        await server.call("DELETE", f"api/kernels/{kernel_id}")
    again = {
        name: {key: median(each["milliseconds"]) for key, each in before[name]["figures"].items()} for name in names
    }
    draw = sum(sum((again[name] | first[name]).values()) for name in names)  # some have not been shown
    redraw = sum(sum(again[name].values()) for name in names)
    cases = [compare(name, identities(name), before[name], after[name]) for name in names]
    return Life(
        cases, imports, sum(cells), draw, redraw, saved.milliseconds, back.milliseconds, saved.bytes, back.missing
    )


async def install(client: Client) -> None:
    """Put the probe and the stopwatch into a kernel, without a name for the user."""
    await client.run(figure_probe.installation(PROBE))
    await client.run(figure_probe.installation(STOPWATCH, "_figure_stopwatch"))


def probe(call: str) -> str:
    """Return a cell that calls the probe and prints its answer as JSON."""
    return f"print(__import__('json').dumps(__import__({figure_probe.MODULE!r}).{call}))"


def identities(name: str) -> list[str]:
    """Return the expressions that must have the same value before and after."""
    return [expression for case, expression in IDENTITIES if case == name]


async def look(client: Client, name: str, prefix: str) -> dict[str, Any]:
    """Return what the probe sees of a case in a fork of the kernel, see `figure_probe.look`."""
    module = f"__import__({figure_probe.MODULE!r})"
    names = f"{module}.without(get_ipython().user_ns, {prefix!r})"
    seen = await client.ask(probe(f"aside({module}.look, {names}, {DRAWS}, {identities(name)!r})"))
    if "error" in seen:
        raise RuntimeError(f"{name}: {seen['error']}")
    return seen


async def first_draws(client: Client, prefix: str) -> dict[str, float]:
    """Return what drawing a case's figures first took, by the keys of `look`."""
    names = f"__import__({figure_probe.MODULE!r}).without(get_ipython().user_ns, {prefix!r})"
    figures = f"__import__({figure_probe.MODULE!r}).keys_of({names})"
    return await client.ask(f"print(__import__('json').dumps(__import__('_figure_first_draws').watch.of({figures})))")


async def kill(server: Server, kernel_id: str, client: Client) -> Client:
    """Kill a kernel by one of its cells and return a client that has reached the next process, as a page reconnects."""
    client.send_cell("import os; os.kill(os.getpid(), 9)")
    await asyncio.wait_for(client.restarting(), LIMIT)
    client.close()
    while True:  # the connection may still be to the old process's sockets
        client = await server.connect(kernel_id)
        try:
            request = client.send("kernel_info_request", {})
            await asyncio.wait_for(client.answer(request, "kernel_info_reply"), LIMIT / 10)
            return client
        except asyncio.TimeoutError:
            client.close()


async def measure(
    rescuer: Rescuer, names: Sequence[str], *, batch: int, at_once: int, backend: str, say: bool = True
) -> list[Life]:
    """Run all cases with one rescuer.

    Parameters
    ----------
    rescuer : Rescuer
        Who.
    names : sequence of str
        The cases.
    batch, at_once : int
        Cases in one kernel, and kernels at a time.
    backend : str
        What ``%matplotlib`` takes.
    say : bool
        Whether to print each case that did not come back as it was.
    """
    turns = asyncio.Semaphore(at_once)

    async def one(server: Server, some: Sequence[str]) -> Life:
        async with turns:
            try:
                life = await asyncio.wait_for(live_and_die(rescuer, server, some, backend), LIFE)
            except Exception as error:  # a kernel that is lost is an outcome
                life = Life([Case(name, False, False, [f"{error!r:.300}"]) for name in some])
        for case in life.cases if say else ():
            if case.why or life.missing:
                print(f"{rescuer.name}: {case.name}: {'; '.join(case.why + life.missing)}", flush=True)
        return life

    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(Server(guarded=rescuer.guarded, options=QUICK))
        batches = [names[start : start + batch] for start in range(0, len(names), batch)]
        return list(await asyncio.gather(*(one(server, some) for some in batches)))


def main() -> None:
    """Measure, print and write."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("cases", nargs="*", metavar="case", help="only cases with this in their name (all)")
    arguments.add_argument("--rescuers", nargs="+", choices=RESCUERS, default=["guard"], help="who takes part (guard)")
    arguments.add_argument("--sample", type=int, default=1, help="only every n-th case, but all for the guard (1)")
    arguments.add_argument("--batch", type=int, default=1, help="cases in one kernel (1)")
    arguments.add_argument("--at-once", type=int, default=2, help="kernels at a time (2)")
    arguments.add_argument("--backend", default="inline", help="what %%matplotlib takes (inline)")
    arguments.add_argument("--output", type=Path, default=HERE / "figures.json", help="the results; the plot is beside")
    options = arguments.parse_args()
    names = [name for name in FIGURES if not options.cases or any(part in name for part in options.cases)]
    os.environ["JUPYTER_PATH"] = str(DATA)
    lives: dict[str, list[Life]] = {}
    sample = names[:: options.sample]
    for name in options.rescuers:
        rescuer = RESCUERS[name]
        if rescuer.kernel:
            RIVALS.make()
        mine = names if rescuer.guarded else sample
        run = measure(rescuer, mine, batch=options.batch, at_once=options.at_once, backend=options.backend)
        lives[name] = asyncio.run(run)
        if len(mine) > len(sample):  # like with like
            same = [life for life in lives[name] if {case.name for case in life.cases} <= set(sample)]
            lives |= {f"{name}, sample": same} if same else {}
    print(table(lives))
    plot(lives, options.output.with_suffix(".png"))
    options.output.write_text(
        json.dumps({name: [asdict(life) for life in mine] for name, mine in lives.items()}, indent=1)
    )


if __name__ == "__main__":
    main()
