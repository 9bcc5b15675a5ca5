#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds and runs all tests, as CI does.
#   packaging/test.sh            release: unit, broker, interop, ui; format, scripts, clang-tidy; asan and tsan: unit,
#                                broker (about an hour on two cores)
#   packaging/test.sh --release  the release part alone, without clang-tidy (about 10 minutes)
#   packaging/test.sh --quick    release: unit
#   packaging/test.sh --nightly  all, and what is too long for each change: bare systems of Debian 12 and 13 (as root),
#                                the long stress test, readers fuzzed for 10 minutes each
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scope=all
case ${1:-} in
"") ;;
--release | --quick | --nightly) scope=${1#--} ;;
*) die "unknown argument $1; there are --release, --quick and --nightly" ;;
esac

# shellcheck disable=SC2034 # the stages read these
packages=("${build_packages[@]}" "${test_packages[@]}")
begin=$EPOCHREALTIME
table=()
failed=0
plain=()

is_whole() { [ "$scope" = all ] || [ "$scope" = nightly ]; }

# Tests run to the end even when some fail; the table at the end tells which.
check() {
    local title=$1 start=$EPOCHREALTIME result=passed
    shift
    say ""
    say "== $title"
    if ! "$@"; then
        result=FAILED
        failed=1
    fi
    table+=("$(printf '%-22s %7s s  %s' "$title" "$(seconds_since "$start")" "$result")")
}

run_tests() { "${plain[@]}" ctest --test-dir "$root/build/$preset" -L "^$1\$" -j"$(nproc)" --output-on-failure --no-tests=error; }

check_format() {
    local folders=("$root/engine" "$root/ui" "$root/app" "$root/tests")
    find "${folders[@]}" \( -name '*.cpp' -o -name '*.h' \) -print0 |
        xargs -0 -P"$(nproc)" -n 16 clang-format --dry-run -Werror
}

check_scripts() {
    (cd "$root" && shellcheck -x packaging/*.sh .ci/run && desktop-file-validate packaging/*.desktop)
}

# Files that include LibTorch are left out: clang 14 cannot parse its headers as C++20.
check_tidy() {
    sed -n 's|^ *"file": "\(.*/Unity/unity_.*\.cxx\)".*|\1|p' "$root/build/release/compile_commands.json" |
        grep -v -e "^$root/build/release/tests/" -e /millrace-learn.dir/ | tr '\n' '\0' |
        xargs -0 -P"$(nproc)" -n 1 clang-tidy -p "$root/build/release" --quiet --extra-arg=-Wno-unknown-warning-option
}

# A sanitizer's preset leaves out the window, and the tests that need it.
build_preset() {
    preset=$1
    stage "Configure $preset" "configure-$preset" configure
    stage "Build $preset" "build-$preset" build
}

# Builds that compile a folder's files together hide an include that is missing: each file of engine and ui is parsed by
# itself, too; not the learner's, which take 20 s each.
# Their commands are run without ninja, for which a library's headers wait for the libraries below.
parse_alone() {
    local folder=$root/build/alone commands
    outcome="parsed each file of engine and ui"
    commands=$(ninja -C "$folder" -t commands millrace_ui | sed -n '/millrace-learn/d; s/^[^ ]*ccache //; s/ -MD .* -o / -o /p')
    run_each "$folder" < <(grep '\.gch -c ' <<<"$commands") &&
        run_each "$folder" < <(sed -n "\\| -c $root/[eu]|s/ -o .* -c / -fsyntax-only /p" <<<"$commands")
}

# run_each FOLDER: runs each line of its input there.
run_each() { (cd "$1" && tr '\n' '\0' | xargs -0 -P"$(nproc)" -n 1 sh -c); }

parse_alone_and_build_asan() {
    preset=alone
    stage "Configure alone" configure-alone configure
    stage "Parse alone" parse-alone parse_alone
    build_preset asan
}

# Runs the function while tests wait for their brokers: at the lowest priority, which leaves them the processors.
behind() {
    (renice -n 19 "$BASHPID" >/dev/null && "$@") &
    behind=$!
}

build_fuzz() {
    targets=(fuzz)
    build_preset fuzz
    targets=()
}

use_built() {
    preset=$1
    wait "$behind" || die "preset $1 was not built; see above"
}

tidy_into_log() { check_tidy >"$logs/clang-tidy.log" 2>&1; }

tidy_is_clean() { wait "$behind" || { grep -v "warnings generated" "$logs/clang-tidy.log" && return 1; }; }

# run_sanitized TIER: what the suppression files leave out is other people's code, and each line says why.
# The address space is laid out without randomness where that is allowed: GCC 12's thread sanitizer needs it on newer
# kernels.
run_sanitized() {
    local folder=$root/tests/sanitizers
    if setarch "$(uname -m)" -R true 2>/dev/null; then
        plain=(setarch "$(uname -m)" -R)
    fi
    ASAN_OPTIONS="suppressions=$folder/asan.supp:detect_stack_use_after_return=1:strict_string_checks=1" \
        LSAN_OPTIONS="suppressions=$folder/lsan.supp:print_suppressions=0" \
        UBSAN_OPTIONS="suppressions=$folder/ubsan.supp:print_stacktrace=1:halt_on_error=1" \
        TSAN_OPTIONS="suppressions=$folder/tsan.supp:halt_on_error=1:second_deadlock_stack=1:die_after_fork=0" \
        run_tests "$1"
}

take_lock
stage "Debian packages" packages install_packages
stage "Broker jars" jars fetch_broker
stage "Kafka client" librdkafka prepare_librdkafka
if [ "$scope" != quick ]; then
    stage "Console tools" tools fetch_tools
    stage "River" river fetch_river
    stage "DuckDB" duckdb fetch_duckdb
fi

werror=yes
build_preset release
werror=
check "unit" run_tests unit
if is_whole; then
    behind parse_alone_and_build_asan
fi
if [ "$scope" != quick ]; then
    check "broker" run_tests broker
    check "interop" run_tests interop
    check "ui" run_tests ui
    check "format" check_format
    check "scripts" check_scripts
fi
if is_whole; then
    use_built asan
    behind build_preset tsan
    check "asan, unit" run_sanitized unit
    check "asan, broker" run_sanitized broker
    check "asan, fuzz" run_sanitized fuzz
    use_built tsan
    behind tidy_into_log
    check "tsan, unit" run_sanitized unit
    check "tsan, broker" run_sanitized broker
    check "clang-tidy" tidy_is_clean
fi
stress() {
    QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8 MILLRACE_STRESS_MINUTES=30 QTEST_FUNCTION_TIMEOUT=2400000 \
        "$root/build/release/bin/tst_stress"
}
if [ "$scope" = nightly ]; then
    check "stress, 30 minutes" stress
    build_fuzz
    check "fuzz, 10 minutes each" "$root/packaging/fuzz.sh" 600
    for debian in 12 13; do
        check "bare Debian $debian" "$root/packaging/check-fresh.sh" "$debian"
    done
fi

say ""
printf '%s\n' "${table[@]}" >&2
say "$(printf '%-22s %7s s' "all, builds included" "$(seconds_since "$begin")")"
[ $failed -eq 0 ] || die "tests failed; see FAILED above"
