"""Prints the requirements of the named optional groups of pyproject.toml, for pip to install without the project."""

import sys
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text())["project"]

if __name__ == "__main__":
    for group in sys.argv[1:]:
        print(*PROJECT["optional-dependencies"][group], sep="\n")
