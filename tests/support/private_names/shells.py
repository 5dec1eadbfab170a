"""The private names of IPython and ipykernel."""

from __future__ import annotations

import builtins
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import IPython
import ipywidgets
from _jupyter_mpl_guard.internals import callbacks, ipython, pyplot
from _jupyter_mpl_guard.internals import ipywidgets as widgets
from ipykernel import version_info
from matplotlib.figure import Figure

from private_names.cases import case, handler, removed, replaced, shell


@case("IPython.core.interactiveshell.InteractiveShell.user_ns_hidden")
def the_shell_knows_what_is_not_the_users():
    assert {"In", "Out"} <= set(ipython.hidden_names(shell))
    shell.push({"pushed": 1}, interactive=False)
    assert ipython.hidden_names(shell)["pushed"] == 1
    ipython.show_name(shell, "pushed")
    assert "pushed" not in ipython.hidden_names(shell)
    yield nullcontext()
    assert ipython.hidden_names(SimpleNamespace()) == {}
    ipython.show_name(SimpleNamespace(), "pushed")


@case("IPython.core.interactiveshell.InteractiveShell.builtin_trap")
def code_finds_the_built_in_names_of_cells():
    assert callbacks.builtins_of_cells() is shell.builtin_trap
    with callbacks.builtins_of_cells():
        assert builtins.get_ipython() is shell
    yield replaced(IPython, "get_ipython", SimpleNamespace)
    with callbacks.builtins_of_cells():
        pass


@case("IPython.core.extensions.ExtensionManager.loaded")
def the_shell_knows_its_extensions():
    assert ipython.loaded_extensions(shell) == shell.extension_manager.loaded
    yield nullcontext()
    assert ipython.loaded_extensions(SimpleNamespace()) == frozenset()


@case("ipykernel.kernelbase.Kernel.eventloop")
def a_kernel_runs_no_windows_unless_it_is_told_to():
    assert not pyplot.runs_windows(shell.kernel)
    with replaced(shell.kernel, "eventloop", print):
        assert pyplot.runs_windows(shell.kernel)
    yield nullcontext()
    assert not pyplot.runs_windows(SimpleNamespace())


@case("debugpy._vendored.pydevd._pydevd_bundle")
def the_tracers_of_the_debugger_are_known_by_their_module():
    package = Path(find_spec("debugpy").origin).parent / "_vendored" / "pydevd" / "_pydevd_bundle"
    assert list(package.glob("pydevd_*.py"))
    assert ipython.is_debuggers(type("ThreadTracer", (), {"__module__": package.name + ".pydevd_cython"}))
    yield nullcontext()
    assert not ipython.is_debuggers(type("ThreadTracer", (), {"__module__": "elsewhere"}))


@case("IPython.core.history.HistoryManager.input_hist_raw")
def the_shell_knows_what_has_been_typed():
    assert ipython.inputs(shell)[0] == ""
    assert ipython.inputs(shell)[-1].startswith("# run the cases")
    yield nullcontext()
    assert ipython.inputs(SimpleNamespace(history_manager=SimpleNamespace())) == []


@case("IPython.core.interactiveshell.InteractiveShell.configurables")
def the_magic_command_config_finds_what_is_added():
    from traitlets.config import Configurable

    class Mine(Configurable):
        pass

    mine = Mine()
    pyplot.add_configurable(shell, mine)
    pyplot.add_configurable(shell, mine)
    assert [each for each in shell.configurables if each is mine] == [mine]
    shell.configurables.remove(mine)
    yield nullcontext()
    pyplot.add_configurable(SimpleNamespace(), mine)


@case("IPython.core.pylabtools.retina_figure")
def a_retina_picture_is_made_by_a_function_of_that_name():
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    printers = shell.display_formatter.formatters["image/png"]
    set_matplotlib_formats("retina", facecolor="red")
    printer = printers.lookup_by_type(Figure)
    assert pyplot.is_retina(printer)
    assert pyplot.print_options(printer)["facecolor"] == "red"
    set_matplotlib_formats("png")
    printer = printers.lookup_by_type(Figure)
    assert not pyplot.is_retina(printer)
    assert not {"fmt", "base64"} & set(pyplot.print_options(printer))
    yield nullcontext()
    assert not pyplot.is_retina(handler)
    assert pyplot.print_options(handler) is None


