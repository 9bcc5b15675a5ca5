#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes Millrace run on a Debian machine: installs what is missing, fetches the broker, builds, and opens the window.
#   packaging/run.sh            the window; without a display the tutorial, headless
#   packaging/run.sh ARGS...    millrace ARGS...; stdout is millrace's alone
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# shellcheck disable=SC2034 # the stages read these
packages=("${build_packages[@]}") targets=(millrace)

take_lock
stage "Debian packages" packages install_packages
stage "Broker jars" jars fetch_broker
stage "Kafka client" librdkafka prepare_librdkafka
stage "Configure" configure configure
stage "Build" build build
release_lock

if [ $# -eq 0 ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "No display: running the tutorial on the command line."
    set -- tutorial
fi
exec "$root/build/release/bin/millrace" "$@"
