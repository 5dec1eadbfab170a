"""The signed list of saved figures in a diary, and the files that it names: replaced at once or not at all."""

import json

from . import diary, signing

VERSION = 2

MIB = 2**20

SUFFIX = ".figures"
"""End of the names of files that hold pickles."""


class Unusable(Exception):
    """Say in a sentence why saved figures cannot be restored."""


class FigureList:
    """Read and write the list of saved figures in the diary of one kernel.

    An entry describes one group of figures: ``file``, the name of the file of its pickle, None where there is none;
    ``mac``, the pickle's signature; ``bytes``, its size; ``figures``, a list of what the plot state says of each, as
    far as it is saved; ``names``, the user's names in it; ``missing``, what does not come back; ``lossy``, whether
    that includes a part of the figures; ``current``, whether the pickle is of the figures as they are.

    Parameters
    ----------
    kept_in : diary.Diary
        The diary.
    kernel_id : str
        The kernel's id.
    key : bytes
        The key of the kernel's connection; without one nothing is saved and nothing is read.

    Attributes
    ----------
    offered : list of dict
        Entries of the last incarnation that wait to be asked for.
    held : bool
        Whether they do so because restores have been paused: then they wait for the next incarnation as well.
    """

    def __init__(self, kept_in, kernel_id, key):
        self._diary, self._kernel_id, self._key = kept_in, kernel_id, key
        self._written: dict = {}
        self.offered: list = []
        self.held = False

    def lacks(self, entries, missing=()):
        """Tell whether the list that was written last is not that of these entries."""
        written = [self._written.get(key, []) for key in ("groups", "offered", "missing")]
        return written != [entries, self.offered, list(missing)]

    def write(self, entries, order, missing=()):
        """Replace the list of figures, and remove the files that it does not name.

        Parameters
        ----------
        entries : list of dict
            The figures of this incarnation.
        order : list of int
            Numbers of pyplot's figures, the current one last.
        missing : sequence of dict
            ``{"what", "why"}`` of what is in none of the figures' files.
        """
        listed = {
            "version": VERSION,
            "kernel_id": self._kernel_id,
            "groups": entries,
            "order": order,
            "offered": self.offered,
            "held": self.held,
            "missing": list(missing),
        }
        if listed == self._written or not (self._written or entries or self.offered or missing):
            return
        signed = text(listed)
        if self._key:
            self._diary.write(
                diary.FIGURES, {"mac": signing.signature(self._key, self._kernel_id, signed), "figures": listed}
            )
            self._written = json.loads(signed)
            self._clear([*entries, *self.offered])

    def _clear(self, entries):
        used = {entry["file"] for entry in entries}
        for name in self._diary.names():
            if name.endswith(SUFFIX) and name not in used:
                self._diary.discard(name)

    def forget(self):
        """Know of no list any more: the diary has been removed."""
        self._written, self.offered = {}, []

    def read(self):
        """Return the list that the last incarnation has written, None where there is none.

        Raises
        ------
        Unusable
            It cannot be read or is not signed by this kernel.
        """
        self._written = {"groups": [None]}  # whatever is there has to be replaced
        try:
            document = self._diary.read(diary.FIGURES)
        except diary.DiaryError as error:
            raise Unusable(str(error)) from error
        if document is None:
            if any(name.endswith(SUFFIX) for name in self._diary.names()):
                raise Unusable("the list of the saved figures is gone")
            self._written = {}
            return None
        listed = document.get("figures")
        if not signing.is_signed(document.get("mac"), self._key, self._kernel_id, text(listed)):
            raise Unusable("the list of the saved figures does not carry this kernel's signature")
        if listed.get("version") != VERSION:
            raise Unusable("another version of jupyter-mpl-guard has saved the figures")
        self._written = listed
        if listed["held"]:
            return {**listed, "groups": listed["groups"] + listed["offered"]}
        return listed

    def load(self, entry):
        """Return the bytes of an entry's pickle, which are signed by this kernel.

        Raises
        ------
        Unusable
            They are not there, cannot be read, or are not what was written.
        """
        try:
            data = self._diary.read_bytes(entry["file"])
        except diary.DiaryError as error:
            raise Unusable(str(error)) from error
        if data is None:
            raise Unusable("its file is gone")
        if not signing.is_signed(entry["mac"], self._key, self._kernel_id, data):
            raise Unusable("its file has been changed since it was saved")
        return data


def without_file(figures, missing):
    """Return the entry of figures of which there is no pickle; see `Checkpoint`."""
    nothing: dict = {"file": None, "mac": "", "bytes": 0, "names": [], "lossy": False, "current": False}
    return {**nothing, "figures": figures, "missing": missing}


def called(described):
    """Return how a person would call figures: by the first name of each, or by pyplot's number."""
    return " and ".join(each["names"][0] if each["names"] else f"figure {each['number']}" for each in described)


def text(listed):
    """Return JSON data as the bytes that are signed."""
    return json.dumps(listed, sort_keys=True, separators=(",", ":")).encode()
