"""A saved setting is what a list says that it may be; what names code counts where the user's cells have chosen it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aftermath import crash, reasons
from cycler import cycler
from kernels import PYPLOT

from jupyter_mpl_guard.agent.settings import rcparams
from jupyter_mpl_guard.agent.settings.cycles import cycle_of
from jupyter_mpl_guard.agent.storage import settings_record
from jupyter_mpl_guard.agent.storage.allowed import OF_MATPLOTLIB, in_another_kind, in_this_kernel
from jupyter_mpl_guard.agent.storage.settings_record import SettingsRecord

BACKENDS = {
    "agg": (True, True),
    "TkAgg": (True, True),
    "module://matplotlib_inline.backend_inline": (True, True),
    "module://ipympl.backend_nbagg": (True, True),
    "module://my_package.backend": (True, False),
    "module://": (False, False),
    "module://a b": (False, False),
    "module://a.b\n": (False, False),
    "module://../payload": (False, False),
    "agg\n": (False, False),
    "a.b": (False, False),
    "": (False, False),
}
"""Backend to whether it may be put in force in the kernel whose cells have chosen it, and in another one."""


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("own", [True, False])
def test_a_backend_that_is_a_module_is_for_the_kernel_whose_cells_have_chosen_it(backend, own):
    record = SettingsRecord({"backend": backend}, chosen_backend=backend, process=1 if own else None)
    allowed, missing = in_this_kernel(record)
    fits = BACKENDS[backend][not own]
    assert (allowed.chosen_backend, allowed.settings["backend"]) == ((backend, backend) if fits else (None, None))
    assert [each.what for each in missing] == ([] if fits else [f"backend {backend!r}"])
    assert in_another_kind(record)[0].chosen_backend == (backend if BACKENDS[backend][1] else None)


@pytest.mark.parametrize("own", [True, False])
def test_names_are_given_to_modules_of_matplotlib_only(own):
    aliases = {"plt": "matplotlib.pyplot", "not a name": "matplotlib", "o": "os", "open": "matplotlib.cm"}
    record = SettingsRecord({"aliases": aliases}, modules=["matplotlib.cm", "os"], process=1 if own else None)
    allowed, missing = in_this_kernel(record)
    assert allowed.modules == ["matplotlib.cm"]
    assert set(allowed.settings["aliases"]) == ({"plt", "open"} if own else {"plt"})
    assert {"the name not a name", "the name o"} <= {each.what for each in missing}


def test_the_list_of_modules_has_those_of_matplotlib():
    for name in ("pylab", "matplotlib", "matplotlib.pyplot", "matplotlib.tri", "mpl_toolkits.mplot3d.art3d"):
        assert OF_MATPLOTLIB.fullmatch(name), name
    for name in ("matplotlibx", "matplotlib.", "matplotlib.backends.backend_qtagg", "mpl_toolkits.payload", "os"):
        assert not OF_MATPLOTLIB.fullmatch(name), name


@pytest.mark.parametrize(
    ("text", "cycle"),
    [
        ("cycler('color', ['r', (0, 1.0, 0)])", cycler("color", ["r", (0, 1.0, 0)])),
        ("cycler('color', ['r', 'g']) + cycler('lw', [1, 2])", cycler(color=["r", "g"], lw=[1, 2])),
        ("cycler(color=['r', 'g']) * cycler(lw=[1, -2])", cycler(color=["r", "g"]) * cycler(lw=[1, -2])),
    ],
)
def test_a_cycle_of_properties_is_read_from_its_text(text, cycle):
    assert cycle_of(text) == cycle


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "cycler('color', [open('ran', 'w')])",
        "[cycler('color', ['r']) for _ in [open('ran', 'w')]][0]",
        "cycler.__class__('color', ['r'])",
        "(q:=[], q.append(1), cycler('color', ['r']))[-1]",
        "cycler('color', ['r']) * 1000000000",
        "*".join(["cycler(a=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10])"] * 9),
        "cycler(**{'color': ['r']})",
        "cycler('color')",
        "-" * 100_000 + "1",
        "(" * 100_000,
        "cycler('color', [" + "[" * 100_000,
        "\0",
    ],
    ids=lambda text: text[:40],
)
def test_nothing_else_is_evaluated_as_a_cycle(text, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        cycle_of(text)
    assert rcparams.refused({"axes.prop_cycle": text, "figure.dpi": 3})
    assert not Path("ran").exists()


async def test_a_module_that_a_cell_has_chosen_as_backend_is_back_after_a_crash(start_kernel):
    Path("mine.py").write_text("from matplotlib.backends.backend_agg import *\n")
    async with start_kernel() as kernel:
        await kernel.run("import matplotlib; matplotlib.use('module://mine'); import matplotlib.pyplot as plt")
        state = await crash(kernel)
        assert (state["backend"], state["status"], reasons(state)) == ("module://mine", "restored", {})


async def test_a_cycle_that_only_eval_understands_is_named(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['axes.prop_cycle'] = plt.cycler(color=['r', 'g'])")
        await kernel.run("0")
        await kernel.crash()
        document = kernel.diary.read("record.json")
        del document["mac"]
        text = "[cycler('color', ['r']) for _ in [open('ran', 'w')]][0]"
        document["settings"]["rc_params"]["axes.prop_cycle"] = text
        settings_record.write(
            kernel.diary,
            SettingsRecord.from_json(json.loads(json.dumps(document)))[0],
            Path(kernel.diary.folder).name.removeprefix("mpl-guard-"),
            kernel.manager.session.key,
        )
        await kernel.begin()
        state = await kernel.restored()
        assert list(reasons(state)) == ["rcParams['axes.prop_cycle']"]
        assert not Path("ran").exists()
