"""What a careful user can do by hand after a cell: pickle into a file, and load it after the crash."""

from __future__ import annotations

from live import Client, Server
from rescuers import Back, Saved
from rivals import RIVALS


class Pickle:
    """One cloudpickle of all names that lead to figures."""

    name, guarded, kernel, prologue = "cloudpickle", False, "", ""

    _SAVE = """
def _save():
    import cloudpickle, json, time
    names = get_ipython().user_ns
    started = time.perf_counter()
    pickle = cloudpickle.dumps({name: names[name] for name in __import__('_figure_probe').plot_names(names)})
    with open(FILE, 'wb') as file:
        file.write(pickle)
    print(json.dumps([1000 * (time.perf_counter() - started), len(pickle)]))
_save()
"""
    _LOAD = """
def _load():
    import cloudpickle, pickle, time, matplotlib.pyplot
    started = time.perf_counter()
    with open(FILE, 'rb') as file:
        get_ipython().user_ns.update(pickle.load(file))
    print(1000 * (time.perf_counter() - started))
_load()
"""

    async def save(self, server: Server, kernel_id: str, client: Client) -> Saved:
        """Pickle into a file in the server's folder."""
        milliseconds, size = await client.ask(self._SAVE.replace("FILE", repr(kernel_id + ".pickle")))
        return Saved(milliseconds, size)

    async def restore(self, server: Server, kernel_id: str, client: Client) -> Back:
        """Load the file and bind the names."""
        return Back(float(await client.run(self._LOAD.replace("FILE", repr(kernel_id + ".pickle")))))


class Dill(Pickle):
    """The whole namespace with dill."""

    name, kernel = "dill", RIVALS.name

    _SAVE = """
def _save():
    import dill, json, os, time
    started = time.perf_counter()
    dill.dump_module(FILE)
    print(json.dumps([1000 * (time.perf_counter() - started), os.path.getsize(FILE)]))
_save()
"""
    _LOAD = """
def _load():
    import dill, time, matplotlib.pyplot
    started = time.perf_counter()
    dill.load_module(FILE)
    print(1000 * (time.perf_counter() - started))
_load()
"""
