"""The line magic `%mpl_guard` in real kernels: what it shows, and that it costs nothing until it is used."""

from __future__ import annotations

import pytest
from aftermath import AGG
from kernels import Kernel
from magics import errors, shown, texts

from jupyter_mpl_guard.agent.magic import HELP
from jupyter_mpl_guard.agent.magic.arguments import SUBCOMMANDS

MODULES = (
    "sorted(name for name in __import__('sys').modules if name.startswith(('matplotlib', '_jupyter_mpl_guard.magic')))"
)

IS_THERE = "'mpl_guard' in get_ipython().magics_manager.lsmagic()['line']"

COMPLETERS = "[each.__module__ for each in get_ipython().Completer.custom_matchers]"

UNINSTALL = "__import__('sys').modules['_jupyter_mpl_guard'].uninstall()"


async def completed(kernel: Kernel, line: str) -> list[str]:
    """Return what a client offers for the end of a line."""
    reply = await kernel.complete(line)
    assert reply["cursor_end"] == len(line)
    return reply["matches"]


async def test_it_is_there_where_the_agent_is_and_nowhere_else(start_kernel):
    async with start_kernel(agent=False) as kernel:
        assert not await kernel.value(IS_THERE)
        await kernel.begin("manual")
        assert await kernel.value(IS_THERE)
        at_start = ["", ".registration"]
        assert await kernel.value(MODULES) == [f"_jupyter_mpl_guard.magic{name}" for name in at_start]
        await kernel.run(UNINSTALL)
        assert not await kernel.value(IS_THERE)
        assert not await kernel.value("hasattr(get_ipython().magics_manager.user_magics, 'mpl_guard')")
        assert await kernel.value(COMPLETERS) == []


async def test_it_needs_no_matplotlib_and_imports_none(start_kernel, bare_kernel):
    async with start_kernel(bare_kernel) as kernel:
        assert await shown(kernel) == "Matplotlib is not in use in this kernel."
        assert await shown(kernel, "figures") == "There are no figures."
        assert await shown(kernel, "restore") == "Nothing from before the restart waits to be restored."
        for command in SUBCOMMANDS:
            await shown(kernel, command)
        assert not [name for name in await kernel.value(MODULES) if name.startswith("matplotlib")]


async def test_a_kernel_that_has_not_imported_matplotlib_does_not_because_of_it(start_kernel):
    async with start_kernel() as kernel:
        for command in SUBCOMMANDS:
            await shown(kernel, command)
        assert not [name for name in await kernel.value(MODULES) if name.startswith("matplotlib")]


async def test_it_leaves_a_magic_of_the_user_alone(start_kernel):
    mine = "get_ipython().register_magic_function(lambda line: print('mine', line), 'line', 'mpl_guard')"
    async with start_kernel(agent=False) as kernel:
        await kernel.run(mine)
        await kernel.begin("manual")
        assert await kernel.run("%mpl_guard status") == "mine status\n"
        assert await kernel.value(COMPLETERS) == []
        await kernel.run(UNINSTALL)
        assert await kernel.run("%mpl_guard status") == "mine status\n"
    async with start_kernel() as kernel:
        await kernel.run(mine)
        await kernel.run(UNINSTALL)
        assert await kernel.run("%mpl_guard status") == "mine status\n"


async def test_it_says_what_the_running_cell_has_done_until_then(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG)
        await kernel.run(
            "fig, ax = plt.subplots(); plt.rcParams['lines.linewidth'] = 7.5\n%mpl_guard\n%mpl_guard figures"
        )
        status, figures = texts(kernel)
        assert "rcParams['lines.linewidth']  7.5" in status.splitlines()
        assert "fig, ax" in figures.splitlines()[1]


