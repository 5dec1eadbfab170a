"""What the guard costs and gains: ``python benchmarks`` prints a table and writes ``results.json`` and ``results.png``.

Guarded and plain servers, and kernels with Kishu, run side by side and take turns.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

import measures
from environments import DATA
from live import Server
from report import Result, at_most, difference, ratio, table, write
from rivals import ATTACH_KISHU, RIVALS


async def measure(scale: float, kishu: str) -> list[Result]:
    """Measure everything.

    Parameters
    ----------
    scale : float
        Factor on the number of repetitions.
    kishu : str
        Name of a kernel with Kishu, "" to leave it out.
    """

    def times(count: int) -> int:
        return max(3, round(scale * count))

    async with AsyncExitStack() as stack:
        guarded = measures.Contender("guarded", await stack.enter_async_context(Server(guarded=True)))
        plain = measures.Contender("plain", await stack.enter_async_context(Server(guarded=False)))
        pair = [guarded, plain]
        results = [
            difference("a trivial cell", await measures.cell(pair, measures.TRIVIAL, times(300)), 0.3),
            difference("a cell that plots a line", await measures.cell(pair, measures.PLOT, times(60)), 3),
            difference(
                "restart to a trivial cell's output", await measures.restart_to_trivial_cell(pair, times(20)), 150
            ),
            ratio(
                "a plot 3 s after the restart",
                await measures.first_plot_after_restart(pair, times(10), {"guarded": "", "plain": measures.SETUP}),
                1.1,  # Matplotlib's import is nearly all of it: after a restart nothing is imported before a cell asks
            ),
            difference("a kernel's start", await measures.kernel_start(pair, times(15)), 50),
            *[
                at_most(
                    f"the agent's start {of}, processor time",
                    await measures.agent_start(plain, times(15), compiled=compiled),
                    most,
                )
                for of, compiled, most in (("as source", False, 40), ("compiled", True, 25))
            ],
        ]
        if kishu:  # by itself and less often: a cell takes it seconds
            rival = measures.Contender("Kishu", plain.server, kishu, ATTACH_KISHU)
            for result, code in zip(results, (measures.TRIVIAL, measures.PLOT), strict=False):
                result.milliseconds |= await measures.cell([rival], code, times(10))
    return results


def main() -> None:
    """Measure, print and write."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--scale", type=float, default=1.0, help="factor on the repetitions (1)")
    arguments.add_argument("--no-kishu", action="store_true", help="leave Kishu out")
    options = arguments.parse_args()
    os.environ["JUPYTER_PATH"] = str(DATA)
    kishu = "" if options.no_kishu else RIVALS.make()
    results = asyncio.run(measure(options.scale, kishu))
    print(table(results))
    write(results)


if __name__ == "__main__":
    main()
