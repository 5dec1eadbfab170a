"""Kernels that are killed at random moments while cells change values in place: what comes back is never stale."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
from pathlib import Path

import pytest
from fork_server import IMPORTED
from kernels import LIMIT, Kernel

KILLS = int(os.environ.get("MPL_GUARD_TEST_DATA_KILLS", 10))
"""How many kernels are killed."""

AT_ONCE = 2
"""How many kernels run at the same time, in each of the tests."""

SEEDS = (1, 2)

IDLE = 2.5
"""Seconds after which what is small has been saved, also on a machine that has other things to do."""

RECORDER = """
import json, os
__name__ = "matplotlib.recorder"
def shown(names):
    import numpy, pandas
    def show(value):
        if isinstance(value, numpy.ndarray): return [value.shape, float(value.sum()), value.tobytes().hex()[:4000]]
        if isinstance(value, pandas.DataFrame): return value.to_json()
        if isinstance(value, numpy.random.Generator): return str(value.bit_generator.state)
        if type(value).__name__ == "Box": return [show(each) for each in vars(value).values()]
        return repr(value)
    found = {name: show(names[name]) for name in NAMES if name in names}
    if "get" in names: found["get"] = names["get"]()
    pairs = {"l in d": "names['d']['l'] is names['l']", "v of a": "numpy.shares_memory(names['v'], names['a'])",
             "o of l": "names['o'].items is names['m']"}
    for key, code in pairs.items():
        try: found[key] = eval(code)
        except KeyError: pass
    return found
NAMES = ["a", "v", "big", "df", "l", "m", "d", "o", "s", "g", "rng", "n"]
def start(shell):
    count = [0]
    def after(result):
        text = json.dumps(shown(shell.user_ns))
        with open(f"record-{count[0]}.part", "w") as file: file.write(text)
        os.replace(f"record-{count[0]}.part", f"record-{count[0]}")
        count[0] += 1
    shell.events.register("post_run_cell", after)
"""
"""A module, which the agent does not follow: after each cell it writes down what there is.

It says that it is one of Matplotlib's: no cell counts as plain around which code of others runs.
"""

FIRST = """
import numpy as np, pandas as pd
a = np.arange(20.0); v = a[::2]; big = np.zeros(300_000)
df = pd.DataFrame({"x": range(5), "y": list("abcde")})
l = [1]; m = []; d = {"l": l}; s = "text"; g = [0]; n = 0
rng = np.random.default_rng(1)
class Box:
    def __init__(self): self.items = m; self.x = 0
    def put(self, value): self.items.append(value)
o = Box()
def change(value):
    global n
    g.append(value); n = n + value
def make():
    count = 0
    def up():
        nonlocal count
        count += 1
    return up, lambda: count
up, get = make()
"""

CHANGES = (
    "a[{i}] += {k}",
    "v[{i} % 10] = {k}",
    "a = a * 2; v = a[::2]",
    "big[{k}] = {k}",
    "df.loc[{i} % 5, 'x'] = {k}",
    "df['c{k}'] = {k}",
    "l.append({k})",
    "d['l'].append(-{k})",
    "d['k{k}'] = [{k}]; d.pop('k3', None)",
    "m.append({k})",
    "o.put({k})",
    "o.x = {k}",
    "up()",
    "change({k})",
    "s = s + '{k}'",
    "s = 'same'",
    "rng.random()",
    "l2 = l; l2.append({k})",
    "import random; random.shuffle(l)",
    "for each in (l, m, g): each.append({k})",
    "t = d['l']; t[:] = [{k}]",
    "n = {k}",
    "n += {i}",
    "s = s[1:] + 'abc'",
    "n, s = len(s), s * 2 if len(s) < 50 else ''",
)
"""What cells do."""


async def change_and_be_killed(folder: Path, seed: int) -> list[str]:
    """Start a kernel, change values in it, kill it, and return what is wrong with what comes back."""
    chance = random.Random(seed)
    folder.mkdir()
    kernel = Kernel("python3")
    await kernel.start(str(folder), **{IMPORTED: "numpy,pandas"})
    try:
        (folder / "recorder.py").write_text(RECORDER, "utf-8")
        await kernel.run("import recorder; recorder.start(get_ipython())", silent=True)
        await kernel.begin("manual", data="all")
        cells = [FIRST]
        for _ in range(chance.randrange(3, 9)):
            code = "\n".join(chance.sample(CHANGES, chance.randrange(1, 3)))
            cells.append(code.format(i=chance.randrange(20), k=chance.randrange(1, 1000)))
        await kernel.run(cells[0])
        is_idle = chance.random() < 0.3
        sent = []
        for cell in cells[1:]:
            pause = chance.choice([0, 0, 0, 0.01, 0.05, 0.4])
            sleep = f"\n__import__('time').sleep({pause})" if pause else ""
            sent.append(kernel._client.execute(cell + sleep))
            await asyncio.sleep(chance.choice([0, 0, 0.02, 0.3]))
        if is_idle:
            await asyncio.wait_for(_reply(kernel, sent[-1]), LIMIT)
            await asyncio.sleep(IDLE)
        else:
            await asyncio.sleep(chance.random() * 0.6)
        os.kill(kernel.manager.provisioner.process.pid, signal.SIGKILL)
        async with asyncio.timeout(LIMIT):
            while await kernel.manager.is_alive():
                await asyncio.sleep(0.01)
        records = _records(folder)
        await kernel.crash()
        await kernel.begin("crash", data="all")
        await kernel.run("import recorder, json; open('back', 'w').write(json.dumps(recorder.shown(globals())))")
        back = json.loads((folder / "back").read_text())
        return [f"seed {seed}: {each}; cells {cells[1:]}" for each in _faults(back, records, is_idle=is_idle)]
    finally:
        await kernel.stop()


async def _reply(kernel: Kernel, message: str) -> None:
    while (await kernel._client.get_shell_msg())["parent_header"].get("msg_id") != message:
        pass


def _records(folder: Path) -> list[dict[str, object]]:
    """Return what each cell has left; the last one may have ended when its kernel did not know of that yet."""
    numbers = sorted(int(path.name.partition("-")[2]) for path in folder.glob("record-*") if "." not in path.name)
    return [json.loads((folder / f"record-{number}").read_text()) for number in numbers]


def _faults(back: dict[str, object], records: list[dict[str, object]], *, is_idle: bool) -> list[str]:
    last, before = records[-1], records[-2] if len(records) > 1 and not is_idle else records[-1]
    found = [
        f"{name} is {str(value)[:100]}, was {str(last.get(name))[:100]} after {str(before.get(name))[:100]}"
        for name, value in back.items()
        if value not in (last.get(name), before.get(name))
    ]
    return found + [f"{name} is lost" for name in last if is_idle and name not in back]


@pytest.mark.timeout(300 + 10 * KILLS)
@pytest.mark.parametrize("seed", SEEDS)
async def test_no_value_comes_back_that_is_not_that_of_the_last_finished_cell(start_kernel, tmp_path, seed):
    waiting = [1000 * seed + number for number in range(KILLS // len(SEEDS))]
    faults: list[str] = []

    async def work() -> None:
        while waiting:
            number = waiting.pop()
            faults.extend(await change_and_be_killed(tmp_path / str(number), number))

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    assert faults == []
