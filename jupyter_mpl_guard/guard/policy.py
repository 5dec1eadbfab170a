"""The guard's policy, as traits, settings page and REST call set it, and the first requests that follow from it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from ..agent.protocol import Begin, DataChoice, RestorePolicy, Trigger
from ..archive.disk.places import BESIDE, DiaryPlace
from .gateway.diaries import GatewayDiaries
from .pause import PauseReason


@dataclass(frozen=True)
class Policy:
    """The policy in force for all kernels of a server.

    Attributes
    ----------
    enabled : bool
        Whether kernels are guarded at all.
    figures : RestorePolicy
        After which end of a kernel its figures come back by themselves.
    data : DataChoice
        Which data is saved: all, what cells that draw have mentioned, or none.
    """

    enabled: bool = True
    figures: RestorePolicy = RestorePolicy.CRASH
    data: DataChoice = DataChoice.ALL


@dataclass(frozen=True)
class FigureLimits:
    """Limits on the figures that are saved, which the agent enforces.

    Attributes
    ----------
    figure : float
        MiB of memory and disk that one figure may take; 0 saves none.
    kernel : float
        MiB of disk that all saved figures of a kernel may take.
    seconds : float
        Seconds that saving a figure may take between two cells.
    """

    figure: float = 256.0
    kernel: float = 1024.0
    seconds: float = 1.0


@dataclass(frozen=True)
class DataPolicy:
    """Limits on the data that is saved, and names that are not, which the agent enforces.

    Attributes
    ----------
    value : float
        MiB that one value may take.
    kernel : float
        MiB of disk that all data of a kernel may take.
    objects : int
        Objects in one value.
    never_keep : tuple of str or None
        Parts of names whose values are never written, None for the usual ones.
    """

    value: float = 64.0
    kernel: float = 512.0
    objects: int = 100_000
    never_keep: tuple[str, ...] | None = None

    @property
    def amounts(self) -> dict[str, float]:
        """Those of them that are numbers."""
        return {"value": self.value, "kernel": self.kernel, "objects": self.objects}


class DiaryOrigin(Enum):
    """Where what an incarnation finds in its diary comes from."""

    NEW = "nothing came before it, or the guard has not been there"
    ARCHIVE = "the last kernel of its notebook"
    RESTART = "the incarnation before it, which was to end"
    CRASH = "the incarnation before it, which died"


_TRIGGERS: dict[DiaryOrigin, Trigger] = {
    DiaryOrigin.NEW: Trigger.MANUAL,
    DiaryOrigin.ARCHIVE: Trigger.RESTART,
    DiaryOrigin.RESTART: Trigger.RESTART,
    DiaryOrigin.CRASH: Trigger.CRASH,
}


def first_request(
    origin: DiaryOrigin,
    incarnation: int,
    pause: PauseReason | None,
    policy: Policy,
    limits: FigureLimits,
    data: DataPolicy | None = None,
    place: DiaryPlace = BESIDE,
) -> Begin | None:
    """Return the first request to the agent of a new incarnation, None where the kernel gets no agent.

    Settings come back wherever there is an agent. Figures come back by themselves as the policy says after this
    end, and are offered otherwise; while crashes pause the kernel they wait.

    Parameters
    ----------
    origin : DiaryOrigin
        Where the diary comes from.
    incarnation : int
        The server's count of incarnations, from 1.
    pause : PauseReason or None
        Why the kernel is paused.
    policy : Policy
        The policy in force.
    limits : FigureLimits
        How much of figures is saved.
    data : DataPolicy, optional
        How much data is saved.
    place : DiaryPlace
        Where the diary is.
    """
    data = data or DataPolicy()
    if pause is not None and pause.unguards:
        return None
    return Begin(
        trigger=_TRIGGERS[origin],
        incarnation=incarnation,
        paused=pause.message if pause else "",
        figures=policy.figures,
        limits=asdict(limits),
        data=policy.data,
        data_limits=data.amounts,
        never_keep=None if data.never_keep is None else list(data.never_keep),
        diary_dir=place.folder,
        trouble=place.trouble,
    )


class FirstRequests:
    """Make the first requests to agents, by the policy that is in force then.

    Parameters
    ----------
    policy : Policy
        The policy at first.
    limits : FigureLimits
        How much of figures is saved.
    data : DataPolicy
        How much data is saved.
    gateway : GatewayDiaries
        Adds what agents behind a gateway need to know.

    Attributes
    ----------
    policy : Policy
        The policy in force.
    """

    def __init__(self, policy: Policy, limits: FigureLimits, data: DataPolicy, gateway: GatewayDiaries) -> None:
        self.policy = policy
        self._limits = limits
        self._data = data
        self._gateway = gateway

    def set_policy(self, policy: Policy) -> None:
        """Apply a policy from the next incarnation of each kernel on."""
        self.policy = policy

    async def first_request(
        self,
        kernel_id: str,
        manager: Any,
        place: DiaryPlace,
        origin: DiaryOrigin,
        incarnation: int,
        pause: PauseReason | None,
    ) -> Begin | None:
        """Return the first request to the agent of a kernel's new incarnation, None without one, see `first_request`.

        Parameters
        ----------
        manager : jupyter_client.manager.KernelManager
            Says whether the kernel is behind a gateway, and of which kind it is.
        place, origin, incarnation, pause
            See `first_request`.
        """
        begin = first_request(origin, incarnation, pause, self.policy, self._limits, self._data, place)
        return begin and await self._gateway.complete(begin, kernel_id, manager)
