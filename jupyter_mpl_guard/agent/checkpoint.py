"""The figures in the diary: signed pickles, and a signed list of them that is replaced at once or not at all."""

import json
from contextlib import ExitStack

from . import diary, pickling, signing

VERSION = 2

MIB = 2**20

LATEST = "the latest changes of "

SUFFIX = ".figures"
"""End of the names of files that hold pickles."""


class Refused(Exception):
    """Say in half a sentence why a figure is not saved."""


class Unusable(Exception):
    """Say in a sentence why saved figures cannot be brought back."""


class Limits:
    """How much may be saved.

    Parameters
    ----------
    figure : float
        MiB of one figure.
    kernel : float
        MiB of all of a kernel's figures.
    seconds : float
        Time that a checkpoint between two cells may take.
    """

    def __init__(self, figure=256.0, kernel=1024.0, seconds=1.0):
        self.figure, self.kernel, self.seconds = figure, kernel, seconds

    def bytes(self, count, elsewhere):
        """Return the limit of a pickle of so many figures as bytes, and the sentence where it is gone over."""
        figures, kernel = count * self.figure * MIB, self.kernel * MIB - elsewhere
        if kernel < figures:
            return kernel, f"the kernel's figures take more than {self.kernel:g} MiB (MplGuardApp.kernel_limit)"
        return figures, f"it takes more than {self.figure:g} MiB (MplGuardApp.figure_limit)"


class Checkpoint:
    """Read and write the figures in one kernel's diary.

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

    # -- writing -------------------------------------------------------------------------------------------------

    def save(self, attempt, described, limit, seconds):
        """Pickle figures into a file of the diary, unless they are there already, and return their entry.

        Parameters
        ----------
        attempt : pickling.Attempt
            The figures.
        described : list of dict
            What the list is to say of each.
        limit : tuple
            Of `Limits.bytes`.
        seconds : float
            Time that it may take.

        Raises
        ------
        Linked, TooSlow
            See `pickling`.
        Refused
            The figures are too large or cannot be pickled.
        OSError
            They cannot be written.
        """
        if not self._key:
            raise Refused("the kernel has no key to sign it with (Session.key is empty)")
        most, sentence = limit
        with ExitStack() as stack:
            code = draft = None

            def sink():
                nonlocal code, draft
                stack.close()
                code = signing.signing(self._key, self._kernel_id)
                draft = stack.enter_context(self._diary.draft())
                return pickling.Sink(code.update, draft.file.write, limit=most, seconds=seconds)

            try:
                attempt.dump(sink)
            except pickling.TooLarge:
                raise Refused(sentence) from None
            except pickling.CannotWrite as error:
                raise OSError(*error.args) from error
            except pickling.NotPicklable as error:
                raise Refused(str(error)) from None
            mac = code.hexdigest()
            size = draft.file.tell()
            name = mac[:32] + SUFFIX
            if name not in self._diary.names():
                draft.keep(name)
        whose = called(described)
        return {
            "file": name,
            "mac": mac,
            "bytes": size,
            "figures": described,
            "names": attempt.names,
            "missing": [{"what": f"{each['what']} of {whose}", "why": each["why"]} for each in attempt.missing],
            "lossy": attempt.lossy,
            "current": True,
        }

    @staticmethod
    def outdated(entries, described, why):
        """Return the entries of figures whose present state is not saved: earlier ones, as far as there are any.

        Parameters
        ----------
        entries : list of dict
            What the figures had until now.
        described : list of dict
            What the list is to say of each figure.
        why : str
            Why it is not saved, "" where nobody wants it to be.
        """
        wanted = {each["id"] for each in described}
        earlier = [
            entry for entry in entries if entry["file"] and wanted.issuperset(each["id"] for each in entry["figures"])
        ]
        outdated = []
        for entry in earlier:
            missing = [each for each in entry["missing"] if not each["what"].startswith(LATEST)]
            missing += [{"what": LATEST + called(entry["figures"]), "why": why}] if why else []
            outdated.append({**entry, "missing": missing, "current": False})
        covered = {each["id"] for entry in earlier for each in entry["figures"]}
        new = [each for each in described if each["id"] not in covered]
        if new:
            missing = [{"what": called(new), "why": why}] if why else []
            outdated.append(without_file(new, missing))
        return outdated

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

    # -- reading -------------------------------------------------------------------------------------------------

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
