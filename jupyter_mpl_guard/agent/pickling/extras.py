"""What a figure's own pickle leaves out and what can be restored: it follows the figures in their pickle."""

from __future__ import annotations

from numbers import Real
from typing import Any, NamedTuple

from ..internals import ipympl as ipympl_canvases
from ..internals.artists import logical_dpi, stale_callback
from ..internals.ipympl import Widgets
from ..internals.pyplot import auto_draw, manager_of, number_of, title_of
from ..internals.toolbar import Views, mouse_mode, views
from .sentences import CANVAS_NOT_OF_FORM, EXTRAS_NOT_OF_FORM


class Extras(NamedTuple):
    """What is saved of one figure beside its pickle.

    Attributes
    ----------
    dpi : float
        Dots per inch that the user has set.
    number : int or None
        Number that pyplot has given it.
    title : str
        Title of its window.
    managed : bool
        Whether it has a manager.
    canvas : str
        Name of the class of its canvas.
    widgets : ipympl.Widgets or None
        Its widgets, see `internals.ipympl.describe`.
    draws : bool
        Whether pyplot draws it again when it has changed.
    views : tuple or None
        The history of its toolbar, see `internals.toolbar.views`.
    mouse : str or None
        What the mouse does, see `internals.toolbar.mouse_mode`.
    """

    dpi: float
    number: int | None
    title: str
    managed: bool
    canvas: str
    widgets: Widgets | None
    draws: bool
    views: Views | None
    mouse: str | None

    @classmethod
    def of(cls, figure: Any) -> Extras:
        """Return what is saved of a figure."""
        return cls(
            dpi=logical_dpi(figure),
            number=number_of(figure),
            title=title_of(figure),
            managed=manager_of(figure) is not None,
            canvas=type(figure.canvas).__name__,
            widgets=ipympl_canvases.describe(figure),
            draws=auto_draw() is not None and _draws_itself(figure),
            views=views(figure),
            mouse=mouse_mode(figure),
        )

    def to_data(self) -> dict[str, Any]:
        """Return it as it is pickled: no class of the agent is part of a pickle. The views hold axes of the figure."""
        return {**self._asdict(), "widgets": None if self.widgets is None else self.widgets.to_data()}

    @classmethod
    def from_data(cls, data: Any) -> Extras:
        """Return the extras for what `to_data` returned; unknown keys are ignored.

        Raises
        ------
        ValueError
            If the data is not of that form.
        """
        if not isinstance(data, dict) or not all(_fits(data, name, kinds) for name, kinds in _KINDS.items()):
            raise ValueError(EXTRAS_NOT_OF_FORM)
        fields = {name: data[name] for name in cls._fields}
        try:
            widgets = None if data["widgets"] is None else Widgets.from_data(data["widgets"])
        except ValueError as error:
            raise ValueError(CANVAS_NOT_OF_FORM) from error
        return cls(**{**fields, "widgets": widgets})


_KINDS: dict[str, tuple[type, ...]] = {
    "dpi": (Real,),
    "number": (int, type(None)),
    "title": (str,),
    "managed": (bool,),
    "canvas": (str,),
    "widgets": (dict, type(None)),
    "draws": (bool,),
    "views": (tuple, type(None)),
    "mouse": (str, type(None)),
}


def _fits(data: dict[str, Any], name: str, kinds: tuple[type, ...]) -> bool:
    return name in data and isinstance(data[name], kinds)


def _draws_itself(figure: Any) -> bool:
    callback = stale_callback(figure)
    return getattr(callback, "before", callback) is auto_draw()
