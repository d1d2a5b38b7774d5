#!/bin/sh
# Runs `python -m ...` with a Python that is new enough, or says what to install.
# PYTHON=/path/to/python in the environment or on make's command line is tried first.

# Then the system's own, where it can make an environment: Linux distributions build it with profile-guided
# optimisation, and everything takes a third less time than with one that was built with the usual settings.
system=/usr/bin/python3
if [ "$(uname 2>/dev/null)" != Linux ] || ! "$system" -c 'import ensurepip, venv' 2>/dev/null; then
    system=
fi

for candidate in "$PYTHON" "$system" python3 python3.11 python3.12 python3.13 python3.14 python; do
    [ -n "$candidate" ] || continue
    command -v "$candidate" >/dev/null 2>&1 || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$candidate" -m "$@"
    fi
    found="$found $("$candidate" --version 2>&1),"
done

if [ -n "$found" ]; then
    echo "This machine's Python is too old. Found:${found%,}. Needed: Python 3.11 or newer." >&2
else
    echo "There is no Python on this machine. Needed: Python 3.11 or newer." >&2
fi
echo "  Debian or Ubuntu:  sudo apt install python3 python3-venv   (Ubuntu 22.04: python3.11 python3.11-venv)" >&2
echo "  macOS:             brew install python" >&2
echo "Then type the same command again, or name the Python: make run PYTHON=/path/to/python3" >&2
exit 1
