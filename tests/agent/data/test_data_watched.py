"""Hostile objects in a kernel whose data is saved: from first look to what comes back, nothing of them is called."""

from __future__ import annotations

import json

from aftermath import reasons
from data_kernels import crash, run, settle

WATCHER = """
import os
def called(what):
    with open("calls", "a") as file: file.write(what + "\\n")
def watched(name):
    def method(*arguments, **keywords):
        called(name)
        raise RuntimeError(name)
    method.__module__ = "theirs"
    return method
NAMES = ("getattr getattribute reduce reduce_ex getstate getnewargs getnewargs_ex iter len bool eq ne lt hash repr str "
         "format sizeof dir del copy deepcopy array array_interface array_struct index int float call enter exit await "
         "aiter contains getitem next get instancecheck subclasscheck fspath buffer mro_entries").split()
class Meta(type):
    pass
for name in ("hash", "eq", "instancecheck", "subclasscheck", "call", "iter", "len", "bool", "repr", "dir"):
    setattr(Meta, f"__{name}__", watched("metaclass " + name))
PROPERTIES = "__class__ __dict__ dtype shape values keys items to_numpy figure axes __wrapped__ _metadata".split()
def make(base=object, module="theirs", meta=type):
    names = {f"__{name}__": watched(f"{base.__name__} {name}") for name in NAMES}
    names.update({name: property(watched(f"{base.__name__} {name}")) for name in PROPERTIES})
    return base.__new__(type.__new__(meta, "Hostile", (base,), {"__module__": module, **names}))
import types
class LazyModule(types.ModuleType):
    def __getattribute__(self, name): called("module " + name); raise RuntimeError
"""
"""A module: what is defined in it is not of a cell, and is found by its name."""

FIRST = """
import theirs, sys, types, weakref, collections, numpy as np, pandas as pd
proxies = [theirs.make(module=name) for name in ("theirs", "__main__", "numpy", "builtins", "matplotlib.figure")]
subclasses = {kind.__name__: theirs.make(kind) for kind in (list, dict, str, int, set, collections.deque, Exception)}
counter = theirs.make(collections.Counter, "__main__")
arrays = np.empty(2, dtype=object)
arrays[0], arrays[1] = theirs.make(), theirs.make()
meta = theirs.make(meta=theirs.Meta); kind = type.__new__(theirs.Meta, "Kind", (), {})
lazy = theirs.LazyModule("lazy"); sys.modules["lazy"] = lazy; sys.modules["pandas_stub"] = theirs.make()
bound = types.MethodType(len, theirs.make()); partial = __import__("functools").partial(len, theirs.make())
def closure(held=theirs.make()):
    return lambda: held
inside = closure()
class Holder: pass
holder = Holder(); holder.proxy = theirs.make()
generator = (each for each in [theirs.make()]); good = {"a": [1]}
plain = proxies[0]
"""


async def test_nothing_of_hostile_objects_is_called_from_the_first_look_to_what_comes_back(start_kernel, tmp_path):
    (tmp_path / "theirs.py").write_text(WATCHER)
    async with start_kernel(agent=False) as kernel:
        await run(kernel, FIRST)
        calls = tmp_path / "calls"
        assert not calls.exists(), calls.read_text()
        await kernel.run("good['a'].append(2)")
        await kernel.run("proxies, subclasses, arrays, meta, kind, lazy, bound, partial, inside, holder, generator; 1")
        await kernel.run(
            "del plain; other = good; import matplotlib.pyplot as plt; fig, ax = plt.subplots(); ax.plot([1])"
        )
        await settle(kernel)
        await kernel.run("third = 3")
        await settle(kernel)
        state = kernel.saved()
        assert (state["status"], state["message"]) == ("live", "")
        named = {each["name"] for each in state["data"]["unsaved"]}
        assert {"proxies", "subclasses", "arrays", "meta", "kind", "bound", "partial", "inside", "holder"} <= named
        assert not calls.exists(), calls.read_text()
        why = reasons(await crash(kernel))
        assert {f"the name {name}" for name in named} <= {*why}
        assert await kernel.value("[good, other is good, third]") == [{"a": [1, 2]}, True, 3]
        await settle(kernel)
        assert not calls.exists(), calls.read_text()


async def test_what_handlers_change_between_cells_is_saved_when_the_kernel_is_idle(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(
            kernel, "x = [1]\ndef hook(*args): x.append(len(x))\nget_ipython().events.register('post_run_cell', hook)"
        )
        await kernel.run("1")
        await kernel.run("2")
        await settle(kernel)
        await crash(kernel)
        assert await kernel.value("x") == [1, 1, 2, 3]


async def test_a_low_limit_of_recursion_keeps_nothing_from_being_saved(start_kernel):
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "import sys; x = [1]; sys.setrecursionlimit(100)", "y = {'a': {'b': {'c': [x]}}}")
        assert await kernel.value("sys.getrecursionlimit()") == 100
        await settle(kernel)
        await crash(kernel)
        assert await kernel.value("y") == {"a": {"b": {"c": [[1]]}}}


async def test_that_there_was_no_room_is_not_said_any_longer_than_it_is_so(start_kernel):
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, ({}, resource.RLIM_INFINITY))"
    async with start_kernel(agent=False) as kernel:
        await run(kernel, "x = [1]; import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)")
        await kernel.run(limit.format(2000))
        await kernel.run("y = ['a' * 3000]")
        await kernel.run("x.append(2)")
        await kernel.run(limit.format("resource.RLIM_INFINITY"))
        await kernel.run("z = 1")
        await settle(kernel)
        assert kernel.saved()["message"] == ""
        assert reasons(await crash(kernel)) == {}
        assert json.dumps(await kernel.value("[x, len(y[0]), z]")) == "[[1, 2], 3000, 1]"


async def test_a_stub_in_the_place_of_matplotlib_is_not_asked_and_data_is_saved(start_kernel):
    stub = "class Stub:\n    def __getattr__(self, name): asked.append(name); raise RuntimeError(name)\n"
    async with start_kernel(agent=False) as kernel:
        await run(kernel, f"import sys; asked = []\n{stub}sys.modules['matplotlib'] = Stub()", "x = [1]", "x.append(2)")
        assert await kernel.value("asked") == []
        await settle(kernel)
        assert kernel.saved()["status"] != "error"
        await crash(kernel)
        assert await kernel.value("x") == [1, 2]
