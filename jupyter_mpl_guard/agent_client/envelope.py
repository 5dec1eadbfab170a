"""The agent of jupyter-mpl-guard, complete: what the server sends into a Python kernel.

Executed in a cell or sent by the server, this text makes one module, `_jupyter_mpl_guard`, in `sys.modules`, and
leaves no name behind. Below are the files of the folder `jupyter_mpl_guard/agent`, unchanged, and the one module of
cloudpickle (https://github.com/cloudpipe/cloudpickle, BSD-3-Clause), which is loaded when a figure needs it. The
first file to run is `bootstrap.py`. A server sends the files compressed beside this text, or compiled.
"""


def _jupyter_mpl_guard(begin: bool) -> None:
    import marshal
    import types
    from binascii import a2b_base64
    from importlib.util import MAGIC_NUMBER

    sources: dict[str, str] = {}
    version = ""
    # Here `bundle.agent_source` puts the files and their version; this module itself is never imported.
    bootstrap = types.ModuleType("_jupyter_mpl_guard.bootstrap")
    parcel = globals().get("_jupyter_mpl_guard_parcel", {})
    code = parcel.get("bootstrap", "")
    if code and parcel["magic"] != MAGIC_NUMBER.hex():
        raise ImportError("compiled by another Python")  # `bundle.OTHER_PYTHON`
    if code:
        exec(marshal.loads(a2b_base64(code)), vars(bootstrap))
    else:
        exec(compile(sources["bootstrap.py"], "jupyter_mpl_guard/agent/bootstrap.py", "exec"), vars(bootstrap))
    vars(bootstrap)["start"](sources, parcel, version, bootstrap, begin=begin)


try:
    _jupyter_mpl_guard(begin=__name__ != "_jupyter_mpl_guard_sent")
finally:
    del _jupyter_mpl_guard
