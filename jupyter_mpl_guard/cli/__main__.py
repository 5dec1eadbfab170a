"""Run the command as ``python -m jupyter_mpl_guard.cli``."""

from . import main

raise SystemExit(main())
