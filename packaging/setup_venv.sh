#!/usr/bin/env bash
# Makes .venv in the checkout with the project (editable), its tools and the pinned versions.
# Uses pip as the user has configured it (indexes, certificates, caches) and configures nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source packaging/common.sh

readonly VENV=.venv
readonly STAMP=$VENV/.landscape-gui-setup
readonly CONSTRAINTS=packaging/constraints.txt

# An editable install points at the checkout's path, so a moved checkout is set up again.
fingerprint() {
    printf '%s\n' "$PWD"
    cat pyproject.toml "$CONSTRAINTS" packaging/setup_venv.sh | cksum
}

# PySide6 6.10 and the pinned torch have wheels for these.
suits() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if suits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

explain_python() {
    local found
    found=$(${PYTHON:-python3} --version 2>&1 | head -n 1) || found="none"
    fail "Landscape GUI needs Python 3.11 to 3.14; found: $found." \
        "Install one (Debian 12 and later: apt-get install python3 python3-venv), or name it:" \
        "make setup PYTHON=/path/to/python3.12"
}

if [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$(fingerprint)" ] && suits "$VENV/bin/python"; then
    exit 0
fi

if ! suits "$VENV/bin/python" || ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
    if ! python=$(find_python); then
        if [ -z "${PYTHON:-}" ] && can_install && ! command -v python3 >/dev/null; then
            install_packages python3 python3-venv
        fi
        python=$(find_python) || explain_python
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
        if can_install; then
            install_packages "$version-venv"
        else
            fail "$python cannot make virtual environments: its venv module is not installed." \
                "On Debian and Ubuntu: sudo apt-get install $version-venv"
        fi
    fi
    say "Setting up $VENV (first time: about 3 minutes) with $("$python" --version)"
    "$python" -m venv --clear "$VENV"
else
    say "Bringing $VENV up to date"
fi
rm -f "$STAMP"

# These would lead an installation out of the virtual environment.
unset PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PYTHONPATH PYTHONHOME

pip_install() {
    "$VENV/bin/python" -m pip install --disable-pip-version-check -c "$CONSTRAINTS" "$@" |
        { grep --line-buffered -v -e '^Requirement already satisfied' -e '^Looking in' || true; }
}

# First and alone: the largest download by far, and done when a later one fails.
torch=$(grep '^torch==' "$CONSTRAINTS")
say "[1/2] $torch (the largest part)"
pip_install "$torch" || fail "torch could not be installed." \
    "pip's message above says why; without a network, pip needs the wheels from a local folder" \
    "(PIP_FIND_LINKS). Then: make setup"
say "[2/2] The project, its other libraries and the development tools"
pip_install -e '.[dev]' || fail "The libraries could not all be installed." \
    "pip's message above says why. What was installed is kept: run make setup again."

fingerprint >"$STAMP"
say "$VENV is ready"
