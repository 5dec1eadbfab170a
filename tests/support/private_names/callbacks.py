"""The private names of registries of callbacks."""

from __future__ import annotations

import pickle
from contextlib import nullcontext
from types import SimpleNamespace

import matplotlib
import matplotlib.pyplot as plt
from _jupyter_mpl_guard.internals import callbacks
from matplotlib.cbook import CallbackRegistry

from private_names.cases import case, handler, removed, shell


@case("matplotlib.cbook.CallbackRegistry.callbacks")
def a_registry_has_its_connections_by_signal_and_number():
    registry = CallbackRegistry()
    number = registry.connect("signal", handler)
    assert list(callbacks.connections(registry)) == [("signal", number, handler)]
    assert callbacks.reduce_without_connections(registry) is None
    state = registry.__reduce_ex__(5)[2]
    callbacks.add_connections(state, {"signal": {number: handler}})
    again = CallbackRegistry()
    again.__setstate__(state)
    assert list(callbacks.connections(again)) == [("signal", number, handler)]
    yield removed(registry, "callbacks")
    assert list(callbacks.connections(registry)) == []
    assert callbacks.reduce_without_connections(registry) is None
    callbacks.number_anew({"_cid_gen": 3}, registry)
    callbacks.add_connections({}, {"signal": {number: handler}})


@case("matplotlib.cbook.CallbackRegistry._pickled_cids")
def a_registry_knows_what_pickling_keeps():
    registry = plt.figure().canvas.callbacks
    kept = set(callbacks.pickled_numbers(registry))
    assert kept
    assert kept <= {number for _, number, _ in callbacks.connections(registry)}
    yield removed(registry, "_pickled_cids")
    assert callbacks.pickled_numbers(registry) == ()


@case("matplotlib.cbook.CallbackRegistry._cid_gen")
def a_registry_that_is_numbered_anew_is_pickled_twice_to_the_same_bytes():
    registry = CallbackRegistry()
    number = registry.connect("signal", handler)
    states = []
    for _ in range(2):
        state = registry.__reduce_ex__(5)[2]
        assert "_cid_gen" in state
        callbacks.number_anew(state, registry)
        states.append(pickle.dumps(state))
    assert states[0] == states[1]
    again = CallbackRegistry()
    again.__setstate__(state)
    assert again.connect("signal", print) > number
    yield nullcontext()
    state = {}
    callbacks.number_anew(state, registry)
    assert state == {}


@case("matplotlib.cbook.CallbackRegistry._func_cid_map")
def a_registry_without_connections_is_pickled_to_a_known_state():
    reduced = callbacks.reduce_without_connections(CallbackRegistry())
    assert (reduced is None) == (matplotlib.__version_info__ < (3, 7))
    make, arguments, state = reduced or CallbackRegistry().__reduce_ex__(5)[:3]
    registry = make(*arguments)
    registry.__setstate__(state)
    registry.connect("signal", handler)
    assert [found for _, _, found in callbacks.connections(registry)] == [handler]
    yield nullcontext()

    class Other(CallbackRegistry):
        def __getstate__(self):
            return {key: value for key, value in super().__getstate__().items() if key != "_func_cid_map"}

    assert callbacks.reduce_without_connections(Other()) is None


@case("matplotlib.widgets.Slider._observers")
def a_slider_knows_its_handlers():
    from matplotlib.widgets import Slider

    slider = Slider(plt.figure().add_subplot(), "slider", 0, 1)
    slider.on_changed(handler)
    [(signal, found)] = callbacks.observers(slider)
    assert signal == "changed"
    assert found is handler or handler in [cell.cell_contents for cell in found.__closure__]
    yield removed(slider, "_observers")
    assert list(callbacks.observers(slider)) == []


@case("IPython.core.events.EventManager.callbacks")
def code_that_is_called_with_each_cell_is_known():
    def mine(*_):
        pass

    assert not callbacks.others_are_called(shell)
    shell.events.register("post_run_cell", mine)
    assert callbacks.others_are_called(shell)
    shell.events.unregister("post_run_cell", mine)
    assert not callbacks.others_are_called(shell)
    yield nullcontext()
    assert callbacks.others_are_called(SimpleNamespace(events=SimpleNamespace()))
