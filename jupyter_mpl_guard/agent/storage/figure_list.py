"""The signed list of saved figures in a diary, and the files that it names: replaced at once or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .. import messages
from ..protocol import Missing
from . import diary, sentences, signing
from .disk import pictures
from .figures.figure_entry import SUFFIX, FigureEntry
from .figures.saved_figures import VERSION, SavedFigures
from .figures.surroundings import UNCHANGED, Surroundings
from .signed_file import SignedFile, Unusable, read_signed

MIB = 2**20


class FigureList:
    """Read and write the list of saved figures in the diary of one kernel.

    Parameters
    ----------
    kernel_id : str
        The kernel's id.
    key : bytes
        The key of the kernel's connection; without one nothing is saved and nothing is read.

    Attributes
    ----------
    offered : sequence of FigureEntry
        Entries of the last incarnation that wait to be asked for.
    held : bool
        Whether they do so because restores have been paused: then they wait for the next incarnation as well.
    earlier : surroundings.Surroundings
        What those entries need.
    """

    def __init__(self, kept_in: diary.Diary, kernel_id: str, key: bytes) -> None:
        self._diary = kept_in
        self._kernel_id = kernel_id
        self._key = key
        self._written: SavedFigures | None = SavedFigures()  # None: whatever is there has to be replaced
        self._former_files: set[str] = set()
        self.offered: Sequence[FigureEntry] = ()
        self.held = False
        self.earlier = UNCHANGED

    def offer(self, entries: Sequence[FigureEntry], *, held: bool | None = None) -> None:
        """Offer entries of the last incarnation, in place of those that were offered before.

        Parameters
        ----------
        entries : sequence of FigureEntry
            The entries, none where the offer ends.
        held : bool, optional
            Whether they wait for the next incarnation as well; as before where it is not given.
        """
        self.offered = entries
        if held is not None:
            self.held = held

    @property
    def has_key(self) -> bool:
        """Whether there is a key to sign with: nothing can be saved without one."""
        return bool(self._key)

    def lacks(self, entries: Sequence[FigureEntry], missing: Iterable[Missing], now: Surroundings) -> bool:
        """Return whether the list that was written last differs from that of these entries, see `write`."""
        written = self._written
        if written is None:
            return True
        return (written.groups, written.offered, written.missing, written.surroundings) != (
            tuple(entries),
            tuple(self.offered),
            tuple(missing),
            self._surroundings(entries, now),
        )

    def _surroundings(self, entries: Sequence[FigureEntry], now: Surroundings) -> Surroundings:
        """Return what the figures that are listed need, those on offer as well."""
        if self.offered:
            return now.over(self.earlier)
        return now if entries else Surroundings(tables=now.tables)

    def write(
        self,
        entries: Sequence[FigureEntry],
        order: Iterable[int],
        missing: Iterable[Missing] = (),
        now: Surroundings = UNCHANGED,
    ) -> None:
        """Replace the list of figures, and remove the files that it does not name.

        Parameters
        ----------
        entries : sequence of FigureEntry
            The figures of this incarnation.
        order : iterable of int
            Numbers of pyplot's figures, the current one last.
        missing : iterable of Missing
            What is in none of the files of figures.
        now : surroundings.Surroundings
            What the figures of this incarnation need.

        Raises
        ------
        OSError, ValueError
            See `diary.Diary.write`.
        """
        figures = SavedFigures(
            tuple(entries),
            tuple(order),
            tuple(self.offered),
            self.held,
            tuple(missing),
            self._surroundings(entries, now),
        )
        nothing = not (figures.groups or figures.offered or figures.missing or figures.surroundings.tables)
        nothing_yet = self._written == SavedFigures() and nothing
        if not self._key or nothing_yet or figures == self._written:
            return
        former = self._written
        keeps_former = self._diary.keeps_former(diary.FIGURES)
        self._diary.write(diary.FIGURES, figures.signed(self._kernel_id, self._key))
        self._written = figures
        files = self._files()
        if not self._diary.keeps_former(diary.FIGURES):
            self._former_files = set()
        elif not keeps_former:
            self._former_files = files if former is None else former.files
        for name in (files - self._former_files - figures.files) | self._outdated_pictures(figures, former):
            self._diary.discard(name)

    def _outdated_pictures(self, figures: SavedFigures, former: SavedFigures | None) -> set[str]:
        """Return the names of pictures of figures that are gone, or that look different and have no canvas.

        The picture of a canvas stays until the canvas has drawn another one.
        """
        there = {name for name in self._diary.names() if name.endswith(pictures.SUFFIX)}
        if not there or former is None:
            return set()
        known = {entry.mac for entry in (*former.groups, *former.offered)}
        entries = (*figures.groups, *figures.offered)
        shown = (each for entry in entries for each in entry.left if each.canvas or entry.mac in known)
        return there - {pictures.name_of(each.id) for each in shown}

    def clear(self) -> None:
        """Remove the files that only the former list names, if that list is gone: all is on the disk then."""
        if self._written is not None and not self._diary.keeps_former(diary.FIGURES):
            for name in self._former_files - self._written.files:
                self._diary.discard(name)
            self._former_files = set()

    def _files(self) -> set[str]:
        return {name for name in self._diary.names() if name.endswith(SUFFIX)}

    def forget(self) -> None:
        """Forget the list: the diary has been removed."""
        self._written, self.offered = SavedFigures(), ()

    def read(self) -> SavedFigures | None:
        """Return the list that the last incarnation has written, None where there is none.

        Raises
        ------
        Unusable
            It cannot be read, is not signed by this kernel or is not of the form that a list has.
        """
        self._written = None
        figures = self._read_whole() if self._diary.keeps_former(diary.FIGURES) else self._read(diary.FIGURES)
        if figures is None:
            if self._files():
                raise Unusable(sentences.LIST_GONE)
            self._written = SavedFigures()
            return None
        self._written = figures
        self.earlier = figures.surroundings
        if figures.held:
            return figures._replace(groups=figures.groups + figures.offered)
        return figures

    def _read_whole(self) -> SavedFigures | None:
        """Return the present list if all that it names is there, else the one before: the machine has stopped."""
        self._former_files = self._files()
        try:
            former = self._read(diary.LAST + diary.FIGURES)
        except Unusable as error:
            if error.may_pass:
                raise
            former = None
        if former is None:
            return self._read(diary.FIGURES)
        try:
            figures = self._read(diary.FIGURES)
            if figures is not None:
                for entry in (*figures.groups, *figures.offered):
                    if entry.file is not None and entry.file not in former.files:
                        self.load(entry)
                return figures
        except Unusable as error:
            if error.may_pass:
                raise
        self._diary.use_former(diary.FIGURES)
        return former._replace(missing=(*former.missing, messages.missing_changes("plots", sentences.NOT_ON_DISK)))

    def _read(self, name: str) -> SavedFigures | None:
        try:
            document = self._diary.read(name)
        except diary.DiaryError as error:
            raise Unusable(str(error)) from error
        if document is None:
            return None
        listed = document.get("figures")
        # The signature is that of the document as it was read: what it says is looked at when it is known to be right.
        if not signing.is_signed(document.get("mac"), self._key, self._kernel_id, signing.text(listed)):
            raise Unusable(sentences.FOREIGN_LIST)
        if not isinstance(listed, dict) or listed.get("version") != VERSION:
            raise Unusable(sentences.OTHER_VERSION)
        try:
            return SavedFigures.from_json(listed)
        except ValueError as error:
            raise Unusable(sentences.list_not_understood(error)) from error

    def load(self, entry: FigureEntry) -> bytes:
        """Return the bytes of an entry's pickle, which are signed by this kernel.

        Raises
        ------
        Unusable
            They are not there, cannot be read, or are not what was written.
        """
        return read_signed(self._diary, self._kernel_id, self._key, entry.file, entry.mac, entry.size)

    def new_file(self) -> SignedFile:
        """Return a `SignedFile` of a pickle that is still to be written.

        Raises
        ------
        OSError
            The diary cannot be written.
        """
        return SignedFile(self._diary, self._kernel_id, self._key, SUFFIX)
