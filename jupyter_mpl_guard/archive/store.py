"""Keepsakes: what notebooks' kernels have left, kept in the user's Jupyter data folder until another kernel comes."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from logging import Logger
from pathlib import Path

from ..agent.storage.diary import STATE, Diary, DiaryError, is_ours
from ..agent.storage.figure_list import MIB, SUFFIX
from .owner import DiaryOwner
from .transfer import SignedDiary, hand_over

PREFIX, DRAFT = "mpl-guard-kept-", ".mpl-guard-draft-"
"""Beginnings of the folders' names; nothing else in the store is ever touched."""

DRAFT_SECONDS = 3600.0
"""Age at which a draft was left behind by a server that has ended over it."""

SECRET = "secret"
"""File of the key that signs keepsakes.

A kernel's key ends with its connection file, so what outlives the kernel is signed by a secret of the store's own. It
is made once, is random, can be read by the user alone and never leaves the machine or the server's process, as the
``notebook_secret`` is by which Jupyter trusts a notebook's output: whoever can read it can run code as this user
already. What it keeps out is everything that gets into the folder without that: figures out of another user's
keepsake, an archive, a synchronised folder. It is not a kernel's key, and is bound to the keepsake's name, so that one
keepsake's files are of no use in another or in a kernel's diary. A secret that others could read is no secret: it is
replaced, and what it has signed does not come back.
"""

SECRET_BYTES = 32

_DAY = 86400.0


