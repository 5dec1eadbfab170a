"""The agent in real kernels: what the user has set in the new incarnation stays."""

from __future__ import annotations

from pathlib import Path

from kernels import PYPLOT


async def test_what_the_user_has_set_in_the_new_incarnation_stays(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib widget\n" + PYPLOT + "plt.rcParams.update({'figure.dpi': 137, 'font.size': 13})")
        await kernel.crash()
        # The restore comes late: the user has begun already.
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 88\nplt.switch_backend('agg')\nmpl = 'mine'\n")
        await kernel.begin()
        state = await kernel.restored()
        assert (state["backend"], state["rc_params"]) == ("agg", {"figure.dpi": 88.0, "font.size": 13.0})
        assert await kernel.value("mpl") == "mine"


async def test_a_default_that_the_user_has_chosen_again_stays(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 100")
        await kernel.begin()
        assert (await kernel.restored())["rc_params"] == {}


async def test_restoring_twice_is_restoring_once(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.begin()
        await kernel.restored()
        await kernel.run("plt.rcParams['figure.dpi'] = 100; del plt")
        await kernel.restored()
        state = await kernel.ask("begin", install=True, trigger="crash", incarnation=2)
        assert (state["incarnation"], state["rc_params"], state["aliases"]) == (2, {}, {})


async def test_an_edited_matplotlibrc_is_not_undone(start_kernel):
    Path("matplotlibrc").write_text("figure.dpi: 111\nfont.size: 13\nlines.linewidth: 4")
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['font.size'] = 17")
        Path("matplotlibrc").write_text("figure.dpi: 122\nfont.size: 14\naxes.grid: True")
        await kernel.crash()
        await kernel.begin()
        state = await kernel.restored()
        assert state["rc_params"] == {"figure.dpi": 122.0, "font.size": 17.0, "axes.grid": True}


async def test_what_a_start_up_file_sets_does_not_count_as_the_users_word(start_kernel, tmp_path):
    folder = tmp_path / "ipython" / "profile_default" / "startup"
    folder.mkdir(parents=True)
    (folder / "00.py").write_text(PYPLOT + "plt.rcParams['figure.dpi'] = 80; plt.switch_backend('agg')")
    async with start_kernel() as kernel:
        await kernel.run("%matplotlib widget\nplt.rcParams['figure.dpi'] = 137")
        await kernel.crash()
        await kernel.begin()
        state = await kernel.restored()
        assert (state["backend"], state["rc_params"]) == ("widget", {"figure.dpi": 137.0})


async def test_defaults_that_the_user_has_gone_back_to_stay(start_kernel):
    async with start_kernel() as kernel:
        for line in ("plt.style.use('default')", "plt.rcdefaults()", "plt.rc('figure', dpi=100)"):
            await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137")
            await kernel.crash()
            await kernel.run(PYPLOT + line)
            await kernel.begin()
            assert (await kernel.restored())["rc_params"] == {}, line
