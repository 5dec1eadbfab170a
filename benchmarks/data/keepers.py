"""What keeps a notebook's names over a crash: the guard, and what people use in its place."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from kernels import Kernel
from rivals import ATTACH_KISHU
from running import guard, settled


class Keeper:
    """One way of keeping names. This one keeps nothing: with it, cells cost what they cost by themselves.

    Attributes
    ----------
    name : str
        Its name.
    """

    name = "nobody"

    async def begin(self, kernel: Kernel) -> None:
        """Switch it on in a kernel that has just started."""

    async def after_cell(self, kernel: Kernel) -> None:
        """Do what a user has to do after each cell."""

    async def bytes(self, kernel: Kernel, folder: Path) -> int:
        """Return the bytes on disk when the kernel has been idle; the folder is the kernel's."""
        return 0

    async def restore(self, kernel: Kernel) -> float:
        """Restore the names in the kernel's next process and return the milliseconds that it took."""
        return 0.0


class Guard(Keeper):
    """The guard: names come back when cells mention them, so that the time for that is part of theirs."""

    name = "guard"

    async def begin(self, kernel: Kernel) -> None:
        """Install the agent."""
        await guard(kernel, "manual")

    async def bytes(self, kernel: Kernel, folder: Path) -> int:
        """Wait until everything is saved and return the size of the diary."""
        await settled(kernel)
        return _size(Path(kernel.diary.folder))

    async def restore(self, kernel: Kernel) -> float:
        """Install the agent in the next process."""
        started = perf_counter()
        await guard(kernel, "crash")
        return 1000 * (perf_counter() - started)


class Dill(Keeper):
    """The whole namespace, dumped after each cell and loaded after the crash."""

    name = "dill"

    async def after_cell(self, kernel: Kernel) -> None:
        """Dump it, if it can be dumped."""
        await kernel.run("try: __import__('dill').dump_module('all.pickle')\nexcept Exception: pass")

    async def bytes(self, kernel: Kernel, folder: Path) -> int:
        """Return the size of the dump."""
        return _size(folder / "all.pickle")

    async def restore(self, kernel: Kernel) -> float:
        """Load the dump."""
        started = perf_counter()
        await kernel.run("try: __import__('dill').load_module('all.pickle')\nexcept Exception: pass")
        return 1000 * (perf_counter() - started)


class Kishu(Keeper):
    """A commit after each cell, the last of which is checked out."""

    name = "kishu"

    def __init__(self) -> None:
        self._commit = ""

    async def begin(self, kernel: Kernel) -> None:
        """Attach it."""
        await kernel.run(ATTACH_KISHU)

    async def bytes(self, kernel: Kernel, folder: Path) -> int:
        """Record the last commit and return the size of all."""
        told = await kernel.run(
            "mine = get_ipython().user_ns['_kishu']; print(mine._kishu_graph.head(), mine.database_path()); del mine"
        )
        self._commit, database = told.split()[-2:]
        return _size(folder / database)

    async def restore(self, kernel: Kernel) -> float:
        """Attach it again and check the commit out."""
        await kernel.run(ATTACH_KISHU)
        started = perf_counter()
        await kernel.run(f"get_ipython().user_ns['_kishu'].checkout({self._commit!r}); None")
        return 1000 * (perf_counter() - started)


def _size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(each.stat().st_size for each in files if each.is_file())
