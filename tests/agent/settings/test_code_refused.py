"""The code for a kernel's settings where a cell has chosen a backend in vain."""

from __future__ import annotations

import pytest
from aftermath import SETUP, outputs
from kernels import CellFailed

REFUSED = {
    "before there was another one": ([SETUP, "%matplotlib tk"], "matplotlib tk"),
    "in the first cell": ([SETUP + "%matplotlib qt"], "matplotlib qt"),
    "after another one": (["%matplotlib agg", SETUP, "%matplotlib qt"], "matplotlib qt"),
    "in the place of canvases": (["%matplotlib inline", SETUP, "%matplotlib gtk3"], "matplotlib gtk3"),
}
"""Cells of which the last one chooses a backend in vain, and the line that is not to be repeated."""


@pytest.mark.parametrize("case", REFUSED)
async def test_a_backend_that_could_not_be_chosen_is_not_written(start_kernel, case):
    cells, line = REFUSED[case]
    async with start_kernel() as kernel:
        for cell in cells[:-1]:
            await kernel.run(cell)
        with pytest.raises(CellFailed, match="ImportError"):
            await kernel.run(cells[-1])
        await kernel.run("%mpl_guard code")
        (shown,) = outputs(kernel)
        code = shown["data"]["text/plain"]
        assert line not in code
        assert ("agg" in code, "inline" in code) == ("agg" in cells[0], "inline" in cells[0])
    async with start_kernel() as kernel:
        await kernel.run(code + "\nplt.figure()")
