"""The agent of jupyter-mpl-guard, complete: what the server sends into a Python kernel.

Executed in a cell or sent by the server, this text makes one module, `_jupyter_mpl_guard`, in `sys.modules`, and
leaves no name behind. Below are the files of the folder `jupyter_mpl_guard/agent`, unchanged, and the one module of
cloudpickle (https://github.com/cloudpipe/cloudpickle, BSD-3-Clause), which is loaded when a figure needs it. The
first file to run is `bootstrap.py`. From a server it comes alone, with the others compressed beside this text.
"""


def _jupyter_mpl_guard(begin: bool) -> None:
    import types

    sources: dict[str, str] = {}
    version = ""
    # Here `bundle.agent_source` puts the files and their version; this module itself is never imported.
    bootstrap = types.ModuleType("_jupyter_mpl_guard.bootstrap")
    exec(compile(sources["bootstrap.py"], "jupyter_mpl_guard/agent/bootstrap.py", "exec"), vars(bootstrap))
    parcel = globals().get("_jupyter_mpl_guard_parcel", {})
    vars(bootstrap)["start"](sources, parcel, version, bootstrap, begin=begin)


try:
    _jupyter_mpl_guard(begin=__name__ != "_jupyter_mpl_guard_sent")
finally:
    del _jupyter_mpl_guard
