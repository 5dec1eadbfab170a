"""Requests: what the server asks of the agent. A kernel that begins needs the first of them only, which is here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from .checks import checked, member, numbers, one_of, texts_or_none

if TYPE_CHECKING:
    from .actions import Action
    from .gateway import GatewayKernel

BEGIN = "begin"
"""Its name."""

DIARY_DIR = "MPL_GUARD_DIARY_DIR"
"""Environment variable of a kernel that names the folder for its diary."""


class Trigger(str, Enum):
    """How the last incarnation has ended."""

    RESTART = "restart"
    CRASH = "crash"
    MANUAL = "manual"  # the server does not know


class RestorePolicy(str, Enum):
    """After which ends of the kernel figures come back by themselves."""

    CRASH = "crash"
    ALWAYS = "always"
    NEVER = "never"


class DataChoice(str, Enum):
    """Which data is saved."""

    ALL = "all"
    PLOTS = "plots"  # what cells that draw have mentioned
    NONE = "none"


class NextRestore(str, Enum):
    """Whether the next incarnation restores anything by itself."""

    AUTO = "auto"
    NONE = "none"


NEVER_KEEP = ("password", "passwd", "token", "secret", "api_key", "apikey", "credential", "private_key", "access_key")
"""Parts of names that hold a credential, whatever precedes or follows them."""


class Begin(NamedTuple):
    """Begin in a new process of the kernel, and restore what the diary holds.

    Attributes
    ----------
    trigger : Trigger
        How the last incarnation has ended.
    incarnation : int
        The server's count of the kernel's processes, from 1.
    paused : str
        Why the server has paused the restores of this kernel although its settings come back, "" if it has not.
    figures : RestorePolicy
        When figures come back by themselves.
    limits : mapping of str to float
        Parameters of `pickling.limits.budget.Limits`; unknown ones are ignored.
    restore : NextRestore
        With ``NONE`` settings are left as they are, and figures are offered.
    data : DataChoice
        Which data is saved.
    data_limits : mapping of str to float
        Parameters of `values.examination.DataLimits`.
    never_keep : sequence of str or None
        Parts of names that are never written, None for the usual ones.
    diary_dir : str or None
        Folder for the diary, "" for that of the connection file; None where the kernel's environment
        decides.
    trouble : str
        Why that is not the folder that was chosen, "" where it is.
    gateway : GatewayKernel or None
        What a kernel behind a gateway needs to know, None for others.
    """

    trigger: Trigger = Trigger.MANUAL
    incarnation: int = 1
    paused: str = ""
    figures: RestorePolicy = RestorePolicy.CRASH
    limits: Mapping[str, float] = {}
    restore: NextRestore = NextRestore.AUTO
    data: DataChoice = DataChoice.ALL
    data_limits: Mapping[str, float] = {}
    never_keep: Sequence[str] | None = None
    diary_dir: str | None = None
    trouble: str = ""
    gateway: GatewayKernel | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Begin:
        """Return the request that a server has sent; unknown keys are ignored.

        Raises
        ------
        ValueError
            A value is not one of those that its key may have.
        """
        return cls(
            trigger=member("trigger", data.get("trigger", Trigger.MANUAL), Trigger),
            incarnation=max(checked("incarnation", data.get("incarnation", 1), int), 1),
            paused=checked("paused", data.get("paused", ""), str),
            figures=member("figures", data.get("figures", RestorePolicy.CRASH), RestorePolicy),
            limits=numbers("limits", data.get("limits", {})),
            restore=member("restore", data.get("restore", NextRestore.AUTO), NextRestore),
            data=member("data", data.get("data", DataChoice.ALL), DataChoice),
            data_limits=numbers("data_limits", data.get("data_limits", {})),
            never_keep=texts_or_none("never_keep", data.get("never_keep")),
            diary_dir=None if data.get("diary_dir") is None else checked("diary_dir", data["diary_dir"], str),
            trouble=checked("trouble", data.get("trouble", ""), str),
            gateway=None if data.get("gateway") is None else _gateway_kernel(data["gateway"]),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the request as `from_json` reads it."""
        return {
            "action": BEGIN,
            **self._asdict(),
            "trigger": self.trigger.value,
            "figures": self.figures.value,
            "restore": self.restore.value,
            "data": self.data.value,
            "limits": dict(self.limits),
            "data_limits": dict(self.data_limits),
            "never_keep": None if self.never_keep is None else list(self.never_keep),
            "gateway": None if self.gateway is None else self.gateway._asdict(),
        }


def _gateway_kernel(data: Any) -> GatewayKernel:
    from .gateway import GatewayKernel  # few kernels are behind a gateway

    return GatewayKernel.from_json(data)


Request = Union[Begin, "Action"]
"""A `Begin`, or one of the `ACTIONS` of an agent that has begun."""


def request_from_json(data: Any) -> Request:
    """Return the request that a server has sent, a `Begin` where it does not say which.

    Raises
    ------
    ValueError
        It is not a request, or a value is not one of those that its key may have.
    """
    if not isinstance(data, dict):
        raise ValueError("a request has to be a JSON object")
    action = data.get("action", BEGIN)
    if action == BEGIN:
        return Begin.from_json(data)
    from .actions import ACTIONS

    return ACTIONS[one_of("action", action, (BEGIN, *ACTIONS))].from_json(data)
