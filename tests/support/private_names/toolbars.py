"""The private names of toolbars and their histories of views."""

from __future__ import annotations

from types import SimpleNamespace

from _jupyter_mpl_guard.internals import toolbar

from private_names.cases import canvas_of_ipympl, case, removed, replaced


def zoomed():
    """Return a figure whose toolbar remembers a first view and one with other limits."""
    figure = canvas_of_ipympl()
    figure.canvas.toolbar.push_current()
    figure.axes[0].set_xlim(5, 6)
    figure.canvas.toolbar.push_current()
    return figure


@case("matplotlib.backend_bases.NavigationToolbar2._nav_stack")
def a_toolbar_has_a_history_of_views():
    figure = zoomed()
    saved = toolbar.views(figure)
    assert (len(saved[0]), saved[1]) == (2, 1)
    figure.canvas.toolbar._nav_stack.clear()
    toolbar.set_views(figure, saved)
    figure.canvas.toolbar.home()
    assert figure.axes[0].get_xlim() == (0, 1)
    yield removed(figure.canvas.toolbar, "_nav_stack")
    assert toolbar.views(figure) is None
    assert toolbar.navigation(figure) == (-1, 0, None)
    toolbar.set_views(figure, saved)


@case("matplotlib.cbook._Stack._elements")
def a_history_has_a_list_of_views_by_axes():
    figure = zoomed()
    elements = figure.canvas.toolbar._nav_stack._elements
    assert [list(each) for each in elements] == [figure.axes, figure.axes]
    assert toolbar.navigation(figure) == (1, 2, None)
    yield removed(figure.canvas.toolbar._nav_stack, "_elements")
    assert toolbar.views(figure) is None
    assert toolbar.navigation(figure)[1] == 0


@case("matplotlib.cbook._Stack._pos")
def a_history_has_a_place():
    figure = zoomed()
    figure.canvas.toolbar.back()
    saved = toolbar.views(figure)
    assert saved[1] == 0
    figure.canvas.toolbar._nav_stack.clear()
    toolbar.set_views(figure, saved)
    assert toolbar.navigation(figure)[:2] == (0, 2)
    history = SimpleNamespace(_elements=[], push=lambda view: history._elements.append(view))
    yield replaced(figure.canvas.toolbar, "_nav_stack", history)
    with replaced(figure.canvas.toolbar, "set_history_buttons", lambda: None):
        toolbar.set_views(figure, saved)
    assert toolbar.views(figure) == (saved[0], 1)


@case("matplotlib.backend_bases.NavigationToolbar2.mode")
def a_toolbar_has_a_mode_with_a_name():
    figure = canvas_of_ipympl()
    assert toolbar.mouse_mode(figure) is None
    for mode in ("pan", "zoom"):
        toolbar.set_mouse_mode(figure, mode)
        assert toolbar.mouse_mode(figure) == mode
    yield removed(figure.canvas.toolbar, "mode")
    assert toolbar.mouse_mode(figure) is None
