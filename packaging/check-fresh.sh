#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tries the README's road on a bare Debian: makes one in a folder, clones the committed HEAD into it, runs
# packaging/run.sh there (without a display: the tutorial, headless) and the unit tests, and prints seconds a stage.
#   packaging/check-fresh.sh 12|13            needs root, debootstrap, and about 6 GB under build/fresh
#   packaging/check-fresh.sh 12|13 --keep     leaves the system in build/fresh/debian-N, to look at
# The bare system gets this machine's mirror, certificates and names, nothing else.
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case ${1:-} in
12) suite=bookworm ;;
13) suite=trixie ;;
*) die "which Debian? 12 or 13" ;;
esac
release=$1 keep=${2:-}
[ -z "$keep" ] || [ "$keep" = --keep ] || die "unknown argument $keep; there is --keep"
system=$root/build/fresh/debian-$release
[ "$(id -u)" -eq 0 ] || die "needs root: a bare system is made by debootstrap and entered by chroot"

# Everything that is mounted for the bare system is gone with the process that mounted it.
inside() {
    # shellcheck disable=SC2016 # the inner shell expands it
    unshare --mount --pid --fork --kill-child -- bash -c '
        system=$1 && shift
        mount -t proc proc "$system/proc" && mount --rbind /dev "$system/dev" && mount -t tmpfs tmpfs "$system/tmp" &&
            exec chroot "$system" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"' - "$system" "$@"
}

make_system() {
    failure="debootstrap could not make a Debian $release"
    command -v debootstrap >/dev/null || as_root apt-get -q -y install --no-install-recommends debootstrap || return 1
    rm -rf "$system" && mkdir -p "$system" || return 1
    debootstrap --variant=minbase "--include=ca-certificates,git" "$suite" "$system" "$(apt_mirror)" || return 1
    failure=
    cp /etc/resolv.conf /etc/hosts "$system/etc/" || return 1
    if compgen -G '/usr/local/share/ca-certificates/*.crt' >/dev/null; then
        cp /usr/local/share/ca-certificates/*.crt "$system/usr/local/share/ca-certificates/" || return 1
        inside update-ca-certificates || return 1
    fi
    if compgen -G '/etc/pip.conf' >/dev/null; then
        cp /etc/pip.conf "$system/etc/" || return 1
    fi
    outcome="$(cat "$system/etc/debian_version"), $(du -sm "$system" | cut -f1) MB"
}

clone_project() {
    git clone -q --no-hardlinks "$root" "$system/root/millrace" || return 1
    outcome=$(git -C "$system/root/millrace" log -1 --format='%h %s')
}

run_tutorial() { inside bash -c 'cd /root/millrace && packaging/run.sh' 3>&-; }
run_unit_tests() { inside bash -c 'cd /root/millrace && packaging/test.sh --quick' 3>&-; }

take_lock
begin=$EPOCHREALTIME
stage "Bare Debian $release" "fresh-$release-system" make_system
stage "Clone" "fresh-$release-clone" clone_project
stage "run.sh, tutorial" "fresh-$release-run" run_tutorial
grep -E '^(Debian packages|Broker jars|Kafka client|Configure|Build) ' "$logs/fresh-$release-run.log" | sed 's/^/    /' >&2 || true
stage "Unit tests" "fresh-$release-unit" run_unit_tests
say "$(printf '%-18s %7s s' "Debian $release" "$(seconds_since "$begin")")"
if [ -z "$keep" ]; then
    rm -rf "$system"
fi
