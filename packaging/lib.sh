# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What run.sh and test.sh share: stages that say what they do, take their time and fail with one line.
# Everything here goes to stderr or to a log in build/logs; stdout belongs to the program that is run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$root/build/logs
# shellcheck source=packaging/librdkafka.sh
source "$root/packaging/librdkafka.sh"

# shellcheck disable=SC2034 # the scripts choose from these two
build_packages=(
    build-essential cmake ninja-build ccache pkg-config
    qt6-base-dev qt6-svg-dev qt6-qpa-plugins qt6-l10n-tools qt6-translations-l10n libqcustomplot-dev
    librdkafka-dev libssl-dev libsasl2-dev libtorch-dev libopenblas-dev
    nlohmann-json3-dev libsimdjson-dev libcli11-dev libspdlog-dev libexpected-dev zlib1g-dev libzstd-dev libcurl4-openssl-dev
    maven fonts-noto-core
)
# shellcheck disable=SC2034
test_packages=(xvfb xdotool dbus at-spi2-core python3-gi gir1.2-atspi-2.0 kcat python3-torch python3-numpy python3-scipy python3-sklearn python3-pandas python3-pip python3-confluent-kafka clang libclang-rt-dev clang-format clang-tidy shellcheck desktop-file-utils imagemagick fonts-droid-fallback)

# Any of these runs Kafka; where none is there yet, the oldest that Debian has: 24 and later break SASL of Kafka before 3.9.1.
java_packages=(openjdk-17-jre-headless openjdk-21-jre-headless openjdk-25-jre-headless)

# What the stages work on: Debian packages, a CMake preset, targets of its build (none: all), and whether
# warnings are errors (empty: as the build folder has it, a new one not).
packages=() preset=release targets=() werror=

say() { printf '%s\n' "$*" >&2; }

die() {
    say "${0##*/}: $*"
    exit 1
}

