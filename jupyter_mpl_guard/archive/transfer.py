"""What one kernel has left becomes what another finds: signatures are checked and made anew."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from ..agent.protocol import EMPTY_SETTINGS
from ..agent.storage import figure_list, settings_record, signing
from ..agent.storage.diary import FIGURES, Diary, DiaryError

CHUNK = 2**20
"""Bytes of a file that are read and signed at a time."""


class SignedDiary(NamedTuple):
    """A diary, and whose signatures are in it.

    Attributes
    ----------
    diary : Diary
        The diary.
    name : str
        The id of the kernel, or the name of the archive.
    key : bytes
        The key of the signatures.
    """

    diary: Diary
    name: str
    key: bytes


def transfer(old: SignedDiary, new: SignedDiary, limit: float = float("inf")) -> bool:
    """Fill a new diary with what an old one holds, as far as its signatures are right; the old one stays as it is.

    Pickles are linked, not copied, where the file system can do that. What is left behind is named in the new list
    of figures, so that the next restore names it. The plot state is left behind: it is the old kernel's, and the
    record has a signed copy of the settings.

    Parameters
    ----------
    old : SignedDiary
        Where from; its folder must belong to the user.
    new : SignedDiary
        Where to: an empty folder, which is of no use if this raises.
    limit : float
        MiB that the figures may take.

    Returns
    -------
    bool
        Whether there was anything to transfer.

    Raises
    ------
    OSError
        The new diary cannot be written.
    """
    last = settings_record.recall(old.diary, old.name, old.key)
    lost = list(last.missing)
    captured = {key: last.settings[key] for key in EMPTY_SETTINGS if key in last.settings}
    if captured:
        # The process is the old kernel's; the new one's agent writes its own.
        record = {key: value for key, value in last.record.items() if key != "process"}
        settings_record.keep(new.diary, captured, record, new.name, new.key)
    listed = _listed(old, lost)
    # An offer that nobody has taken or ended is not lost because a kernel without plots came and went.
    entries = listed["groups"] or listed["offered"]
    groups = _Transfer(old, new, limit).carry(entries)
    if why := old.diary.unsaved():
        lost.append({"what": "the latest changes of plots and settings", "why": why})
    if lost:
        groups.append(figure_list.without_file([], lost))
    if groups:
        listed = {**listed, "kernel_id": new.name, "groups": groups, "offered": [], "held": False}
        mac = signing.signature(new.key, new.name, figure_list.text(listed))
        new.diary.write(FIGURES, {"mac": mac, "figures": listed})
    return bool(captured or groups)


def _listed(old: SignedDiary, lost: list[dict[str, str]]) -> dict[str, Any]:
    try:
        listed = figure_list.FigureList(*old).read()
    except figure_list.Unusable as error:
        lost.append({"what": "the figures", "why": str(error)})
        listed = None
    return listed or {
        "version": figure_list.VERSION,
        "kernel_id": "",
        "groups": [],
        "order": [],
        "offered": [],
        "held": False,
        "missing": [],
    }


class _Transfer:
    """Carry pickles from one diary to another while they fit in."""

    def __init__(self, old: SignedDiary, new: SignedDiary, limit: float) -> None:
        self._old, self._new, self._limit = old, new, limit
        self._room = limit * figure_list.MIB

    def carry(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the entries as they are to be listed in the new diary."""
        return [self._carried(entry) if entry["file"] else entry for entry in entries]

    def _carried(self, entry: dict[str, Any]) -> dict[str, Any]:
        try:
            if entry["bytes"] > self._room:
                raise figure_list.Unusable(
                    f"what is kept of notebooks would take more than {self._limit:g} MiB (MplGuardApp.keep_limit)"
                )
            mac, size = self._resigned(entry)
        except (figure_list.Unusable, DiaryError) as error:
            what = figure_list.called(entry["figures"])
            return figure_list.without_file(entry["figures"], [{"what": what, "why": str(error)}])
        self._room -= size
        return {**entry, "file": mac[:32] + figure_list.SUFFIX, "mac": mac}

    def _resigned(self, entry: dict[str, Any]) -> tuple[str, int]:
        """Take one file along and return its new signature and its size."""
        with self._new.diary.draft() as draft:
            data = self._old.diary.opened(entry["file"])
            if data is None:
                raise figure_list.Unusable("its file is gone")
            with data:
                linked = self._link(entry["file"], os.fstat(data.fileno()))
                was, becomes = (signing.signing(each.key, each.name) for each in (self._old, self._new))
                size = 0
                while chunk := data.read(CHUNK):
                    was.update(chunk)
                    becomes.update(chunk)
                    size += len(chunk)
                    if linked is None:
                        draft.file.write(chunk)
            try:
                if not (self._old.key and signing.same(was.hexdigest(), entry["mac"])):
                    raise figure_list.Unusable("its file has been changed since it was saved")
                name = becomes.hexdigest()[:32] + figure_list.SUFFIX
                if linked is None:
                    draft.keep(name)
                else:
                    linked.replace(linked.with_name(name))
            except BaseException:
                if linked is not None:
                    linked.unlink()
                raise
        return becomes.hexdigest(), size

    def _link(self, name: str, opened: os.stat_result) -> Path | None:
        """Return a second name, in the new diary, of the file that has been opened; None where it must be copied."""
        linked = Path(self._new.diary.folder, f"draft.{name}")
        with suppress(OSError, NotImplementedError):  # another file system, or one that has no links
            os.link(os.path.join(self._old.diary.folder, name), linked, follow_symlinks=False)
            if os.path.samestat(linked.lstat(), opened):
                return linked
            linked.unlink()
        return None
