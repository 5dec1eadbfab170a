"""Every way to set Matplotlib up comes back in the kernel's next incarnation."""

from __future__ import annotations

import pytest
from samples import some_of
from settings_cases import CASES, PROBE, TOGETHER, differences, parsed


@pytest.mark.parametrize("cases", some_of(TOGETHER, 7), ids=", ".join)
async def test_settings_come_back_after_a_crash(start_kernel, cases):
    await settings_come_back(start_kernel, "python3", *cases)


@pytest.mark.parametrize("cases", some_of(TOGETHER, 2), ids=", ".join)
async def test_settings_come_back_with_the_oldest_versions(start_kernel, oldest_kernel, cases):
    await settings_come_back(start_kernel, oldest_kernel, *cases)


def test_each_case_is_tested():
    assert sorted(case for cases in TOGETHER for case in cases) == sorted(CASES)


async def settings_come_back(start_kernel, name, *cases):
    async with start_kernel(name) as kernel:
        for case in cases:
            await kernel.run(CASES[case])
        before = parsed(await kernel.run(PROBE))
        state = kernel.saved()
        assert state["status"] == "live"
        assert state["backend"] == before["backend"]
        await kernel.crash()
        acknowledged = await kernel.begin()
        assert acknowledged["status"] in ("restored", "partial")  # settings wait for the first cell that needs them
        assert acknowledged["incarnation"] == 2
        after = parsed(await kernel.run(PROBE))
        # Only a backend's own display hook may differ: `import pyplot` alone had not asked for one yet.
        for flush_hooks in (before.pop("flush_hooks"), after.pop("flush_hooks")):
            assert len(flush_hooks) <= 1
        if not before["printers"]:
            after["printers"] = {}
        assert differences(after, before) == {}
        state = kernel.saved()
        assert state["status"] == "restored", state["last_restore"]
        assert state["last_restore"]["trigger"] == "crash"
        # The set-up cells may run again: nothing changes, no second hook appears.
        for case in cases:
            await kernel.run(CASES[case])
        again = parsed(await kernel.run(PROBE))
        assert len(again.pop("flush_hooks")) <= 1
        if not before["printers"]:
            again["printers"] = {}
        assert differences(again, before) == {}


async def test_a_pair_that_is_only_accepted_as_text_comes_back(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("import matplotlib.pyplot as plt\nplt.rcParams['legend.loc'] = (0.2, 0.7)")
        await kernel.crash()
        await kernel.begin()
        assert await kernel.run("print(plt.rcParams['legend.loc'])") == "(0.2, 0.7)\n"