# Seconds with one decimal since the time that ${EPOCHREALTIME} had.
seconds_since() {
    local now=${EPOCHREALTIME/[.,]/} then=${1/[.,]/}
    local tenths=$(((now - then + 50000) / 100000))
    printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# stage TITLE LOG FUNCTION: runs the function with its output in build/logs/LOG.log ($log_file). The function says in
# $outcome what it did, in $failure what went wrong. A failure ends the script with a line that names stage and log.
stage() {
    local title=$1 log=$logs/$2.log begin=$EPOCHREALTIME
    outcome="done" failure=
    log_file=$log
    : >"$log"
    if ! "$3" >>"$log" 2>&1; then
        show_mistake "$log" >&2 || true
        die "stage \"$title\" failed after $(seconds_since "$begin") s: ${failure:-see the lines above}; whole log: $log"
    fi
    printf '%-18s %7s s  %s\n' "$title" "$(seconds_since "$begin")" "$outcome" >&2
}

# Ninja goes on after the first mistake, which is the one to read.
show_mistake() {
    if grep -q '^FAILED: ' "$1"; then
        sed -n '/^FAILED: /,$p' "$1" | grep -v '^/usr/bin/\|^\[' | head -n 30
    else
        tail -n 25 "$1"
    fi
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        failure="needs root or sudo; as root: apt install ${missing[*]:-libopenblas-dev}"
        return 1
    fi
}

missing_packages() {
    local installed
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' || true)
    comm -23 <(printf '%s\n' "$@" | sort -u) <(printf '%s\n' "$installed" | sort -u)
}

has_java() { [ "$(missing_packages "${java_packages[@]}" | wc -l)" -lt ${#java_packages[@]} ]; }

oldest_java() {
    local package
    for package in "${java_packages[@]}"; do
        if [ -n "$(apt-cache --names-only search "^$package\$")" ]; then
            printf '%s\n' "$package"
            return
        fi
    done
    failure="Debian has none of ${java_packages[*]}"
    return 1
}

install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        failure="this is no Debian; install by hand what packaging/lib.sh lists"
        return 1
    fi
    local missing
    mapfile -t missing < <(missing_packages "${packages[@]}")
    outcome="nothing missing"
    if [ ${#missing[@]} -gt 0 ] || ! has_java; then
        say_now "installing Debian packages: ${missing[*]} and a Java"
        local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
        # A third party's source that is down must not stop us: the install that follows tells whether it mattered.
        as_root "${apt[@]}" update || [ -z "${failure:-}" ] || return 1
        if ! has_java; then
            missing+=("$(oldest_java)") || return 1
        fi
        if ! as_root "${apt[@]}" install --no-install-recommends "${missing[@]}"; then
            failure=${failure:-"apt-get could not install ${missing[*]}"}
            return 1
        fi
        outcome="installed ${missing[*]}"
    fi
    choose_openblas
}

# LibTorch computes with whatever libblas.so.3 is, and with the reference implementation it is many times slower.
choose_openblas() {
    local triplet link
    triplet=$(gcc -print-multiarch)
    link=/usr/lib/$triplet/libblas.so.3
    case $(readlink -f "$link") in
    */openblas*) ;;
    */blas/*)
        say_now "libblas.so.3 is the slow reference implementation; choosing OpenBLAS"
        as_root update-alternatives --set "libblas.so.3-$triplet" "/usr/lib/$triplet/openblas-pthread/libblas.so.3" ||
            { failure=${failure:-"cannot make libblas.so.3 OpenBLAS"} && return 1; }
        ;;
    *) outcome+="; libblas.so.3 is $(readlink -f "$link"), left as it is" ;;
    esac
}

fetch_broker() {
    if [ -n "${MILLRACE_KAFKA_HOME:-}" ]; then
        outcome="uses MILLRACE_KAFKA_HOME=$MILLRACE_KAFKA_HOME"
    else
        fetch_jars kafka
    fi
}

fetch_tools() { fetch_jars kafka-tools; }

# DuckDB's library, which reads Parquet: out of its Java driver into build/duckdb. Its test skips without it.
fetch_duckdb() {
    local folder=$root/build/duckdb machine
    case $(uname -m) in
    x86_64) machine=amd64 ;;
    aarch64) machine=arm64 ;;
    *)
        outcome="DuckDB's driver has no library for $(uname -m)"
        return
        ;;
    esac
    if ! fetch_jars duckdb; then
        outcome="could not be fetched: tst_parquet skips"
        failure=
        return
    fi
    [ -f "$folder/libduckdb.so" ] && return
    failure="no library in DuckDB's driver"
    python3 -m zipfile -e "$folder"/duckdb_jdbc-*.jar "$folder/unpacked" || return 1
    mv "$folder/unpacked/libduckdb_java.so_linux_$machine" "$folder/libduckdb.so" || return 1
    rm -rf "$folder/unpacked" "$folder"/duckdb_jdbc-*.jar
    failure=
}

# River, a Python library with drift detectors and stream metrics, which ours are compared with: into build/river.
fetch_river() {
    local folder=$root/build/river version=0.21.0
    if [ "$(cat "$folder/.version" 2>/dev/null)" = "$version" ]; then
        outcome="up to date"
        return
    fi
    say_now "fetching River $version with pip"
    rm -rf "$folder.new"
    if ! /usr/bin/python3 -m pip install -q --no-deps --no-cache-dir --root-user-action=ignore --target "$folder.new" \
        "river==$version"; then
        failure="pip could not fetch River; is there a network?"
        return 1
    fi
    printf '%s\n' "$version" >"$folder.new/.version" && rm -rf "$folder" && mv "$folder.new" "$folder" || return 1
    outcome="River $version in build/river"
}

# fetch_jars NAME: what packaging/NAME/pom.xml names goes to build/NAME, unless it was fetched for this very pom.
fetch_jars() {
    local pom=$root/packaging/$1/pom.xml folder=$root/build/$1 sum
    sum=$(sha256sum <"$pom")
    if [ "$(cat "$folder/.pom" 2>/dev/null)" = "$sum" ]; then
        outcome="up to date"
        return
    fi
    say_now "fetching the jars of packaging/$1/pom.xml with Maven"
    rm -rf "$folder.new"
    if ! mvn -q -B -f "$pom" dependency:copy-dependencies "-DoutputDirectory=$folder.new" -DincludeScope=runtime \
        -Dmaven.wagon.http.retryHandler.count=3; then
        failure="Maven could not fetch the jars; is there a network? MILLRACE_KAFKA_HOME takes an unpacked Kafka for the broker"
        return 1
    fi
    printf '%s\n' "$sum" >"$folder.new/.pom" && rm -rf "$folder" && mv "$folder.new" "$folder" || return 1
    outcome="$(find "$folder" -name '*.jar' | wc -l) jars in build/$1"
}

# Ninja runs CMake again by itself when a CMakeLists.txt changed, but not for the presets, nor for a librdkafka that came or
# went, nor for an option of ours that is not set yet.
configure() {
    local folder=$root/build/$preset wanted
    wanted="$(sha256sum <"$root/CMakePresets.json") $(cat "$root/build/librdkafka/.built" 2>/dev/null || true)"
    outcome="up to date"
    if [ -f "$folder/build.ninja" ] && [ "$(cat "$folder/.configured" 2>/dev/null)" = "$wanted" ]; then
        [ -n "$werror" ] && ! grep -qx 'MILLRACE_WERROR:BOOL=ON' "$folder/CMakeCache.txt" || return 0
    fi
    outcome=configured
    failure="CMake could not configure"
    (cd "$root" && cmake --preset "$preset" ${werror:+-DMILLRACE_WERROR=ON}) || return 1
    printf '%s\n' "$wanted" >"$folder/.configured"
    failure=
}

build() {
    outcome="up to date"
    failure="the compiler or linker stopped"
    ninja -C "$root/build/$preset" -j"$(nproc)" "${targets[@]}" | tee -a "$log_file" | show_progress || return 1
    failure=
    if grep -q '^\[[1-9]' "$log_file"; then
        outcome="built $(sed -n 's|^\[[0-9]*/\([0-9]*\)\].*|\1|p' "$log_file" | tail -n 1) steps"
    fi
}

# Ninja's lines as one that moves on a terminal, as one a tenth elsewhere.
show_progress() {
    local line tenth last=-1
    while IFS= read -r line; do
        [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (.*) ]] || continue
        [ "${BASH_REMATCH[1]}" -gt 0 ] || continue
        if [ -t 3 ]; then
            printf '\r\033[K%.*s' "${COLUMNS:-79}" "$line" >&3
        else
            tenth=$((BASH_REMATCH[1] * 10 / BASH_REMATCH[2]))
            [ "$tenth" -gt "$last" ] && printf '%s\n' "$line" >&3
            last=$tenth
        fi
    done
    if [ -t 3 ]; then
        printf '\r\033[K' >&3
    fi
}

# Inside a stage stderr is the log: this still reaches the person.
say_now() { printf '%s\n' "$*" >&3; }

# Two scripts at once would install and build over each other. The lock ends with release_lock or the script.
take_lock() {
    if ! { mkdir -p "$logs" && : >>"$root/build/.lock"; } 2>/dev/null; then
        die "cannot write to $root/build"
    fi
    exec 3>&2 4>"$root/build/.lock"
    if ! flock -n 4; then
        say "waiting for another ${0##*/} that builds here"
        flock 4
    fi
}

release_lock() { exec 3>&- 4>&-; }
