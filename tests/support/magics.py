"""The magic as a user sees it: what it displays, and what it says of an error."""

from __future__ import annotations

from kernels import CellFailed, Kernel


def texts(kernel: Kernel) -> list[str]:
    """Return what the last cell has displayed, as text; each of it can be shown as HTML too."""
    bundles = [each["content"]["data"] for each in kernel.messages if each["header"]["msg_type"] == "display_data"]
    assert all(sorted(each) == ["text/html", "text/plain"] for each in bundles), bundles
    return [each["text/plain"] for each in bundles]


async def shown(kernel: Kernel, line: str = "") -> str:
    """Run the magic in a cell of its own and return the text that it displays."""
    assert await kernel.run(f"%mpl_guard {line}") == ""
    (text,) = texts(kernel)
    return text


async def errors(kernel: Kernel, code: str) -> str:
    """Run a cell that fails and return its output and traceback."""
    try:
        await kernel.run(code)
    except CellFailed:
        said = [each["content"] for each in kernel.messages if each["header"]["msg_type"] in ("stream", "error")]
        return "".join(each["text"] if "text" in each else "".join(each["traceback"]) for each in said)
    raise AssertionError(f"{code!r} has not failed")
