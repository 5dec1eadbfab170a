"""Print the very source that the server sends into kernels: ``python -m jupyter_mpl_guard.agent``."""

import sys

from jupyter_mpl_guard.agent_client.bundle import agent_source

if __name__ == "__main__":
    sys.stdout.write(agent_source())
