"""Print requirements of pyproject.toml, to be installed without the project: `dependencies`, or an optional group."""

import sys
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text())["project"]

if __name__ == "__main__":
    for group in sys.argv[1:]:
        print(*PROJECT["optional-dependencies"].get(group) or PROJECT[group], sep="\n")
