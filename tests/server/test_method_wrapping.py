"""Methods of other people's objects are wrapped in one way, and unwrapped whatever has happened since."""

from __future__ import annotations

from types import ModuleType

import pytest

from jupyter_mpl_guard.agent.method_wrapping import put_method
from jupyter_mpl_guard.method_wrapping import argument, wrap_method


class Owner:
    def double(self, number, *, plus=0):
        """Double a number."""
        return 2 * number + plus


def test_calls_go_through_the_wrapper_as_they_were_made_until_it_is_unwrapped():
    owner, calls = Owner(), []

    def wrapper(original, *args, **kwargs):
        calls.append((args, kwargs))
        return original(*args, **kwargs) + 100

    unwrap = wrap_method(owner, "double", wrapper)
    assert (owner.double(1), owner.double(number=2), owner.double(3, plus=1)) == (102, 104, 107)
    assert calls == [((1,), {}), ((), {"number": 2}), ((3,), {"plus": 1})]
    assert Owner().double(1) == 2
    assert owner.double.__doc__ == Owner.double.__doc__
    unwrap()
    unwrap()
    assert (owner.double(1), vars(owner)) == (2, {})


def test_a_method_of_a_class_and_a_function_of_a_module_are_wrapped_for_all():
    class Kind:
        def double(self, number):
            return 2 * number

    module = ModuleType("module")
    module.double = original = lambda number: 2 * number
    first = Kind()
    unwraps = [wrap_method(owner, "double", lambda double, *args: double(*args) + 100) for owner in (Kind, module)]
    assert (first.double(1), Kind().double(2), module.double(3)) == (102, 104, 106)
    for unwrap in unwraps:
        unwrap()
    assert (first.double(1), module.double) == (2, original)


def test_what_somebody_else_has_wrapped_before_or_since_stays_wrapped():
    owner = Owner()
    unwrap_first = wrap_method(owner, "double", lambda original, number: original(number) + 10)
    unwrap_ours = wrap_method(owner, "double", lambda original, number: original(number) + 100)
    unwrap_ours()
    assert owner.double(1) == 12
    unwrap_ours = wrap_method(owner, "double", lambda original, number: original(number) + 100)
    wrap_method(owner, "double", lambda original, number: original(number) + 1000)
    unwrap_ours()
    assert owner.double(1) == 1012
    unwrap_first()
    assert owner.double(1) == 1002


def test_a_method_that_was_put_into_a_class_is_taken_out_unless_another_one_is_there():
    class Kind:
        def double(self, number):
            return 2 * number

    own = Kind.double
    take_out = [put_method(Kind, "double", lambda self, number: 0), put_method(Kind, "new", lambda self: 1)]
    assert (Kind().double(1), Kind().new()) == (0, 1)
    for each in (*take_out, *take_out):
        each()
    assert Kind.double is own
    assert not hasattr(Kind, "new")
    take_out = put_method(Kind, "double", lambda self, number: 0)
    Kind.double = other = lambda self, number: 3
    take_out()
    assert Kind.double is other


@pytest.mark.parametrize(("args", "kwargs"), [((1, 2), {}), ((1,), {"b": 2}), ((), {"a": 1, "b": 2})])
def test_an_argument_is_found_however_it_was_passed(args, kwargs):
    assert [argument(0, "a", args, kwargs), argument(1, "b", args, kwargs)] == [1, 2]
    assert argument(2, "c", args, kwargs) is None
