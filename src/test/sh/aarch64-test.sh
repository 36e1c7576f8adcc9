#!/usr/bin/env bash
# Trains on AArch64, emulated, and compares the bits with the recorded ones: with NEON, whose vectors have
# 128 bits, and with SVE of 512 bits. Arguments are those of verify --golden; without any, --only digits.
# Needs Debian's packages qemu-user-static and dpkg, and downloads 55 MB of arm64 packages to ~/.cache, once.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
room=${XDG_CACHE_HOME:-$HOME/.cache}/lanewise-aarch64
root=$room/root

download() {
    mkdir -p "$room"/{lists/partial,cache/archives/partial,packages}
    touch "$room/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian sid main" \
        >"$room/sources.list"
    # Lists and state of their own, so that the machine's apt stays as it is.
    local apt=(apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64
        -o APT::Sandbox::User= -o Dir::State::Lists="$room/lists" -o Dir::State::status="$room/status"
        -o Dir::Cache="$room/cache" -o Dir::Etc::sourcelist="$room/sources.list" -o Dir::Etc::sourceparts=-)
    "${apt[@]}" update
    (cd "$room/packages" &&
        "${apt[@]}" download openjdk-25-jre-headless libc6 zlib1g libstdc++6 libgcc-s1)
    rm -rf "$root" "$room/unpacked"
    for package in "$room"/packages/*.deb; do
        dpkg -x "$package" "$room/unpacked"
    done
    [ -e "$room/unpacked/lib" ] || ln -s usr/lib "$room/unpacked/lib"
    # The JDK's links into /etc would lead to this machine's files.
    find "$room/unpacked/usr/lib/jvm" -type l -lname '/etc/*' | while read -r link; do
        file=$room/unpacked$(readlink "$link")
        [ ! -e "$file" ] || cp -r --remove-destination "$file" "$link"
    done
    mv "$room/unpacked" "$root"
}

# java: of the unpacked packages, which hold one JDK.
java() {
    ls "$root"/usr/lib/jvm/*/bin/java 2>/dev/null | head -n 1
}

# on CPU BITS ARGUMENT...: compares the bits on an emulated processor, whose vectors must have so many.
on() {
    local cpu=$1 bits=$2 said
    shift 2
    echo "== $cpu"
    said=$(qemu-aarch64-static -cpu "$cpu" -L "$root" "$(java)" --add-modules jdk.incubator.vector \
        -Xmx2g -jar "$project/target/lanewise-cli.jar" verify --golden --this-jvm "$@" | tee /dev/stderr)
    grep -q ", $bits-bit vectors " <<<"$said" || {
        echo "Expected vectors of $bits bits on $cpu." >&2
        exit 1
    }
}

type -P qemu-aarch64-static >/dev/null || {
    echo "There is no qemu-aarch64-static; apt install qemu-user-static." >&2
    exit 1
}
[ -n "$(java)" ] || download
# Builds the commands where they are out of date.
"$project/lanewise" --version
[ $# -gt 0 ] || set -- --only digits
on cortex-a72 128 "$@"
on max,sve-max-vq=4 512 "$@"
