"""The plotting settings in the diary: one signed document, which is all that a restore trusts.

The plot state says the settings as well. It is not signed, so whoever can put a file into the folder could have a
kernel load a backend out of any module: it is for display, and what stands in it alone is named as missing.

A kernel without a key has nothing to sign with, and a record without a signature, or without the settings in it, may
have been written by anybody. Neither is restored, and each is named as missing: to lose settings once is better than to
run what a stranger has written. The record before the last one is there until the last one is on the disk, and is
used where that cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from .. import messages
from ..protocol import EMPTY_SETTINGS, Missing, Trigger, holds_something
from . import diary, sentences, signing
from .settings_shape import checked_details, checked_settings

BACKEND = "backend"
"""Key of the backend among those of the settings that have been chosen or imported; an rcParam's key is its own."""

INTERACTIVE = "interactive"
"""Key of interactive mode."""

INLINE = "inline."
"""Beginning of the keys of the inline backend's configuration."""

MOST_INCARNATIONS = 2**31
"""Number that no kernel's incarnations reach: somebody else has written it."""

FONT_FILE = "font file "
"""Beginning of the keys of font files that have been added to those that Matplotlib knows."""


@dataclass(frozen=True)
class SettingsRecord:
    """What a restore of the settings needs.

    Attributes
    ----------
    settings : dict
        The settings as the plot state has them; keys that are not there were not saved.
    origin : dict
        The rcParams that differed from the defaults right after the import of Matplotlib: those of a ``matplotlibrc``.
    printers : bool
        Whether IPython shows figures as images.
    fonts : list of str
        Font families in use that the kernel knows.
    font_files : list of str
        Files of fonts that were added to those of Matplotlib.
    modules : list of str
        Modules of Matplotlib that are loaded.
    unsaved : list of Missing
        What could not be written as data.
    chosen : list of str
        Keys of the settings that cells have chosen, see `settings.choice.origins`.
    imported : list of str
        Keys of the settings that a module has set when it was imported.
    chosen_backend : str or None
        The backend that cells have chosen, by Matplotlib's own name for it.
    environment : dict of str to str
        The environment variables that cells have set and that libraries read when they are imported.
    first_cells : list of str
        Digests of the first cells, where nothing had been restored before them, see `restore.rerun`.
    matplotlib : str
        Version of Matplotlib.
    process : int or None
        Id of the kernel's process, None where the record has been archived.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, Any] = field(default_factory=dict)
    printers: bool = False
    fonts: list[str] = field(default_factory=list)
    font_files: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    unsaved: list[Missing] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    imported: list[str] = field(default_factory=list)
    chosen_backend: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    first_cells: list[str] = field(default_factory=list)
    matplotlib: str = ""
    process: int | None = None

    @classmethod
    def nothing(cls) -> SettingsRecord:
        """Return the record of a kernel that has not imported Matplotlib."""
        return cls(dict(EMPTY_SETTINGS))

    def to_json(self) -> dict[str, Any]:
        """Return the record as it is signed and written."""
        document = {**vars(self), "unsaved": [each.to_record() for each in self.unsaved]}
        return {name: value for name, value in document.items() if value is not None}

    @classmethod
    def from_json(cls, data: Any) -> tuple[SettingsRecord, list[Missing]]:
        """Return what `to_json` wrote, without the values that do not have the required form.

        Returns
        -------
        record : SettingsRecord
            All values that can be used; keys that are not known are passed over.
        refused : list of Missing
            The values that cannot.
        """
        if not isinstance(data, dict):
            return cls(), [Missing(messages.SETTINGS, sentences.FORM)]
        refused: list[Missing] = []
        settings, details = checked_settings(data.get("settings", {}), refused), checked_details(data, refused)
        if "chosen" not in data:
            details |= _choices_before(settings, details)
        return cls(settings=settings, **details), refused

    def carried_over(self, trigger: Trigger) -> SettingsRecord:
        """Return the part of the record that is put in force again.

        It is what cells have chosen and the names of modules, and after a crash also what imports have set: nobody has
        asked for a clean kernel then.

        Parameters
        ----------
        trigger : Trigger
            How the incarnation has ended.
        """
        imported = self.imported if trigger is Trigger.CRASH else []
        keys = {*self.chosen, *imported}
        settings = {key: value for key, value in self.settings.items() if key in {"aliases", INTERACTIVE, *keys}}
        settings["rc_params"] = {key: value for key, value in self.settings.get("rc_params", {}).items() if key in keys}
        settings["inline"] = {
            key: value for key, value in self.settings.get("inline", {}).items() if INLINE + key in keys
        }
        if self.chosen_backend is not None:
            settings[BACKEND] = self.chosen_backend
        fonts = [each for each in self.font_files if FONT_FILE + each in keys]
        return replace(self, settings=settings, imported=imported, font_files=fonts)


class LastSettings:
    """What the last incarnation has left of its settings.

    Attributes
    ----------
    record : SettingsRecord
        The settings, empty where there are none or none that can be trusted.
    incarnation : int
        Number of the incarnation, from 1; 0 where it is not known. It is for display only.
    missing : list of Missing
        What could not be read.
    """

    def __init__(self) -> None:
        self.record = SettingsRecord()
        self.incarnation = 0
        self.missing: list[Missing] = []

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as the plot state has them."""
        return self.record.settings


