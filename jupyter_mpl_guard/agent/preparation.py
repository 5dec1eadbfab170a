"""What the first checkpoint needs of the agent itself, made ready while the kernel is idle.

The agent travels as source, and compiling its parts takes longer than pickling a plot: left to the moment when the
first figure is saved, it would be half of that checkpoint.
"""

from functools import partial

from . import figures, listing, marks, pickler, pickling, reductions, registrations, sightings, signing, strays

FIRSTS = (
    (marks, "Mark"),
    (sightings, "Search"),
    (registrations, "needs"),
    (reductions, "table"),
    (pickler, "prepare"),
    (pickling, "Attempt"),
    (signing, "signing"),
    (strays, "Births"),
    (listing, "listed"),
    (figures, "Figures"),
)
"""Parts of the agent and something in each: a part is run when something in it is looked up first."""


def steps():
    """Return the pieces of work, 1-4 ms each; none of them imports Matplotlib."""
    return [partial(getattr, part, name) for part, name in FIRSTS]


def complete():
    """Do what is not done yet: the kernel may have had no idle moment before its first figure."""
    for step in steps():
        step()
