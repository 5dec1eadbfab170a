"""The plotting settings in the diary: written down twice, so that one damaged file does not lose them."""

from ..protocol import EMPTY_SETTINGS
from . import diary, figure_list, signing


class LastSettings:
    """What the last incarnation has left of its settings.

    Attributes
    ----------
    settings : dict
        As `settings.Watch.capture` has returned them; empty where there are none.
    record : dict
        What that has returned as the record.
    incarnation : int
        Which one it was, 0 where it is not known.
    missing : list of dict
        ``{"what", "why"}`` of what could not be read.
    """

    def __init__(self):
        self.settings: dict = {}
        self.record: dict = {}
        self.incarnation = 0
        self.missing: list = []


def keep(kept_in, captured, record, kernel_id, key):
    """Write the record of the settings, with the settings in it, signed.

    Raises
    ------
    OSError, ValueError
        See `diary.Diary.write`.
    """
    document = {**record, "settings": captured}
    kept_in.write(diary.RECORD, {**document, "mac": signing.signature(key, kernel_id, figure_list.text(document))})


def recall(kept_in, kernel_id, key):
    """Return the `LastSettings` of the last incarnation.

    The plot state counts; where it is damaged the record's signed copy of the settings takes its place.
    """
    memory = LastSettings()
    state, record = (_read(kept_in, name, memory.missing) for name in (diary.STATE, diary.RECORD))
    document = {name: value for name, value in record.items() if name != "mac"}
    copy = document.pop("settings", {})
    if not record or signing.is_signed(
        record.get("mac"), key, kernel_id, figure_list.text({**document, "settings": copy})
    ):
        memory.record = document
    elif "mac" in record and key:
        what, why = "details of the plotting settings", "their record does not carry this kernel's signature"
        memory.missing.append({"what": what, "why": why})
    memory.settings = state if _is_whole(state) else {**state, **copy} if memory.record else state
    incarnation = state.get("incarnation", 0)
    memory.incarnation = incarnation if isinstance(incarnation, int) else 0
    return memory


def _is_whole(state):
    """Tell whether a plot state has all settings, each of its type."""
    return all(
        key in state and (state[key] is None or isinstance(state[key], type(value)) or value is None)
        for key, value in EMPTY_SETTINGS.items()
    )


def _read(kept_in, name, missing):
    try:
        return kept_in.read(name, through_link=True) or {}
    except diary.DiaryError as error:
        missing.append({"what": "a part of what was saved", "why": str(error)})
        return {}
