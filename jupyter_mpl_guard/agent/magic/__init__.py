"""The line magic ``%mpl_guard``: what the agent knows and does, asked for in a cell."""

HELP = """Show what jupyter-mpl-guard keeps of this kernel's plots, and restore them.

%mpl_guard                       how plotting is; the same as %mpl_guard status
%mpl_guard figures               the figures: live, saved, not saved, from before the restart, lost
%mpl_guard restore [figure ...]  restore figures from before the restart: these, or all
%mpl_guard dismiss [figure ...]  end the offer of these figures, or of all
%mpl_guard doctor                what is wrong with plotting here, and how to mend it
%mpl_guard code                  the lines that make these settings in a fresh kernel
%mpl_guard pause                 keep nothing of this kernel until it is resumed
%mpl_guard resume                go on
%mpl_guard forget                remove what is saved
%mpl_guard help                  this text

A figure is named by a name that leads to it (fig, ax), by its number or by its label.
"""
"""What ``%mpl_guard?`` shows."""
