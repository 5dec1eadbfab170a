"""The label of a diary: says which notebook's kernel it belongs to, and from when."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ..agent.storage.diary import Diary, DiaryError

LABEL = "notebook.json"
"""The label's file in a diary's folder, and in that of a keepsake."""


@dataclass(frozen=True)
class DiaryOwner:
    """What the server writes down beside what the agent has written.

    Attributes
    ----------
    notebook : str
        The notebook, as `notebooks.Notebooks.address` has it.
    kernel_id : str
        The id that the diary is signed for.
    lease : str
        Name of the `lease.ServerLock` of the server whose kernel it is, "" where it has none.
    kept_at : float
        Seconds since the epoch at which it became a keepsake, 0 while its kernel lives.
    key : str
        The key that signed it, while it is being handed over only: jupyter_client removes the connection file with
        the kernel, and without its key nothing could be checked any more if the server were killed in between.
    """

    notebook: str
    kernel_id: str
    lease: str = ""
    kept_at: float = 0.0
    key: str = ""

    def write(self, diary: Diary) -> None:
        """Put the label on a diary; raises as `Diary.write` does."""
        diary.write(LABEL, asdict(self))

    @classmethod
    def of(cls, diary: Diary) -> DiaryOwner | None:
        """Return a diary's label, None where it has none that can be read."""
        try:
            label = cls(**(diary.read(LABEL) or {}))
        except (DiaryError, TypeError):
            return None
        whole = all(isinstance(value, type(getattr(_BLANK, name))) for name, value in asdict(label).items())
        return label if whole else None


_BLANK = DiaryOwner("", "")
