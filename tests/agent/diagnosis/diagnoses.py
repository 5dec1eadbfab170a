"""Asking a kernel for its diagnosis, and following a remedy to the letter."""

from __future__ import annotations

import json
import re
from typing import Any

from kernels import Kernel

INSTALL_SECONDS = 600.0
"""Seconds after which an installation has hung."""

_DIAGNOSE = "__import__('sys').modules['_jupyter_mpl_guard'].answer({{'action': {!r}}}).data"


async def ask(kernel: Kernel, question: str) -> dict[str, Any]:
    """Return the agent's answer to a question, asked by a silent request."""
    code = f"import json as _json\nprint(_json.dumps({_DIAGNOSE.format(question)}))\ndel _json"
    return json.loads(await kernel.run(code, silent=True))


async def checks(kernel: Kernel) -> dict[str, dict[str, str]]:
    """Return what each check has found, by its id."""
    return {each["id"]: each for each in (await ask(kernel, "diagnose"))["checks"]}


async def problems(kernel: Kernel) -> dict[str, str]:
    """Return the remedies of all problems, by the id of the check."""
    return {name: each["remedy"] for name, each in (await checks(kernel)).items() if each["status"] == "problem"}


async def follow(kernel: Kernel, remedy: str) -> None:
    """Run in a cell the code that a remedy names."""
    code = re.findall(r"`([^`]+)`", remedy)
    assert code, remedy
    await kernel.run("\n".join(code), limit=INSTALL_SECONDS)
