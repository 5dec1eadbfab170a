"""All sentences of the diagnosis: what is well, what is wrong, and remedies that hold when followed to the letter.

The names are those of the checks, see `answers.CHECKS`; `docs/diagnosis.md` lists them.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ..settings.choice.origins import ChosenBy

CHECK_FAILED = "This could not be checked ({error})."
NOT_IMPORTED = "Matplotlib is not imported in this kernel yet."

# --- Remedies that several checks give --------------------------------------------------------------------------------

INSTALL_PIP = "Run `%pip install {package}` in a cell, then restart the kernel."
INSTALL_CONDA = "Run `%conda install -y {package}` in a cell, then restart the kernel."
INSTALL_PIP_TOO = "Run `!{python} -m ensurepip` and `%pip install {package}` in a cell, then restart the kernel."
INSTALL_OTHERWISE = "Install {package} into the environment {prefix}, then restart the kernel."
CHOOSE_INLINE = "Run `%matplotlib inline` in a cell."
CHOOSE = "Run `%matplotlib {backend}` in a cell."
USE = 'Run `import matplotlib; matplotlib.use("{backend}")` in a cell.'
RENAME = "Rename {path}, then restart the kernel."

# --- matplotlib, versions, ipympl -------------------------------------------------------------------------------------

MATPLOTLIB_WORKS = "Matplotlib {version} is imported."
MATPLOTLIB_IMPORTABLE = "Matplotlib {version} can be imported."
NO_MATPLOTLIB = "Matplotlib is not installed in this kernel's environment, {prefix}."
BROKEN_MATPLOTLIB = "Matplotlib is installed and cannot be imported: {error}"
REINSTALL = "--force-reinstall matplotlib"
RESET_VARIABLE = "Run `%env MPLBACKEND=module://matplotlib_inline.backend_inline` in a cell."
NOT_TRIED = "Whether Matplotlib can be imported was not tried; ask for the diagnosis to have it tried."
TOO_SLOW = "Whether Matplotlib can be imported was not found out in {seconds} s."
VERSIONS_FIT = "The versions are supported: {versions}."
OLD_VERSION = "{package} {version} is older than {oldest}, the oldest version that is supported."
UPGRADE = "--upgrade {package}"
OLD_PYTHON = "Choose a kernel with Python {oldest} or newer."
NO_VERSION = "The version of {package} is not known: its metadata cannot be read."
IPYMPL_WORKS = "ipympl {version} is installed for interactive canvases."
IPYMPL_UNUSED = "Interactive canvases of ipympl are not asked for."
NO_IPYMPL = "Interactive canvases were asked for, and {package} is not installed in this kernel's environment."

# --- backend, display, event-loop, shows-nothing, override, backend-import --------------------------------------------

BACKEND_WORKS = "The backend {backend} can be loaded."
TO_BE_CHOSEN = "that Matplotlib will choose"
NO_BACKEND = "The backend {backend} cannot be loaded: there is no module {module}."
UNKNOWN_BACKEND = "The backend {backend} cannot be loaded: Matplotlib knows no backend of that name."
NO_WINDOWS = "The backend opens no windows, so it needs no display."
WINDOWS_WORK = "The backend {backend} has a toolkit and a display."
NO_TOOLKIT = "The backend {backend} opens windows, and none of its toolkits is installed: {modules}."
NO_DISPLAY = "The backend {backend} opens windows, and this kernel has no display to open them on."
LOOP_RUNS = "An event loop runs for the windows of {backend}."
CLASSIC_ONLY = "It needs the pages of the classic Notebook; JupyterLab and Notebook 7 do not show it."
NO_LOOP_NEEDED = "The backend needs no event loop of its own."
NO_LOOP = "No event loop runs for the windows of {backend}, so they do not react."
NO_KERNEL_LOOP = "The kernel runs no asyncio event loop, so figures are saved and restored only between cells."
USE_IPYKERNEL = "Run `%pip install --upgrade ipykernel` in a cell, then restart the kernel."
PLOTS_SHOW = "The backend {backend} shows figures."
NOTHING_DRAWN = "The backend {backend} only writes files, and no cell has plotted."
SHOWS_NOTHING = "Cells have plotted, and the backend {backend} shows nothing: it only writes files."
SHOW_INLINE = "Run `%matplotlib inline` in a cell, then the cells that plot once more."
NOTHING_OVERRIDDEN = "No file and no environment variable overrides what cells have asked for."
OVERRIDDEN_BY_VARIABLE = (
    "Cells have asked for the backend {asked}, and {backend} is in force: the variable MPLBACKEND says so."
)
OVERRIDDEN_BY_FILE = "Cells have asked for the backend {asked}, and {backend} is in force: {file} says so."
PARAMETERS_OF_FILE = "A cell has read a configuration file, which has overwritten what cells had set: {keys}."
NOT_CHANGED_BY_IMPORT = "No import has changed the backend."
CHANGED_BY_IMPORT = "{module} has changed the backend from {before} to {backend} when it was imported."
A_MODULE = "A module"
CHOSEN_BY_CELL = "A cell has chosen it."
CHOSEN_ON_REQUEST = "It was chosen in the panel, on the command line or by another client."
CHOSEN_BEFORE = "It was chosen before the kernel was restarted."
CHOSEN_BY = {
    ChosenBy.CELL: CHOSEN_BY_CELL,
    ChosenBy.REQUEST: CHOSEN_ON_REQUEST,
    ChosenBy.BEFORE: CHOSEN_BEFORE,
}
CHOSEN_BY_IMPORT = "{module} has chosen it when it was imported."
CHOSEN_BY_KERNEL = "Jupyter's kernels begin with it."
CHOSEN_BY_VARIABLE = "The environment variable MPLBACKEND has chosen it."
CHOSEN_BY_FILE = "{file} has chosen it."
CHOSEN_BY_MATPLOTLIB = "Matplotlib has chosen it, as the first that works here."

# --- parameters, fonts ------------------------------------------------------------------------------------------------

PARAMETERS_KEPT = "No `%matplotlib` has overwritten rcParams that cells had set."
OVERWRITTEN = "`%matplotlib` has overwritten rcParams that cells had set: {keys}."
SET_AGAIN = "Run the cell that sets them once more, without `%matplotlib` in it."
FONTS_THERE = "The fonts that rcParams name are there."
NO_FONT_LIST = "Matplotlib has not loaded its list of fonts yet."
NO_FONTS = "rcParams name fonts that this kernel does not have: {fonts}."
CHOOSE_FONT = 'Run `import matplotlib; matplotlib.rcParams["font.family"] = "DejaVu Sans"` in a cell.'

# --- open-figures -----------------------------------------------------------------------------------------------------

FEW_FIGURES = "{count} figures are open."
ONE_FIGURE = "1 figure is open."
MANY_FIGURES = "{count} figures are open; they hold about {mib} MiB of memory."
CLOSE_ALL = 'Run `import matplotlib.pyplot; matplotlib.pyplot.close("all")` in a cell.'

# --- diary ------------------------------------------------------------------------------------------------------------

DIARY_WORKS = "Plots and settings can be saved in {folder}."
NO_KEY = "Nothing is saved in this kernel: it has no key to sign with (Session.key is empty)."
GIVE_KEY = "Remove the setting `Session.key` from the configuration of Jupyter, then start the kernel anew."
NOT_A_FOLDER = "Nothing can be saved: {folder} is not a folder of yours."
RENAME_FOLDER = "Rename {folder}."
NOT_WRITABLE = "Nothing can be saved in {folder}: {error}."
MAKE_WRITABLE = "Run `!chmod u+rwx '{folder}'` in a cell."
FULL = "Nothing can be saved in {folder}: the disk is full."
FREE_SPACE = "Free {mib} MiB on the disk that holds {folder}."
NEARLY_FULL = "The disk that holds {folder} has only {free} MiB left."
NO_PERMISSIONS = "{folder} lies on a file system without permissions: others can read and change what is saved in it."
MOVE_RUNTIME = (
    "Set the environment variable JUPYTER_RUNTIME_DIR to a folder on another file system, then start Jupyter anew."
)

# --- names, files -----------------------------------------------------------------------------------------------------

NAMES_FREE = "The usual names of Matplotlib are bound to what they say, or to nothing."
SHADOWED_MODULE = "The name {name} is bound to {kind}, and not to {module}."
IMPORT_AGAIN = "Run `import {module} as {name}` in a cell."
SHADOWED_FIGURE = "The name {name} is bound to {kind}, though a figure or its axes had it."
DELETE = "Run `del {name}` in a cell, then the cell that makes the figure."
NO_SHADOWING_FILES = "No file beside the notebook has the name of a module that Matplotlib needs."
SHADOWING_FILE = "{path} has the name of the module {module}, which Matplotlib needs, and is found before it."


def kind_of(value: Any) -> str:
    """Return what a value is, as part of a sentence."""
    if type(value) is ModuleType:
        return f"the module {value.__name__}"
    return f"an object of type {type(value).__name__}"


def as_sentence(why: str) -> str:
    """Return a reason that is part of a sentence as a sentence of its own."""
    return f"{why[:1].upper()}{why[1:]}."


_INSTALL = (INSTALL_PIP, INSTALL_CONDA, INSTALL_PIP_TOO, INSTALL_OTHERWISE)

REMEDIES: dict[str, tuple[str, ...]] = {
    "matplotlib": (*_INSTALL, RENAME, RESET_VARIABLE),
    "versions": (*_INSTALL, OLD_PYTHON),
    "files": (RENAME,),
    "backend": (CHOOSE_INLINE,),
    "display": (CHOOSE_INLINE,),
    "event-loop": (CHOOSE, USE_IPYKERNEL),
    "shows-nothing": (SHOW_INLINE,),
    "override": (CHOOSE_INLINE, CHOOSE, USE, SET_AGAIN),
    "backend-import": (CHOOSE, USE),
    "ipympl": _INSTALL,
    "parameters": (SET_AGAIN,),
    "fonts": (CHOOSE_FONT,),
    "open-figures": (CLOSE_ALL,),
    "names": (IMPORT_AGAIN, DELETE),
    "diary": (FREE_SPACE, MAKE_WRITABLE, RENAME_FOLDER, MOVE_RUNTIME, GIVE_KEY),
}
"""Check to its remedies, for the documentation."""
