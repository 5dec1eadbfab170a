"""What an earlier version has archived of a notebook is restored by this one."""

from __future__ import annotations


async def test_a_notebooks_new_kernel_finds_what_an_earlier_version_has_archived(
    saved_by, saved_archive, opened, found, run, jp_root_dir, jp_runtime_dir
):
    kernel_name, saved = saved_by
    folder = saved_archive(saved, jp_root_dir.resolve() / "day.ipynb")
    session = await opened("day.ipynb", kernel_name)
    kernel_id = session["kernel"]["id"]
    state = await found(session)
    assert (state["status"], state["kernel_id"], state["backend"]) == ("offered", kernel_id, "agg")
    assert (state["rc_params"], state["last_restore"]["missing"]) == ({"figure.dpi": 137.0}, [])
    assert [each["names"] for each in state["figures"]] == [["fig", "line"]]
    assert not folder.exists()
    assert (jp_runtime_dir / f"mpl-guard-{kernel_id}").is_dir()
    assert await run(kernel_id, "print('fig' in globals(), plt.get_fignums())") == "False []\n"
    state = await found(session, figures="all")
    assert (state["status"], state["last_restore"]["missing"]) == ("restored", [])
    assert (
        await run(kernel_id, "print(line.figure is fig, line in fig.artists, plt.gcf() is fig)") == "True True True\n"
    )
