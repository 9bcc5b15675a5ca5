#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Feeds readers of foreign bytes with what nobody would write: see tests/fuzz/README.md.
#   packaging/fuzz.sh [SECONDS [TARGET …]]   each target, or those named, so long (10); build/fuzz must be built
# Inputs that break something are kept in build/fuzz/finds.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
seconds=${1:-10}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cd "$root/tests/fuzz/corpus" && ls)

mkdir -p "$root/build/fuzz/finds"
tar -C "$root/build/fuzz" -xzf "$root/tests/fuzz/grown.tar.gz" --one-top-level=grown
failed=0
for target in "${targets[@]}"; do
    grown=$root/build/fuzz/corpus/$target
    mkdir -p "$grown"
    log=$root/build/fuzz/finds/$target.log
    if ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
        "$root/build/fuzz/bin/fuzz_$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=20000 \
        -artifact_prefix="$root/build/fuzz/finds/$target-" "$grown" "$root/tests/fuzz/corpus/$target" "$root/build/fuzz/grown/$target" >"$log" 2>&1; then
        printf '%-12s %s\n' "$target" "$(tail -n 1 "$log")"
    else
        printf '%-12s FOUND\n' "$target"
        tail -n 40 "$log"
        failed=1
    fi
done
exit $failed
