"""The sentences, and parts of such, about what a pickle leaves out, and why it cannot be made or loaded."""

from __future__ import annotations

from ..messages import NOT_OF_FORM

THING = "the {what}"
OBJECT = "an object of type {kind}"
REFERENCE = "a reference to its {kind}"
WIDGET_HANDLER = "{kind}.on_{event} handler {name}"
WIDGET_REACTION = "the {kind}'s reaction to the mouse"
HANDLER = "the {event} handler {name}"
EPOCH = "the epoch {epoch} of dates"
LOCALE = "the locale {name}"
"""What is left out, or not in force."""

NAME_ENDED = "it ended with its kernel"
ENDED = f"{NAME_ENDED}; make it again"
UNCONNECTED = "handlers end with their kernel; connect it again"
ONLY_DRAWN = "it is only drawn now; make it again"
OF_DEAD_CANVAS = "it belongs to the canvas of the dead kernel; make it again"
"""Why it is not in the pickle though it could be."""

FIGURE_LIMIT = "it takes more than {limit:g} MiB (MplGuardApp.figure_limit)"
KERNEL_LIMIT = "the kernel's figures take more than {limit:g} MiB (MplGuardApp.kernel_limit)"
NAME_LIMIT = "it is too large to be saved with the figure (MplGuardApp.figure_limit)"
ENDLESS = "saving it does not come to an end"
OBJECT_NOT_SAVED = "it cannot be saved; make it again"
OBJECT_NOT_SAVED_BECAUSE = "it cannot be saved ({error}); make it again"
NOT_SAVED_BECAUSE = "it cannot be saved ({error})"
VALUE_NOT_SAVED = "its value cannot be saved"
VALUE_NOT_SAVED_BECAUSE = "its value cannot be saved ({error})"
"""Why it cannot be saved."""

BEHIND_ANOTHER = "it holds a part of {name}, whose value cannot be loaded"
EXTRAS_NOT_OF_FORM = NOT_OF_FORM.format(what="what was saved beside the figure")
CANVAS_NOT_OF_FORM = NOT_OF_FORM.format(what="what was saved of the canvas")
OTHER_EPOCH = "this kernel counts them from {epoch} already; restart it, and set the epoch before the first date"
NO_LOCALE = "this machine does not have it; install it there, or set one that it has"
"""Why it cannot be loaded, or put in force."""