async def test_texts_of_users_are_escaped_and_move_no_cursor(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig = plt.figure('<script>alert(1)</script>\\n\\x1b[2J')")
        await kernel.run("%mpl_guard figures")
        (bundle,) = [
            each["content"]["data"] for each in kernel.messages if each["header"]["msg_type"] == "display_data"
        ]
        assert "<script>" not in bundle["text/html"]
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in bundle["text/html"]
        assert "\x1b" not in bundle["text/plain"]
        assert len(bundle["text/plain"].splitlines()) == 2


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("restroe", "%mpl_guard has no subcommand 'restroe'; there are " + ", ".join(SUBCOMMANDS) + "."),
        ("status fig", "%mpl_guard status takes nothing behind it."),
        ("restore nothing", "No figure 'nothing' can be restored: there is none from before the restart."),
        ("dismiss nothing", "No figure 'nothing' can be dismissed: there is none from before the restart."),
        ("restore 'fig", '%mpl_guard cannot read "restore \'fig": No closing quotation.'),
    ],
)
async def test_what_means_nothing_is_one_line_and_no_traceback(start_kernel, line, sentence):
    async with start_kernel() as kernel:
        assert await errors(kernel, f"%mpl_guard {line}") == f"UsageError: {sentence}\n"
        assert await shown(kernel) == "Matplotlib is not in use in this kernel."


async def test_an_agent_that_is_broken_costs_one_line_and_no_cell(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run("import sys; sys.modules['_jupyter_mpl_guard']._agent.need_responder().state = None")
        said = (await kernel.run("%mpl_guard\nprint('goes on')")).splitlines()
        assert sorted(said) == ["%mpl_guard: TypeError: 'NoneType' object is not callable", "goes on"]


async def test_other_threads_and_forks_may_read_and_nothing_else(start_kernel):
    code = "import threading\nfrom IPython import get_ipython\nip = get_ipython()\ndef call(line):\n"
    code += (
        "    try:\n        ip.run_line_magic('mpl_guard', line)\n    except Exception as error:\n        print(error)\n"
    )
    code += "thread = threading.Thread(target=call, args=({!r},)); thread.start(); thread.join()"
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig = plt.figure()")
        await kernel.run(code.format("figures"))
        assert "fig" in texts(kernel)[0]
        assert await kernel.run(code.format("forget")) == (
            "%mpl_guard forget works in the main thread of the kernel only.\n"
        )


async def test_it_is_completed(start_kernel):
    async with start_kernel() as kernel:
        assert await completed(kernel, "%mpl_guard re") == ["restore", "resume"]
        assert await completed(kernel, "%mpl_guard ") == list(SUBCOMMANDS)
        assert await completed(kernel, "x = 1\n%mpl_guard RE") == ["restore", "resume"]
        assert await completed(kernel, "mpl_guard doc") == ["doctor"]
        assert "doctor" not in await completed(kernel, "print(mpl_guard, do")
        assert "%mpl_guard" in await completed(kernel, "%mpl_g")


async def test_it_is_completed_with_an_ipython_that_has_no_matchers(start_kernel, oldest_kernel):
    async with start_kernel(oldest_kernel) as kernel:
        assert set(await completed(kernel, "%mpl_guard ")) >= set(SUBCOMMANDS)
        assert await completed(kernel, "%mpl_guard doc") == ["doctor"]
        await kernel.run(UNINSTALL)
        assert "doctor" not in await completed(kernel, "%mpl_guard doc")


async def test_a_diagnosis_says_the_same_once(start_kernel):
    async with start_kernel() as kernel:
        assert (await shown(kernel, "doctor")).count("Matplotlib is not imported") == 1


async def test_its_help_is_one_text(start_kernel):
    async with start_kernel() as kernel:
        assert await shown(kernel, "help") == HELP.rstrip()
        await kernel.run("%mpl_guard?")
        (page,) = kernel.payload
        for line in HELP.splitlines():
            assert line in page["data"]["text/plain"]
        assert ".py" not in page["data"]["text/plain"]  # its source is on no disk
        await kernel.run("%mpl_guard??")
        (page,) = kernel.payload
        assert "mpl_guard" in page["data"]["text/plain"]
        assert ".py" not in page["data"]["text/plain"]


@pytest.mark.parametrize("command", SUBCOMMANDS)
def test_each_subcommand_is_in_the_help(command):
    assert any(line.startswith(f"%mpl_guard {command} ") for line in HELP.splitlines()) or command == "status"


async def test_it_outlives_a_namespace_that_is_emptied_and_modules_that_are_reloaded(start_kernel):
    async with start_kernel() as kernel:
        await kernel.run(AGG + "fig = plt.figure()")
        await kernel.run("%load_ext autoreload\n%autoreload 2")
        assert "fig" in await shown(kernel, "figures")
        await kernel.run("%reset -f")
        assert "fig" not in (await shown(kernel, "figures")).splitlines()[-1].split()
        assert "agg" in await shown(kernel)
