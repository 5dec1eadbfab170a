"""Configuration of the servers that the browser tests start: no password, no browser, a folder of their own."""

import os
import sys
from pathlib import Path

from jupyter_client.provisioning import local_provisioner
from jupyterlab.galata import configure_jupyter_server

# Kernels start as in the Python tests, a second sooner: most of what a processor does here is to start them.
sys.path.append(str(Path(__file__).parent.parent / "tests" / "support"))
from fork_server import forking

sys.path.pop()
local_provisioner.launch_kernel = forking(local_provisioner.launch_kernel, {})

configure_jupyter_server(c)  # noqa: F821

c.ServerApp.allow_root = True  # noqa: F821
c.Application.log_level = "ERROR"  # noqa: F821
c.JupyterNotebookApp.expose_app_in_browser = True  # noqa: F821

# JupyterLab would look at each start of a page whether its own code has to be built anew, for a second of a processor.
c.ServerApp.tornado_settings = {"page_config_data": {"buildAvailable": False, "buildCheck": False}}  # noqa: F821

# A crash is noticed soon, and however many may follow one another.
c.KernelRestarter.time_to_dead = 0.5  # noqa: F821
c.KernelRestarter.stable_start_time = 0.0  # noqa: F821

# Installed for the tests of that one project, jupyter-collaboration would take over the documents of the others too.
c.ServerApp.jpserver_extensions = {"jupyter_server_ydoc": bool(os.environ["MPL_GUARD_COLLABORATION"])}  # noqa: F821
