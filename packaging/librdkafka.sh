# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-3.0-or-later
# The Kafka client library. Debian 12's 2.0.2 cannot log in by SCRAM on Kafka 4 and kills the process when a message with
# headers goes to a partition that is gone (librdkafka's issues 4895, 4627). An older one than this is replaced by a newer
# Debian suite's, built once from its source package and linked statically; the system's own sources stay as they are.
librdkafka_least=2.12
librdkafka_suites=(testing unstable)
librdkafka_needs=(ssl sasl_gssapi sasl_scram oidc gzip lz4 zstd)

prepare_librdkafka() {
    local folder=$root/build/librdkafka system sum version=
    system=$(pkg-config --modversion rdkafka 2>/dev/null || echo 0)
    if pkg-config --atleast-version="$librdkafka_least" rdkafka; then
        outcome="the system's $system"
        return
    fi
    sum="$(sha256sum <"$root/packaging/librdkafka.sh") $(. /etc/os-release && printf '%s' "${VERSION_ID:-}")"
    if [ "$(cat "$folder/.built" 2>/dev/null)" = "$sum" ]; then
        outcome="up to date"
        return
    fi
    say_now "building librdkafka from Debian's source package; the system's is $system"
    rm -rf "$folder.new" && mkdir -p "$folder.new"
    if ! fetch_librdkafka "$folder.new/source"; then
        # It works all the same, less well: millrace doctor names what fails.
        rm -rf "$folder.new"
        outcome="no librdkafka $librdkafka_least or later can be had here: the system's $system is used, see millrace doctor"
        return
    fi
    failure="librdkafka could not be built"
    build_librdkafka "$folder.new" || return 1
    failure=
    printf '%s\n' "$sum" >"$folder.new/.built" && rm -rf "$folder.new/source" "$folder" && mv "$folder.new" "$folder" || return 1
    outcome="librdkafka ${version%%-*} in build/librdkafka"
}

# fetch_librdkafka FOLDER: the source package of the first suite with a new enough one, by an apt configuration of its own
# that knows the machine's mirror and keyring. The signature is what counts: a mirror that lags behind by weeks will do.
fetch_librdkafka() {
    local source=$1 apt_root=$1.apt mirror suite apt archive
    mirror=$(apt_mirror) && [ -n "$mirror" ] || return 1
    for suite in "${librdkafka_suites[@]}"; do
        rm -rf "$apt_root" && mkdir -p "$apt_root"/{parts,lists/partial,cache} "$source" || return 1
        printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
            "$mirror" "$suite" >"$apt_root/parts/newer.sources"
        apt=(-q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$apt_root/parts" -o "Dir::State::Lists=$apt_root/lists"
            -o "Dir::Cache=$apt_root/cache" -o APT::Sandbox::User=root -o Acquire::Retries=3 -o Acquire::Check-Valid-Until=false)
        apt-get "${apt[@]}" update || continue
        version=$(apt-cache "${apt[@]}" showsrc --only-source librdkafka | sed -n 's/^Version: //p' | sort -V | tail -n 1)
        dpkg --compare-versions "${version:-0}" ge "$librdkafka_least" || continue
        (cd "$source" && apt-get "${apt[@]}" source --download-only "librdkafka=$version") || continue
        archive=$(find "$source" -name 'librdkafka_*.orig.tar.*' ! -name '*.asc')
        tar xf "$archive" -C "$source" --strip-components=1 && rm -rf "$apt_root"
        return
    done
    return 1
}

apt_mirror() {
    { grep -hoE '^URIs: *\S+/debian/?$' /etc/apt/sources.list.d/*.sources ||
        grep -hoE '^deb +(\[[^]]*\] +)?\S+/debian/? ' /etc/apt/sources.list /etc/apt/sources.list.d/*.list || true; } 2>/dev/null |
        grep -oE '(https?|file|mirror\+file):[^ ]+' | head -n 1
}

# build_librdkafka FOLDER: FOLDER/source into FOLDER/include and FOLDER/lib. CMake leaves SASL out in silence where its
# library is missing, hence the look at what is in. Without the two flags no handle is ever told that all brokers are down.
build_librdkafka() {
    local folder=$1 feature features
    cmake -S "$folder/source" -B "$folder/source/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DRDKAFKA_BUILD_STATIC=ON \
        -DRDKAFKA_BUILD_EXAMPLES=OFF -DRDKAFKA_BUILD_TESTS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DWITH_SASL=ON -DENABLE_LZ4_EXT=OFF \
        -DCMAKE_C_FLAGS='-DHAVE_ATOMICS_32_ATOMIC=1 -DHAVE_ATOMICS_64_ATOMIC=1' || return 1
    ninja -C "$folder/source/build" rdkafka || return 1
    mkdir -p "$folder/include/librdkafka" "$folder/lib" || return 1
    cp "$folder/source/src/rdkafka.h" "$folder/source/src/rdkafka_mock.h" "$folder/include/librdkafka/" || return 1
    cp "$folder/source/build/src/librdkafka.a" "$folder/lib/" || return 1
    features=,$(builtin_features "$folder") || return 1
    for feature in "${librdkafka_needs[@]}"; do
        if [[ "$features," != *",$feature,"* ]]; then
            failure="librdkafka was built without $feature; it has ${features#,}"
            return 1
        fi
    done
}

builtin_features() {
    local program=$1/source/features
    cat >"$program.c" <<'END'
#include <librdkafka/rdkafka.h>
#include <stdio.h>
int main(void)
{
    char text[512];
    size_t size = sizeof text;
    return rd_kafka_conf_get(rd_kafka_conf_new(), "builtin.features", text, &size) != RD_KAFKA_CONF_OK || puts(text) < 0;
}
END
    cc -I"$1/include" -o "$program" "$program.c" "$1/lib/librdkafka.a" -lssl -lcrypto -lsasl2 -lz -lzstd -lcurl -lm -ldl \
        -lpthread || return 1
    "$program"
}
