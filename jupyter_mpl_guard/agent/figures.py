"""The open figures, as the plot state lists them."""

import sys


def token():
    """Return what changes whenever figures are opened, closed or get axes."""
    return [(number, id(figure), len(figure.axes), label) for number, figure, label in _open()]


def listing():
    """Return the figures that pyplot holds, in pyplot's order."""
    return [
        {
            "id": str(number),
            "number": number,
            "label": label,
            "names": [],
            "axes": len(figure.axes),
            "bytes": 0,
            "saved": False,
            "canvas": getattr(figure.canvas, "model_id", None),
            "open": True,
        }
        for number, figure, label in _open()
    ]


def _open():
    pyplot = sys.modules.get("matplotlib.pyplot")
    if not hasattr(pyplot, "get_fignums"):
        return []
    helpers = sys.modules["matplotlib._pylab_helpers"]
    # pyplot.figure(number) would make it the current figure, so its managers are asked. Private by name,
    # unchanged since Matplotlib 1.0.
    managers = getattr(helpers.Gcf, "figs", {}).values()
    return [(manager.num, manager.canvas.figure, manager.canvas.figure.get_label()) for manager in managers]
