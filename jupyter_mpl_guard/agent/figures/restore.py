"""Figures out of the diary and back into pyplot and under the user's names."""

from ..internals.artists import connect_artists, set_stale_callback
from ..internals.ipython import show_name
from ..internals.pyplot import arrange, auto_draw, give_agg_canvas, give_canvas, register, registered_managers
from ..internals.toolbar import set_mouse_mode, set_views
from ..pickling import attempt, registrations
from ..storage import figure_list

NO_CANVAS = "ipympl is not there to make it"
"""Why a figure has another canvas than it had."""


class FigureRestore:
    """Bring saved figures back.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    kept : checkpoint.Checkpoint
        Where they are kept.
    figures : figures.FigureTracker
        Who watches them from then on.

    Attributes
    ----------
    missing : list of dict
        ``{"what", "why"}`` of what did not come back.
    count : int
        How many figures did.
    """

    def __init__(self, shell, kept, figures):
        self._shell, self._kept, self._figures = shell, kept, figures
        self._numbers = {}
        self.missing, self.count = [], 0

    def run(self, entries, order):
        """Bring back all figures of some entries, each group as far as it can be.

        Parameters
        ----------
        entries : list of dict
            See `checkpoint.Checkpoint`.
        order : list of int
            The numbers that pyplot's figures had, the current one last.
        """
        held = [manager.num for manager in registered_managers()]
        for entry in entries:
            self.missing += entry["missing"]
            if entry["file"] is None:
                continue
            try:
                self._revive(entry)
            except Exception as error:
                why = str(error) if isinstance(error, figure_list.Unusable) else f"{type(error).__name__}: {error}"
                self.missing.append(
                    {"what": figure_list.called(entry["figures"]), "why": why or "it could not be loaded"}
                )
        arrange([self._numbers[number] for number in order if number in self._numbers])
        arrange(held)  # what the user has plotted since stays current
        self._figures.settle()

    def _revive(self, entry):
        parts = attempt.load(self._kept.load(entry))
        figures, extras, needs = next(parts), next(parts), next(parts)
        if entry["lossy"]:
            for figure in figures:
                figure.draw_without_rendering()  # raises where the figure needs what was left out
        registrations.provide(needs)
        for figure, described, extra in zip(figures, entry["figures"], extras):
            self._settle(figure, described, extra)
        self._figures.adopt(figures, entry)
        self.count += len(figures)
        left = list(entry["names"])
        try:
            for name, value in parts:
                left.remove(name)
                self._bind(name, value)
        except Exception as error:
            self._lose(left, error, figure_list.called(entry["figures"]))

    def _lose(self, names, error, whose):
        """Name the names that were not loaded: the first cannot be, the others were saved behind it."""
        why = f"its value cannot be loaded ({type(error).__name__}: {error})"
        for name in names:
            self.missing.append({"what": f"the name {name} of {whose}", "why": why})
            why = f"it was saved behind {names[0]}, whose value cannot be loaded"

    def _settle(self, figure, described, extra):
        figure.set_dpi(extra["dpi"])
        connect_artists(figure)
        number, widgets = extra["number"], extra["widgets"]
        if described["open"]:
            number = self._free(number, described)
            manager = give_canvas(figure, number, widgets)
            register(manager, described["label"], extra["title"])
        elif widgets:  # pyplot lets go of what `plt.show()` has shown when it is not interactive
            give_canvas(figure, number, widgets).set_window_title(extra["title"])
        elif extra["canvas"] == "FigureCanvasAgg":
            give_agg_canvas(figure, number if extra["managed"] else None)
        if extra["views"]:
            set_views(figure, extra["views"])
        set_mouse_mode(figure, extra["mouse"])
        if widgets and getattr(figure.canvas, "model_id", None) == widgets["canvas"][0]:
            # Each page that shows it asks for its picture; of stale figures pyplot tells pages at every message.
            figure.stale = False
        elif widgets:
            what = f"the interactive canvas of {figure_list.called([described])}"
            self.missing.append({"what": what, "why": NO_CANVAS})
        if extra["draws"]:  # last: what comes before is not for the user to see
            set_stale_callback(figure, auto_draw())

    def _free(self, number, described):
        taken = [manager.num for manager in registered_managers()]
        free = number if number not in taken else max(taken) + 1
        if free != number:
            why = f"a newer figure has it; it is figure {free} now"
            self.missing.append({"what": f"the number {number} of {figure_list.called([described])}", "why": why})
        self._numbers[number] = free
        return free

    def _bind(self, name, value):
        user_ns = self._shell.user_ns
        if name in user_ns:
            if user_ns[name] is not value:
                self.missing.append({"what": f"the name {name}", "why": "it is bound to something else now"})
            return
        user_ns[name] = value
        show_name(self._shell, name)
