"""The agent's source as one text, the way it travels into a kernel that does not have this package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

PARTS = (
    "diary",
    "rcparams",
    "backends",
    "inline",
    "aliases",
    "fonts",
    "settings",
    "restore",
    "canvases",
    "managers",
    "sightings",
    "registrations",
    "reductions",
    "pickler",
    "pickling",
    "signing",
    "checkpoint",
    "marks",
    "strays",
    "listing",
    "figures",
    "preparation",
    "revival",
    "keeping",
    "memory",
    "deferral",
    "recovery",
    "state",
    "standing",
    "comeback",
    "discretion",
    "watcher",
    "__init__",
)
"""The agent's modules, each after those that it imports."""

HEAD = '''\
"""The agent of jupyter-mpl-guard, complete: what the server sends into a Python kernel.

Executed in a cell or sent by the server, this text makes one module, `_jupyter_mpl_guard`, in `sys.modules`, and
leaves no name behind. The sources below are the files of the package's folder `agent`, unchanged, and cloudpickle's
one module (https://github.com/cloudpipe/cloudpickle, BSD-3-Clause), which is loaded when the first figure is saved.
"""
'''

TAIL = '''\
def _jupyter_mpl_guard_load(parts, version):
    """Make the agent's module of its parts, unless this very version is there already.

    A part runs when it is first used: most kernels never need those that bring figures back.
    """
    import linecache
    import sys
    import types

    class Part(types.ModuleType):
        def __getattr__(self, attribute):
            source = self.__dict__.pop("_source", None)
            if source is None:
                raise AttributeError("module " + self.__name__ + " has no attribute " + attribute)
            self.__class__ = types.ModuleType
            run(self, source)
            return getattr(self, attribute)

    def run(module, source):
        # For tracebacks and inspect.getsource.
        file = "<" + module.__name__ + ">"
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        exec(compile(source, file, "exec"), module.__dict__)

    name = "_jupyter_mpl_guard"
    running = sys.modules.get(name)
    if running is not None:
        if running.__version__ == version:
            return
        running.uninstall()
    package = types.ModuleType(name)
    package.__version__, package.__package__ = version, name
    package.cloudpickle_source = parts.pop("cloudpickle")
    sys.modules[name] = package
    try:
        main = parts.pop("__init__")
        for part, source in parts.items():
            module = Part(name + "." + part)
            module.__package__, module._source = name, source
            setattr(package, part, module)
        run(package, main)
    except BaseException:
        del sys.modules[name]
        raise
    package.same_process = running is not None


try:
    _jupyter_mpl_guard_load(_jupyter_mpl_guard_parts, {version!r})
    if __name__ != "_jupyter_mpl_guard_sent":
        __import__("sys").modules["_jupyter_mpl_guard"].install()
finally:
    del _jupyter_mpl_guard_load, _jupyter_mpl_guard_parts
'''


@cache
def agent_source() -> str:
    """Return the text that installs the agent in the kernel that executes it.

    The server runs it under the module name ``_jupyter_mpl_guard_sent`` and then asks the agent to begin; anywhere
    else the text starts the agent itself.
    """
    folder = files("jupyter_mpl_guard") / "agent"
    sources = {part: (folder / f"{part}.py").read_text("utf-8") for part in PARTS}
    sources["cloudpickle"] = (files("cloudpickle") / "cloudpickle.py").read_text("utf-8")
    version = _fingerprint(sources)
    text = [HEAD, "\n_jupyter_mpl_guard_parts = {}\n"]
    for part, source in sources.items():
        if "'''" in source:
            raise ValueError(f"{part}.py cannot travel: it contains three single quotes in a row")
        text.append(f"\n# {'-' * 20} {part}.py {'-' * 20}\n_jupyter_mpl_guard_parts[{part!r}] = r'''{source}'''\n")
    return "".join([*text, "\n\n", TAIL.replace("{version!r}", repr(version))])


def _fingerprint(sources: dict[str, str]) -> str:
    from hashlib import sha256

    return sha256("".join(sources.values()).encode()).hexdigest()[:16]
