"""Figures into the files of a diary, within limits."""

from contextlib import ExitStack

from ..pickling.sink import CannotWrite, NotPicklable, Sink, TooLarge
from ..storage import signing
from ..storage.figure_list import MIB, SUFFIX, FigureList, called, without_file

LATEST = "the latest changes of "


class Refused(Exception):
    """Say in half a sentence why a figure is not saved."""


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


class Checkpoint(FigureList):
    """Pickle figures into the diary of one kernel."""

    def save(self, attempt, described, limit, seconds):
        """Pickle figures into a file of the diary, unless they are there already, and return their entry.

        Parameters
        ----------
        attempt : attempt.Attempt
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
                return Sink(code.update, draft.file.write, limit=most, seconds=seconds)

            try:
                attempt.dump(sink)
            except TooLarge:
                raise Refused(sentence) from None
            except CannotWrite as error:
                raise OSError(*error.args) from error
            except NotPicklable as error:
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
