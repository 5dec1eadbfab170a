#!/usr/bin/env bash
# Print the browser that the browser tests drive, or say how to get one.
set -euo pipefail

for candidate in ${MPL_GUARD_CHROMIUM:-chromium chromium-browser google-chrome google-chrome-stable chrome}; do
  if command -v "$candidate"; then
    exit 0
  fi
done
echo "The browser tests need Chromium: apt-get install chromium, or set MPL_GUARD_CHROMIUM to the path of yours." >&2
exit 1
