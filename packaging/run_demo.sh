#!/usr/bin/env bash
# The demonstration: in the window where one can be opened, otherwise in the terminal.
# Usage: run_demo.sh [OUTPUT_DIRECTORY]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source packaging/common.sh

readonly OUT=${1:-demo-output}
readonly PYTHON=.venv/bin/python
export PYTHONUNBUFFERED=1

# A display variable can point at a server that is gone or refuses us: only opening it tells.
display_opens() {
    "$PYTHON" - 2>/dev/null <<'PROBE'
import signal
import sys

signal.alarm(30)
from PySide6.QtGui import QGuiApplication

sys.exit(QGuiApplication([]).platformName() in ("offscreen", "minimal", "vnc"))
PROBE
}

# Says why, where it cannot.
window_opens() {
    if [ "$(uname -s)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
        say "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
        return 1
    fi
    if ! bash packaging/system_packages.sh window; then
        return 1
    fi
    if ! (display_opens) 2>/dev/null; then
        say "The display ${WAYLAND_DISPLAY:-${DISPLAY:-}} does not let a window be opened."
        return 1
    fi
}

if window_opens; then
    say "Starting the demonstration in its window; it writes to $OUT/"
    "$PYTHON" -m landscape_gui demo --out "$OUT"
else
    say "Running the demonstration in the terminal; it writes to $OUT/"
    "$PYTHON" -m landscape_gui demo --headless --out "$OUT"
fi

if [ -d "$OUT" ]; then
    printf '\nThe demonstration wrote these files to %s:\n' "$(cd "$OUT" && pwd)"
    (cd "$OUT" && find . -type f \( -name '*.landscape.h5' -o -name '*.pdf' -o -name '*.svg' \
        -o -name '*.png' -o -name '*.csv' \) | sed 's/^\.\//  /' | sort)
fi