class ArchiveStore:
    """Keep what kernels have left, by notebook. Files are hashed and moved: call it in a thread, one at a time.

    Whenever the process is killed, either the old place or the new one holds everything: a folder is made under a
    draft's name, gets its name when it is whole, and only then the other one is removed.

    Parameters
    ----------
    folder : str
        The store; made, for the user alone, with the first keepsake.
    days : float
        How long a keepsake is kept; 0 keeps none.
    limit : float
        MiB that all of them may take.
    log : logging.Logger
        Where to say what could not be kept.
    """

    def __init__(self, folder: str, *, days: float, limit: float, log: Logger) -> None:
        self._folder, self._days, self._limit, self._log = Path(folder), days, limit, log
        self._warned = False

    def put(self, diary: Diary, key: bytes, label: DiaryOwner) -> None:
        """Make a kernel's diary the keepsake of its notebook, in place of an older one; the diary is gone then.

        Parameters
        ----------
        diary : Diary
            The diary of a kernel that has ended.
        key : bytes
            The key of that kernel's connection.
        label : DiaryOwner
            Whose it is.
        """
        try:
            if self._days and key and _is_folder_of_ours(Path(diary.folder)) and self._opened(make=True):
                replace(label, key=key.decode("latin-1")).write(diary)
                self._put(diary, key, label)
        except OSError as error:
            self._log.warning("mpl-guard: the plots of %s could not be kept: %s", label.notebook, error)
        diary.remove()
        self.expire()

    def _put(self, diary: Diary, key: bytes, label: DiaryOwner) -> None:
        name = PREFIX + secrets.token_hex(8)
        with self._draft(self._folder) as draft:
            kept = SignedDiary(Diary(str(draft)), name, self._secret())
            if not hand_over(SignedDiary(diary, label.kernel_id, key), kept, self._limit):
                return
            replace(label, kept_at=time.time(), lease="", key="").write(kept.diary)
            older = self._of(label.notebook)
            draft.rename(self._folder / name)
        for each in older:
            shutil.rmtree(each)

    def take(self, notebook: str, diary: Diary, kernel_id: str, key: bytes) -> bool:
        """Make a notebook's keepsake the diary of its new kernel; return whether there was one.

        Parameters
        ----------
        notebook : str
            As `DiaryOwner` has it.
        diary : Diary
            The diary of a kernel whose agent has not begun.
        kernel_id : str
            The new kernel.
        key : bytes
            The key of its connection.
        """
        try:
            self.expire()
            found = self._of(notebook) if key and self._opened() else []
            if not found:
                return False
            source = Diary(str(found[0]))
            source.discard(STATE)  # a keepsake has none: nothing that is not signed is believed here
            with self._draft(Path(diary.folder).parent) as draft:
                kept = SignedDiary(source, found[0].name, self._secret())
                handed = hand_over(kept, SignedDiary(Diary(str(draft)), kernel_id, key))
                draft.rename(diary.folder)
            for each in found:
                shutil.rmtree(each)
            return handed
        except OSError as error:
            self._log.warning("mpl-guard: what was kept of %s cannot be handed over: %s", notebook, error)
            return False

    def forget(self, notebook: str) -> None:
        """Remove what is kept of a notebook, or of all notebooks in a folder."""
        for folder, label in self._labelled():
            if moved(label.notebook, notebook, "") is not None:
                shutil.rmtree(folder, ignore_errors=True)

    def rename(self, old: str, new: str) -> None:
        """Have what is kept of a notebook, or of all notebooks in a folder, follow it to a new address."""
        self.forget(new)  # of something that was there before: what is moved never takes the place of another
        for folder, label in self._labelled():
            address = moved(label.notebook, old, new)
            if address is not None:
                try:
                    replace(label, notebook=address).write(Diary(str(folder)))
                except OSError as error:
                    self._log.warning("mpl-guard: what is kept of %s did not follow it: %s", label.notebook, error)

    def expire(self) -> None:
        """Remove what is too old, and the oldest of what is too much."""
        now, room, seen = time.time(), self._limit * MIB, set()
        kept = sorted(self._labelled(), key=lambda each: -each[1].kept_at)
        for folder, label in kept:
            room -= sum(file.lstat().st_size for file in folder.glob("*" + SUFFIX))
            if room < 0 or now - label.kept_at >= self._days * _DAY or label.notebook in seen:
                shutil.rmtree(folder, ignore_errors=True)
            seen.add(label.notebook)
        clear_drafts(self._folder)

    # -- folders ---------------------------------------------------------------------------------------------------

    def _opened(self, *, make: bool = False) -> bool:
        """Tell whether the store is there and the user's own, and make sure that nobody else can look into it."""
        if make and not os.path.lexists(self._folder):
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            self._folder.mkdir(0o700)
        if not os.path.lexists(self._folder):
            return False
        if not _is_folder_of_ours(self._folder):
            if not self._warned:
                self._warned = True
                self._log.warning(
                    "mpl-guard: %s is not a folder of yours, so nothing in it is read and plots are not kept beyond "
                    "their kernel's life: move it away, or set MplGuardApp.kept_dir.",
                    self._folder,
                )
            return False
        if os.name == "posix" and stat.S_IMODE(self._folder.lstat().st_mode) & 0o077:
            self._folder.chmod(0o700)
        return True

    def _labelled(self) -> Iterator[tuple[Path, DiaryOwner]]:
        """Give the keepsakes with their labels, and remove those whose label is damaged."""
        for folder in list(self._folder.glob(PREFIX + "*")) if self._opened() else []:
            if _is_folder_of_ours(folder):
                label = DiaryOwner.of(Diary(str(folder)))
                if label is not None:
                    yield folder, label
                else:
                    shutil.rmtree(folder, ignore_errors=True)

    def _of(self, notebook: str) -> list[Path]:
        """Return the keepsakes of a notebook, the newest first; there are two when a server was killed at its work."""
        found = [(label.kept_at, folder) for folder, label in self._labelled() if label.notebook == notebook]
        return [folder for _, folder in sorted(found, reverse=True)]

    @contextmanager
    def _draft(self, parent: Path) -> Iterator[Path]:
        """Make a folder that vanishes unless it is given another name."""
        draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=parent))  # mkdtemp makes it 0700
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _secret(self) -> bytes:
        path = self._folder / SECRET
        try:
            secret = Diary(str(self._folder)).read_bytes(SECRET) or b""
            shared = os.name == "posix" and secret and path.lstat().st_mode & 0o077
        except DiaryError:  # a link, or somebody else's
            secret, shared = b"", False
        if len(secret) >= SECRET_BYTES and not shared:
            return secret
        path.unlink(missing_ok=True)
        # Made exclusively: of two servers that start at once one makes it and the other fails.
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            secret = secrets.token_bytes(SECRET_BYTES)
            file.write(secret)
        return secret


def moved(address: str, old: str, new: str) -> str | None:
    """Return a notebook's address after something was moved from `old` to `new`, None where that did not move it."""
    if address == old:
        return new
    below = address.removeprefix(old)
    return new + below if below != address and below[0] in {"/", os.sep} else None


def clear_drafts(folder: Path) -> None:
    """Remove drafts that a server which has ended has left behind."""
    for draft in folder.glob(DRAFT + "*"):
        if _is_folder_of_ours(draft) and time.time() - draft.stat().st_mtime > DRAFT_SECONDS:
            shutil.rmtree(draft, ignore_errors=True)


def _is_folder_of_ours(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and is_ours(status)
