"""A guard that only records what handlers ask it, and every call that they answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from plot_states import plot_state

from jupyter_mpl_guard.guard.refusals import KernelBusy, KernelUnusable, UnknownFigure, UnknownKernel

KERNEL = "6ad0a3b2-6f0f-4a43-9a0c-52f4e4a7d5c1"
BASH = "0f8fad5b-d9cb-469f-a165-70867728950e"
FIGURES = ("a", "b")
PNG = b"\x89PNG\r\n\x1a\n of a figure"
QUESTIONS = ("diagnosis", "backends", "code")

# Every call of the API: method, path below mpl-guard/, a body that is right.
CALLS = [
    ("POST", "reinit", {"kernel_id": KERNEL}),
    ("GET", "kernels", None),
    ("HEAD", "kernels", None),
    ("GET", f"kernels/{KERNEL}", None),
    ("HEAD", f"kernels/{KERNEL}", None),
    *((method, f"kernels/{KERNEL}/{path}", None) for path in QUESTIONS for method in ("GET", "HEAD")),
    ("PATCH", f"kernels/{KERNEL}", {"paused": True}),
    ("DELETE", f"kernels/{KERNEL}", None),
    ("DELETE", f"kernels/{KERNEL}/figures/a", None),
    ("GET", f"kernels/{KERNEL}/figures/a.png", None),
    ("HEAD", f"kernels/{KERNEL}/figures/a.png", None),
    ("POST", f"kernels/{KERNEL}/figures/a/export", {"format": "png"}),
    ("PUT", "policy", {"enabled": True, "figures": "crash"}),
    ("GET", "spec.yaml", None),
    ("HEAD", "spec.yaml", None),
]
CALLS_WITH_BODY = [call for call in CALLS if call[2] is not None]


@dataclass(frozen=True)
class Policy:
    enabled: bool = True
    figures: str = "crash"


class RecordingFigures:
    """The calls of the same guard that concern single figures."""

    def __init__(self, guard):
        self.guard = guard

    async def close(self, kernel_id, figure):
        state = self.guard.known(kernel_id)
        self.guard.find([figure])
        self.guard.calls.append(("close", kernel_id, figure))
        return state

    async def picture(self, kernel_id, figure, *, draw):
        self.guard.known(kernel_id)
        return PNG if figure == "a" or draw else None

    async def export(self, kernel_id, figure, **options):
        self.guard.known(kernel_id)
        self.guard.find([figure])
        self.guard.calls.append(("export", kernel_id, figure, options))
        if options.get("timeout") == 0:
            raise KernelBusy("It is busy.")
        return PNG


class RecordingQuestions:
    """The questions that idle kernels of the same guard are asked."""

    def __init__(self, guard):
        self.guard = guard
        self.asked = []

    async def diagnosis(self, kernel_id):
        return self.answer("diagnosis", kernel_id, {"checks": []})

    async def backends(self, kernel_id):
        return self.answer("backends", kernel_id, {"backends": []})

    async def code(self, kernel_id):
        return self.answer("code", kernel_id, {"code": ""})

    def answer(self, question, kernel_id, document):
        state = self.guard.known(kernel_id)
        if state["status"] == "unsupported":
            raise KernelUnusable("This kernel does not run Python.")
        if state["status"] == "restoring":
            raise KernelBusy("The kernel is busy.", [])
        self.asked.append((question, kernel_id))
        return document


class RecordingGuard:
    """A guard over kernels that are only records: it keeps what handlers ask and refuses as the real one does."""

    def __init__(self):
        self.policy = Policy()
        self.kernels = {KERNEL: plot_state(KERNEL), BASH: plot_state(BASH, status="unsupported")}
        self.calls = []
        self.questions = RecordingQuestions(self)
        self.figures = RecordingFigures(self)

    async def states(self):
        return list(self.kernels.values())

    async def state(self, kernel_id):
        return self.known(kernel_id)

    def known(self, kernel_id):
        if kernel_id not in self.kernels:
            raise UnknownKernel(kernel_id)
        return self.kernels[kernel_id]

    async def reinit(self, kernel_id, **options):
        self.calls.append(("reinit", kernel_id, options))
        if self.known(kernel_id)["status"] == "unsupported":
            raise KernelUnusable("This kernel does not run Python, so 100 % of %matplotlib is missing.")
        self.find(options.get("figures", []))
        return self.known(kernel_id)

    def find(self, figures):
        """Raise `UnknownFigure` for an id that is not in `FIGURES`: all kernels have those."""
        for figure in figures if isinstance(figures, list) else []:
            if figure not in FIGURES:
                raise UnknownFigure(figure)

    async def pause(self, kernel_id, paused):
        self.calls.append(("pause", kernel_id, paused))
        self.known(kernel_id)["status"] = "paused" if paused else "live"
        return self.known(kernel_id)

    async def set_next_restore(self, kernel_id, restore):
        self.calls.append(("next_restore", kernel_id, restore))
        return self.known(kernel_id)

    async def forget(self, kernel_id):
        self.calls.append(("forget", kernel_id))
        self.known(kernel_id)

    async def set_policy(self, **changes):
        self.calls.append(("set_policy", changes))
        self.policy = replace(self.policy, **changes)
        return self.policy


def assert_is_error(answer):
    """Check that an answer is Jupyter's error body with a sentence in it."""
    assert set(answer) == {"message", "reason"}
    assert re.fullmatch(r"\S.*[.]", answer["message"]), answer["message"]
