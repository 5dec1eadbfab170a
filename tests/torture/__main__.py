"""Do to saved plots what machines do: cut the power, kill, fill the disk, fail to read, turn the clock.

Prints for each kind how often it was tried and how often something was lost that had been saved, and exits with 1 if
anything was. What was lost is listed.
"""

from __future__ import annotations

import argparse
import errno
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from faults import clocks, errors_at_each_step, kills_at_each_step, kills_at_random, two_machines, two_servers  # noqa: E402
from power import CannotMount, cuts  # noqa: E402


def main() -> int:
    """Run all kinds and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=200, help="how often the power is cut")
    parser.add_argument("--kills", type=int, default=600, help="how often a process is killed at random")
    parser.add_argument(
        "--pairs", type=int, default=200, help="how often two servers start at once, on one machine and on two"
    )
    parser.add_argument("--clocks", type=int, default=100, help="how often the clock is turned")
    parser.add_argument("--step", type=int, default=3, help="every how many calls one fails")
    parser.add_argument("--kill-step", type=int, default=1, help="at every how many calls a process is killed")
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--only", metavar="KIND", help="only this kind")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    kinds: dict[str, Iterator[tuple[str, bool]]] = {
        "killed at each call": kills_at_each_step(options.kill_step),
        "killed at random": kills_at_random(options.kills, chance),
        "disk full for a while": errors_at_each_step(errno.ENOSPC, 40, options.step),
        "disk error, once": errors_at_each_step(errno.EIO, 1, options.step),
        "stale handle, twice": errors_at_each_step(errno.ESTALE, 2, options.step),
        "too many open files": errors_at_each_step(errno.EMFILE, 10, options.step),
        "two servers at once": two_servers(options.pairs),
        "two machines at once": two_machines(options.pairs),
        "clock wrong for once": clocks(options.clocks, chance),
        "power cut": cuts(options.cuts, chance, 0.02),
    }
    if options.only:
        kinds = {options.only: kinds[options.only]}
    tried_in_all = lost_in_all = 0
    for kind, trials in kinds.items():
        tried, lost, started = 0, [], time.monotonic()
        try:
            for what, is_kept in trials:
                tried += 1
                lost += [] if is_kept else [what]
        except CannotMount as error:
            print(f"{kind:24} skipped: {error}", flush=True)
            continue
        print(f"{kind:24} {tried:5} tried {len(lost):5} lost   ({time.monotonic() - started:.0f} s)", flush=True)
        for what in lost[:5]:
            print(f"    {what}", flush=True)
        tried_in_all, lost_in_all = tried_in_all + tried, lost_in_all + len(lost)
    print(f"{'in all':24} {tried_in_all:5} tried {lost_in_all:5} lost")
    return 1 if lost_in_all else 0


if __name__ == "__main__":
    sys.exit(main())
