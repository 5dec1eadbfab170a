"""The sentences, and parts of such, about data: why a name does not come back, and what was tried for a cell."""

from __future__ import annotations

from ..messages import described
from ..protocol import Missing, MissingKind

UNSEEN = "the guard was paused, and cells may have changed it since"
RUNNING = "the kernel ended while a cell ran that may have changed it; it is as it was before that cell"
"""Why an earlier value comes back, or none."""

CANNOT = "it cannot be kept"
CANNOT_BECAUSE = "it cannot be kept ({error})"
OWN_WAY = "its class has a way of its own to be saved, and code of a cell does not run for that"
OWN_CLASS = "its class is made by code of a cell"
NO_CLASS = "its class cannot be found in its module"
NO_MODULE_OF_FUNCTION = "the global names of a function in it are not those of a module"
HOLDS_ALL_NAMES = "it holds the names of all others"
NOT_AS_IN_FILE = "what it shows is not as it is in its file"
OTHER_PYTHON = "another version of Python has compiled it"
NOT_FOUND_AGAIN = "it is not found again"
"""Why a value is not of a kind that is saved."""

TOO_MUCH_TOGETHER = "with what it holds in common with other names it takes too much"
DATA_LIMIT = "it takes more than {limit:g} MiB (MplGuardApp.data_limit)"
DATA_KERNEL_LIMIT = "the kernel's data takes more than {limit:g} MiB (MplGuardApp.data_kernel_limit)"
DATA_OBJECTS = "it holds more than {limit:,} objects (MplGuardApp.data_objects)"
"""Why a value is too large to be saved."""

TYPE_WITH = "{own} with {inside}"
"""What type a value has that is not saved because of a part of it."""


def missing_value_changes(name: str, why: str) -> Missing:
    """Return a `Missing` which says that a name comes back as it was before."""
    return Missing(f"the latest changes of {name}", why, MissingKind.LATEST_CHANGES, name)


def import_failed(statement: str, error: BaseException) -> str:
    """Return why a name is not bound that a cell had imported."""
    return f"`{statement}` failed ({described(error)})"


def tried_to_import(name: str, statement: str, error: BaseException) -> str:
    """Return the line under the error of a cell that mentions a name which cannot be imported."""
    return f"jupyter-mpl-guard has tried `{statement}` for {name}, which failed: {described(error)}"


def tried_to_load(name: str, why: str) -> str:
    """Return the line under the error of a cell that mentions a name whose value cannot be loaded."""
    return f"jupyter-mpl-guard has tried to load the value of {name}, which failed: {why}"
