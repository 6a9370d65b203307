#!/usr/bin/env bash
# Adds to .venv what tests compare results with: VTK, which reads back what is exported, and
# PyHessian. Without them those tests are skipped, so a failure here is no failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source packaging/common.sh

readonly PYTHON=.venv/bin/python
have_all='import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ["vtk", "pyhessian"])))'

if "$PYTHON" -c "$have_all"; then
    say "VTK and PyHessian are there"
    exit 0
fi
say "Installing VTK and PyHessian (600 MB on disk)"
"$PYTHON" -m pip install --disable-pip-version-check --quiet --no-deps -r packaging/judges.txt ||
    say "They could not be installed: the tests that compare with them will be skipped"
