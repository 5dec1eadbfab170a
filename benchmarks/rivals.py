"""The packages that the guard is compared with: a kernel that has them, and how Kishu is switched on in it."""

from __future__ import annotations

from environments import Environment

PLOTTING = ("ipykernel", "matplotlib", "seaborn")
SCIENCE = ("networkx", "pandas", "polars", "pyarrow", "scikit-learn", "scipy", "xarray")

RIVALS = Environment("rivals", ("dill", "kishu", *PLOTTING, *SCIENCE))
"""The environment that has them all, besides what the figures and the notebooks are made with."""

ATTACH_KISHU = """
def _attach():
    import os
    from pathlib import Path
    from time import perf_counter

    from ipykernel import get_connection_file

    notebook = Path(get_connection_file()).with_suffix('.ipynb').name
    os.environ['ENV_KISHU_TEST_MODE'] = '1'
    os.environ['KISHU_PATH_ROOT'] = os.path.abspath(notebook.removesuffix('.ipynb'))

    import kishu
    import nbformat
    from kishu.jupyterint import KishuForJupyter

    if not os.path.exists(notebook):
        nbformat.write(nbformat.v4.new_notebook(), notebook)
    kishu.milliseconds = {}

    def timed(hook):
        def run(self, info):
            started = perf_counter()
            try:
                hook(self, info)
            finally:
                cell = getattr(info, 'info', info).raw_cell
                took = 1000 * (perf_counter() - started)
                kishu.milliseconds[cell] = kishu.milliseconds.get(cell, 0) + took
        return run

    for hook in ('pre_run_cell', 'post_run_cell'):
        setattr(KishuForJupyter, hook, timed(getattr(KishuForJupyter, hook)))
    kishu.init_kishu(notebook)
_attach()
"""
"""How Kishu is switched on, in a kernel that no page has opened a notebook with, and again after a crash.

Its test mode keeps it from waiting for a page that saves the notebook. It finds its earlier commits by the notebook,
here one in the kernel's folder that is named after the kernel. What it learns of classes that it cannot pickle goes
into a folder of that name, not into the home folder, so that no case decides on another. ``kishu.milliseconds`` is
added by this: what Kishu itself took before and after each cell, by the cell's source.
"""
