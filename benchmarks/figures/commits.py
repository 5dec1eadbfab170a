"""Kishu, which commits the namespace after every cell and checks a commit out again."""

from __future__ import annotations

from live import Client, Server
from rescuers import Back, Saved
from rivals import ATTACH_KISHU, RIVALS


class Kishu:
    """The last commit before the crash, checked out in the next process.

    Where Kishu could not pickle what a cell has made, its checkout runs the cell again: that is told as missing.
    """

    name, guarded, kernel, prologue = "kishu", False, RIVALS.name, ATTACH_KISHU

    _SAVE = """
def _save():
    import json, kishu, sqlite3
    mine = get_ipython().user_ns['_kishu']
    taken = [taken for cell, taken in kishu.milliseconds.items() if "'_figure_" not in cell]
    base = sqlite3.connect(mine.database_path())
    (size,) = base.execute("select coalesce(sum(length(data)), 0) from variable_snapshot").fetchone()
    print(json.dumps([mine._kishu_graph.head(), sum(taken[2:]), size]))
_save()
"""
    """Which commit it is and what the cells that draw have cost: all after the prologue and the imports that do not
    mention the probe or the stopwatch, as this one does.
    """

    _LOAD = """
def _load():
    import json, time, matplotlib.pyplot
    from kishu.planning.plan import RerunCellRestoreAction

    again, run = [], RerunCellRestoreAction.run
    RerunCellRestoreAction.run = lambda self, context: (again.append(self.cell_code), run(self, context))
    mine = get_ipython().user_ns['_kishu']
    started = time.perf_counter()
    mine.checkout(COMMIT)
    print(json.dumps([1000 * (time.perf_counter() - started), again]))
_load()
"""

    def __init__(self) -> None:
        self._commits: dict[str, str] = {}

    async def save(self, server: Server, kernel_id: str, client: Client) -> Saved:
        """Ask what the commits after the cells have cost: they are made before the next cell runs."""
        commit, milliseconds, size = await client.ask(self._SAVE)
        self._commits[kernel_id] = commit
        return Saved(milliseconds, size)

    async def restore(self, server: Server, kernel_id: str, client: Client) -> Back:
        """Check the commit out."""
        load = self._LOAD.replace("COMMIT", repr(self._commits.pop(kernel_id)))
        milliseconds, again = await client.ask(load)
        return Back(milliseconds, [f"nothing of this cell was saved, it ran again: {cell!r:.60}" for cell in again])
