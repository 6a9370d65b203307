# Sourced by the scripts beside it.

say() { printf '%s\n' "$*"; }

fail() {
    printf '\n' >&2
    printf '%s\n' "$@" >&2
    exit 1
}

# Whether missing Debian packages can be installed here without asking anybody.
can_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1
}

# apt-get's own lines are shown only when it fails.
apt_get() {
    local log
    log=$(DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" 2>&1) || {
        printf '%s\n' "$log" >&2
        return 1
    }
}

install_packages() {
    say "Installing Debian packages: $*"
    apt_get update || say "The package lists could not be refreshed; trying with those at hand."
    apt_get install --no-install-recommends "$@" ||
        fail "apt-get could not install: $*" "Its messages are above."
}
