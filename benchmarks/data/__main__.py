"""Which share of a notebook's cells goes on after its kernel has been killed, with the output that they always have.

Prints a table, and lists what differed. Notebooks whose packages the kernel does not have are skipped.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from time import perf_counter

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "tests" / "support")]

from kernels import Kernel  # noqa: E402
from kills import Manner, outcome, reference  # noqa: E402
from notebooks import Notebook, corpus  # noqa: E402
from running import kernel_named  # noqa: E402

SHARES = (0.25, 0.5, 0.75)


async def main() -> int:
    """Run all notebooks and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", help="names of notebooks; all where none is given")
    parser.add_argument(
        "--kernel", default="", help="name of a kernel's specification; by default one that has all packages"
    )
    parser.add_argument("--every", action="store_true", help="kill in every manner at every share, not in one at each")
    parser.add_argument("--wait", type=float, default=0.0, help="seconds that saving may take before a cell")
    parser.add_argument("--least", type=float, default=0.95, help="share of cells that have to go on")
    options = parser.parse_args()
    with kernel_named(options.kernel) as kernel_name:
        chosen = [each for each in corpus() if not options.notebooks or each.name in options.notebooks]
        there = await _installed(kernel_name, sorted({name for each in chosen for name in each.needs}))
        following = failed = 0
        for notebook in chosen:
            if lacking := [name for name in notebook.needs if name not in there]:
                print(f"{notebook.name:24} skipped: {', '.join(lacking)} is not there", flush=True)
                continue
            counts = await _tried(notebook, kernel_name, options.wait, every=options.every)
            following, failed = following + counts[0], failed + counts[1]
    share = 1 - failed / max(following, 1)
    print(f"{'in all':24} {following - failed:4} of {following:4} go on: {share:.1%}")
    return 0 if share >= options.least else 1


async def _tried(notebook: Notebook, kernel: str, wait: float, *, every: bool) -> tuple[int, int]:
    started = perf_counter()
    expected = await reference(notebook, kernel, wait)
    manners = list(Manner)
    tries = (
        [(share, manner) for share in SHARES for manner in manners]
        if every
        else list(zip(SHARES, manners, strict=True))
    )
    following = failed = 0
    lines = []
    for share, manner in tries:
        found = await outcome(notebook, kernel, share, manner, expected, wait)
        following, failed = following + found.following, failed + len(found.failed)
        lines += [f"    killed {manner.value} at {share:.0%}: {each}" for each in found.failed]
    took = perf_counter() - started
    print(f"{notebook.name:24} {following - failed:4} of {following:4} go on   ({took:.0f} s)", flush=True)
    print(*lines, sep="\n", end="\n" if lines else "", flush=True)
    return following, failed


async def _installed(kernel_name: str, packages: list[str]) -> set[str]:
    kernel = Kernel(kernel_name)
    await kernel.start()
    try:
        code = f"import importlib.util\nfor name in {packages!r}:\n    if importlib.util.find_spec(name): print(name)"
        return set((await kernel.run(code)).split())
    finally:
        await kernel.stop()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
