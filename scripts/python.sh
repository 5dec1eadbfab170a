#!/usr/bin/env bash
# Print the Python that the clone's environment is made with, or say what is missing.
set -euo pipefail

for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
    if ! "$candidate" -c 'import ensurepip, venv' 2> /dev/null; then
      echo "$candidate cannot make environments: install its venv module (Debian: apt-get install python3-venv)." >&2
      exit 1
    fi
    echo "$candidate"
    exit 0
  fi
done
echo "Python 3.11 or newer is needed and was not found: install it, or name it with PYTHON=/path/to/python3." >&2
exit 1
