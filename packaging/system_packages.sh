#!/usr/bin/env bash
# What the window (and the tests, on a virtual screen) need besides Python packages.
# As root on Debian and its relatives installs what is missing; otherwise says what to install.
#
#   system_packages.sh window    libraries that Qt loads to open a window, and a font
#   system_packages.sh tests     the same, and the virtual screen of the OpenGL tests
#
# Ends with 1 if something is still missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source packaging/common.sh
PATH="$PATH:/usr/sbin:/sbin"

readonly PURPOSE=${1:-window}
case $PURPOSE in
window) readonly SUBJECT='The window needs' ;;
tests) readonly SUBJECT='The tests need' ;;
*) fail "system_packages.sh knows window and tests, not: $PURPOSE" ;;
esac

# Debian package and what shows that it, or its like from elsewhere, is there.
readonly WINDOW='
libgl1              library libGL.so.1
libgl1-mesa-dri     driver
libegl1             library libEGL.so.1
libglib2.0-0        library libglib-2.0.so.0
libfontconfig1      library libfontconfig.so.1
libdbus-1-3         library libdbus-1.so.3
libxkbcommon-x11-0  library libxkbcommon-x11.so.0
libxcb-cursor0      library libxcb-cursor.so.0
libxcb-icccm4       library libxcb-icccm.so.4
libxcb-keysyms1     library libxcb-keysyms.so.1
libxcb-shape0       library libxcb-shape.so.0
libxcb-xkb1         library libxcb-xkb.so.1
fonts-dejavu-core   font
'
readonly SCREEN='
xvfb                command xvfb-run
xauth               command xauth
'

libraries=$(ldconfig -p 2>/dev/null || true)

present() {
    case $1 in
    library) [[ $libraries == *"$2 "* ]] ;;
    command) command -v "$2" >/dev/null 2>&1 ;;
    driver) [ -n "$(find /usr/lib* -path '*/dri/*_dri.so' 2>/dev/null | head -n 1)" ] ;;
    font) [ -n "$(find /usr/share/fonts /usr/local/share/fonts -name '*.[to]tf' 2>/dev/null |
        head -n 1)" ] || [ -n "$(fc-list 2>/dev/null)" ] ;;
    esac
}

missing=()
names=()
look() {
    local package kind what
    missing=()
    names=()
    while read -r package kind what; do
        [ -n "$package" ] || continue
        if ! present "$kind" "$what"; then
            missing+=("$package")
            names+=("${what:-$kind}")
        fi
    done <<<"$1"
}

wanted=$WINDOW
[ "$PURPOSE" = window ] || wanted+=$SCREEN

if [ "$(uname -s)" != Linux ]; then
    say "Nothing to check on $(uname -s): Qt brings what it needs."
    exit 0
fi
look "$wanted"
if [ ${#missing[@]} -eq 0 ]; then
    say "$SUBJECT nothing that is not installed."
    exit 0
fi
if can_install; then
    install_packages "${missing[@]}"
    libraries=$(ldconfig -p 2>/dev/null || true)
    look "$wanted"
    [ ${#missing[@]} -eq 0 ] || fail "Still missing after the installation: ${names[*]}"
    exit 0
fi
if command -v apt-get >/dev/null 2>&1; then
    fail "$SUBJECT system packages that are not installed. Install them with:" \
        "" \
        "    sudo apt-get install ${missing[*]}" \
        ""
fi
fail "$SUBJECT system libraries and programs that are missing:" \
    "" \
    "    ${names[*]}" \
    "" \
    "Install them with your system's package manager (on Debian they are called: ${missing[*]})."