@case("ipykernel.kernelbase.Kernel.iopub_socket")
def a_kernel_can_send_messages_to_all_its_clients():
    assert ipython.can_publish(shell.kernel)
    ipython.publish(shell.kernel, "stream", {"name": "stdout", "text": "published\n"})
    yield nullcontext()
    assert not ipython.can_publish(None)
    assert not ipython.can_publish(SimpleNamespace())


@case("ipykernel.kernelbase.Kernel.get_parent")
def a_kernel_knows_the_request_that_it_carries_out():
    assert ipython.request_content(shell.kernel)["code"].startswith("# run the cases")
    yield nullcontext()
    older = SimpleNamespace(session=shell.kernel.session, iopub_socket=shell.kernel.iopub_socket)
    assert ipython.request_content(older) == {}
    ipython.publish(older, "stream", {"name": "stdout", "text": "published\n"})


HAS_SUBSHELLS = version_info[0] >= 7


def an_idle_kernel(kernel):
    """Check that no message waits for a kernel whose request has been taken out, in whichever way that is asked."""
    assert ipython.message_waits(kernel)() is False


@case("ipykernel.kernelbase.Kernel.shell_channel_thread")
def messages_come_from_the_thread_of_the_shell_channel():
    assert (getattr(shell.kernel, "shell_channel_thread", None) is not None) is HAS_SUBSHELLS
    an_idle_kernel(shell.kernel)
    yield nullcontext()
    an_idle_kernel(SimpleNamespace(shell_stream=None))


@case("ipykernel.subshell_manager.SubshellManager.get_shell_channel_to_subshell_pair")
def messages_come_through_a_pair_of_sockets():
    if HAS_SUBSHELLS:
        manager = shell.kernel.shell_channel_thread.manager
        assert manager.get_shell_channel_to_subshell_pair(None).to_socket.FD
    yield nullcontext()
    an_idle_kernel(SimpleNamespace(shell_channel_thread=SimpleNamespace()))
    an_idle_kernel(SimpleNamespace(shell_channel_thread=SimpleNamespace(manager=None)))


@case("ipykernel.kernelbase.Kernel.shell_stream")
def messages_come_from_the_stream_of_the_shell_channel():
    assert shell.kernel.shell_stream.socket.FD
    yield nullcontext()
    an_idle_kernel(SimpleNamespace())


@case("ipykernel.ipkernel.IPythonKernel.comm_manager")
def a_kernel_has_a_manager_of_comms():
    comm = ipywidgets.Layout().comm
    widgets.comm_manager().unregister_comm(comm)
    assert not widgets.is_comm_open(comm.comm_id)
    widgets.comm_manager().register_comm(comm)
    assert widgets.is_comm_open(comm.comm_id)
    yield removed(shell.kernel, "comm_manager")
    assert widgets.comm_manager() is None
    assert not widgets.is_comm_open(comm.comm_id)
    widgets.keep_registered(comm)
    comm.handle_close({"content": {}})


@case("IPython.core.magic.MagicsManager.user_magics")
def a_magic_is_taken_back_with_what_the_shell_has_noted_of_it():
    def mine(line):
        return line

    shell.register_magic_function(mine, "line", "mine")
    assert ipython.has_line_magic(shell, "mine")
    ipython.remove_line_magic(shell, "mine", handler)
    assert shell.magics_manager.user_magics.mine is mine
    ipython.remove_line_magic(shell, "mine", mine)
    assert not ipython.has_line_magic(shell, "mine")
    assert not hasattr(shell.magics_manager.user_magics, "mine")
    yield nullcontext()
    table = {"line": {"mine": mine}}
    ipython.remove_line_magic(SimpleNamespace(magics_manager=SimpleNamespace(magics=table)), "mine", mine)
    assert table == {"line": {}}


@case("IPython.core.interactiveshell.InteractiveShell.strdispatchers")
def a_completer_is_taken_back_and_those_of_others_stay():
    def complete(shell, event):
        return ["word"]

    dispatcher = shell.strdispatchers["complete_command"]
    for hook in (handler, complete):
        shell.set_hook("complete_command", hook, str_key="%mine")
    callbacks.remove_completer(shell, "%mine", complete)
    assert [each.__func__ for each in dispatcher.s_matches("%mine")] == [handler]
    callbacks.remove_completer(shell, "%mine", handler)
    assert "%mine" not in dispatcher.strs
    yield nullcontext()
    callbacks.remove_completer(SimpleNamespace(), "%mine", complete)
