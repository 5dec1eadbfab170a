"""Close one figure or, where it is from before the restart, dismiss it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...internals import ipympl
from ...internals.pyplot import is_registered, manager_of
from ...pickling.quiet import quiet
from ...protocol import FigureOutcome
from . import sentences

if TYPE_CHECKING:
    from ..live import LiveFigures
    from ..offers import Offers


def close(figure_id: str, live: LiveFigures, offers: Offers) -> FigureOutcome:
    """Close a figure that is alive, or end the offer of one, and return the outcome.

    Parameters
    ----------
    live : live.LiveFigures
        The figures that are alive.
    offers : offers.Offers
        Those that may come back.
    """
    figure = live.find(figure_id)
    if figure is None:
        if not offers.offers(figure_id):
            return FigureOutcome.unknown()
        offers.dismiss((figure_id,))
        return FigureOutcome()
    if not is_registered(figure) and not ipympl.is_open(figure):
        names = next((each.described.names for each in live.listing() if each.described.id == figure_id), ())
        return FigureOutcome.refused(sentences.only_names_lead_to_it(names))
    try:
        with quiet():  # handlers of the user are called
            _close(figure)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if is_registered(figure):
            return FigureOutcome.refused(sentences.not_closed(error))
    return FigureOutcome()


def _close(figure: object) -> None:
    if is_registered(figure):
        from matplotlib import pyplot

        pyplot.close(figure)  # type: ignore[arg-type]
    else:  # pyplot lets go of what `plt.show()` has shown when it is not interactive
        manager_of(figure).destroy()