def _choices_before(settings: dict[str, Any], details: dict[str, Any]) -> dict[str, Any]:
    """Return what is taken as chosen in a record that does not say so: all but what a ``matplotlibrc`` had set."""
    rc_params, origin = settings.get("rc_params", {}), details.get("origin", {})
    chosen = [key for key in {**origin, **rc_params} if key not in origin or rc_params.get(key) != origin[key]]
    chosen += [INTERACTIVE, *(INLINE + key for key in settings.get("inline", {}))]
    chosen += [FONT_FILE + each for each in details.get("font_files", [])]
    return {"chosen": sorted(chosen), "chosen_backend": settings.get(BACKEND)}


def write(kept_in: diary.Diary, record: SettingsRecord, kernel_id: str, key: bytes) -> None:
    """Write the record of the settings, signed.

    Raises
    ------
    OSError, ValueError
        See `diary.Diary.write`.
    """
    document = record.to_json()
    kept_in.write(diary.RECORD, {**document, "mac": signing.signature(key, kernel_id, signing.text(document))})


def read(kept_in: diary.Diary, kernel_id: str, key: bytes, *, strict: bool = False) -> LastSettings:
    """Return the settings that the last incarnation has left, as far as they can be trusted.

    Raises
    ------
    diary.Unreadable
        The record cannot be read now, and `strict` is set.
    """
    last = LastSettings()
    state = _document(kept_in, diary.STATE, last.missing) or {}
    incarnation = state.get("incarnation")
    last.incarnation = incarnation if type(incarnation) is int and 0 < incarnation < MOST_INCARNATIONS else 0
    unread: list[Missing] = []
    document = _document(kept_in, diary.RECORD, unread, strict=strict)
    # The record before it is used where the machine has stopped before this one was on the disk.
    former = _document(kept_in, diary.LAST + diary.RECORD, [], strict=strict)
    last.missing += unread
    for each in (document, former):
        mac = None if each is None else each.pop("mac", None)
        # The signature is that of the document as it was read: what it says is looked at when it is known to be right.
        if each and "settings" in each and signing.is_signed(mac, key, kernel_id, signing.text(each)):
            last.record, refused = SettingsRecord.from_json(each)
            last.missing += refused
            if each is former:
                kept_in.use_former(diary.RECORD)
                last.missing.append(messages.missing_changes(messages.SETTINGS, sentences.NOT_ON_DISK))
            return last
    if not unread and (document is not None or former is not None or holds_something(state)):
        last.missing.append(Missing(messages.SETTINGS, _why_not(document or former, key)))
    return last


def _why_not(document: dict[str, Any] | None, key: bytes) -> str:
    if not key:
        return sentences.NO_KEY
    if document is None or "settings" not in document:
        return sentences.NO_SIGNATURE
    return sentences.FOREIGN_SETTINGS


def _document(
    kept_in: diary.Diary, name: str, missing: list[Missing], *, strict: bool = False
) -> dict[str, Any] | None:
    try:
        return kept_in.read(name)
    except diary.DiaryError as error:
        if strict and isinstance(error, diary.Unreadable):
            raise
        missing.append(Missing(sentences.A_PART_OF_ALL, str(error)))
        return None
