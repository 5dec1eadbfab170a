"""What figures look like: digests of their pixels, made in the process that holds them.

It needs nothing but Matplotlib, so that its source can be sent into kernels: see `installation`.
"""

import hashlib
import json
import os
import sys
from time import perf_counter

MODULE = "_figure_probe"
"""Name of this module in a kernel, where it leaves no name in the user's namespace."""

WAYS = ("figure", "fig", "ax", "lines", "patch", "axes_all")
"""Attributes by which objects that are no artists hold some: colour bars, seaborn's grids, widgets, image grids."""


def installation(source, name=MODULE):
    """Return a cell that makes a module of source in its kernel, this one unless told otherwise."""
    module = f"__import__('sys').modules.setdefault({name!r}, type(__import__('sys'))({name!r}))"
    return f"exec({source!r}, {module}.__dict__)"


def figures_of(value, depth=3):
    """Return the figures that a value is, is part of or holds, in its own order and each once."""
    from matplotlib.artist import Artist
    from numpy import ndarray

    if isinstance(value, Artist):
        figure = value.figure
        while figure is not None and figure.figure is not figure:  # a subfigure
            figure = figure.figure
        if figure is not None:
            return [figure]
    if isinstance(value, dict):
        parts = list(value.values())
    elif isinstance(value, (list, tuple)) or (isinstance(value, ndarray) and value.dtype == object):
        parts = list(value.flat if isinstance(value, ndarray) else value)
    elif isinstance(value, type) or value is None:
        parts = []
    else:
        held = (getattr(value, way, None) for way in WAYS)
        parts = [part for part in held if isinstance(part, (Artist, list))]
    found = [figure for part in parts[:1000] for figure in figures_of(part, depth - 1)] if depth else []
    return list(dict.fromkeys(found))


def plot_names(names):
    """Return a dict of the public names that lead to figures, sorted, to those figures."""
    found = {
        name: figures_of(value)
        for name, value in sorted(names.items())
        if not name.startswith("_") and name not in ("In", "Out")
    }
    return {name: figures for name, figures in found.items() if figures}


def keys_of(names):
    """Return ``name[i]`` to figure, by the first name that leads to it."""
    figures = {}
    for name, found in plot_names(names).items():
        for index, figure in enumerate(found):
            if not any(figure is other for other in figures.values()):
                figures[f"{name}[{index}]"] = figure
    return figures


def draw(figure, times):
    """Draw a figure with Agg a number of times and return the digest and the milliseconds of each."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from numpy import asarray

    own, seen = figure.canvas, []
    canvas = FigureCanvasAgg(figure)  # the figure's own may show what it draws, or be a bare one
    try:
        for _ in range(times):
            started = perf_counter()
            canvas.draw()
            took = 1000 * (perf_counter() - started)
            pixels = asarray(canvas.buffer_rgba())
            seen.append((hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest()[:16], took))
    finally:
        figure.set_canvas(own)
    return {"digests": [digest for digest, _ in seen], "milliseconds": [took for _, took in seen]}


def look(names, times=2, expressions=()):
    """Draw all figures of a namespace and evaluate expressions over its names.

    Returns
    -------
    dict
        ``names``: name to type; ``figures``: the keys of `keys_of` to `draw`'s answers;
        ``identities``: the value of each expression, or the error as text; ``open``: pyplot's numbers, and the
        current one.
    """
    leading = plot_names(names)
    identities = []
    for expression in expressions:
        try:
            identities.append(bool(eval(expression, dict(names))))
        except Exception as error:
            identities.append(repr(error))
    figures = {key: draw(figure, times) for key, figure in keys_of(names).items()}
    types = {name: type(names[name]).__name__ for name in leading}
    pyplot = sys.modules.get("matplotlib.pyplot")
    numbers = pyplot.get_fignums() if pyplot else []
    opened = [numbers, pyplot.gcf().number if numbers else None]
    return {"names": types, "figures": figures, "identities": identities, "open": opened}


def rename(names, prefix):
    """Put a prefix before all names that lead to figures and have none, so that the next cell may use them again."""
    for name in plot_names(names):
        if not name.startswith("case_"):
            names[prefix + name] = names.pop(name)


def without(names, prefix):
    """Return a namespace of the names that have this prefix, without it."""
    return {name[len(prefix) :]: value for name, value in names.items() if name.startswith(prefix)}


def aside(function, *arguments):
    """Call a function in a copy of this process and return its answer, JSON data: here it leaves no trace."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            answer = json.dumps(function(*arguments))
        except BaseException as error:
            answer = json.dumps({"error": repr(error)})
        with os.fdopen(writing, "w") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return json.loads(answer)
