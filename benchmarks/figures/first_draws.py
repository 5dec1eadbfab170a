"""Time the first time that a kernel draws each of its figures; the source of this module is sent into kernels."""

from time import perf_counter
from weakref import WeakKeyDictionary


class FirstDraws:
    """Record the milliseconds of each figure's first draw with Agg, in which the inline backend shows it, say.

    A checkpoint is made once, right after a figure's cell, when nothing that it needs has been needed before. A draw
    that it is compared with has to be such a draw as well: the next ones find fonts, layout and caches ready and take
    half of the time.
    """

    def __init__(self):
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        draw, self._taken = FigureCanvasAgg.draw, WeakKeyDictionary()

        def timed(canvas):
            started = perf_counter()
            draw(canvas)
            self._taken.setdefault(canvas.figure, 1000 * (perf_counter() - started))

        FigureCanvasAgg.draw = timed

    def of(self, figures):
        """Return key to milliseconds for those of a dict's figures that have been drawn."""
        return {key: self._taken[figure] for key, figure in figures.items() if figure in self._taken}
