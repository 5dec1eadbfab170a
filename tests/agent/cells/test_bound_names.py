"""What has been bound, bound anew and deleted is found, and nothing else."""

from __future__ import annotations

from typing import Any

from jupyter_mpl_guard.agent.cells.bound_names import BoundNames


def test_what_cells_have_bound_and_deleted_is_found_at_the_next_call():
    names: dict[Any, Any] = {"a": [], "b": []}
    bound = BoundNames()
    assert bound.changed(dict(names)) == (["a", "b"], [])
    assert bound.changed(dict(names)) == ([], [])
    names["a"], names["c"] = [], []
    assert bound.changed(dict(names)) == (["a", "c"], [])
    del names["b"]
    names["c"] = []
    assert bound.changed(dict(names)) == (["c"], ["b"])
    names["a"] = names.pop("a")
    assert bound.changed(dict(names)) == ([], [])


def test_only_texts_are_reported_as_gone():
    bound = BoundNames()
    bound.changed({1: [], "a": []})
    assert bound.changed({}) == ([], ["a"])


def test_after_forgetting_all_names_are_new_and_none_is_gone():
    names: dict[str, Any] = {"a": []}
    bound = BoundNames()
    bound.changed({**names, "b": []})
    bound.forget()
    assert bound.changed(names) == (["a"], [])
