#!/usr/bin/env bash
# Makes an image of the commands and runs it as a machine without a JDK would: nothing on the PATH,
# no JAVA_HOME, and from another folder, through a link.
set -uo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
room=$(cd -P "$(mktemp -d)" && pwd)
trap 'rm -rf "$room"' EXIT
image="$room/Bild ohne JDK"
failures=0

# case_of NAME EXIT_STATUS EXPECTED COMMAND...: the output must hold the expected text.
case_of() {
    local name=$1 expected_status=$2 expected=$3 status
    shift 3
    "$@" >"$room/said" 2>&1 </dev/null
    status=$?
    printf 'case %s\n' "$name"
    if [ "$status" -ne "$expected_status" ] || ! grep -qF -- "$expected" "$room/said"; then
        failures=$((failures + 1))
        printf 'FAILED %s: exit status %s, expected %s and: %s\n' "$name" "$status" \
            "$expected_status" "$expected"
        sed 's/^/    /' "$room/said"
    fi
}

bare() {
    env -i PATH= "$@"
}

case_of "an image is made" 0 "run $image/bin/lanewise" "$project/lanewise" image -o "$image"
case_of "nothing is replaced" 1 "exists already" "$project/lanewise" image -o "$image"
[ -z "$(find "$room" -name '.lanewise-image*')" ] || {
    failures=$((failures + 1))
    echo "FAILED: files are left over"
}
mkdir "$room/elsewhere"
ln -s "../Bild ohne JDK/bin/lanewise" "$room/elsewhere/lw"
cd "$room/elsewhere" || exit 1
case_of "train" 0 "test accuracy 0.9" bare "$image/bin/lanewise" train --epochs 3 \
    --save digits.npz --history history.json
# Java ends at once where it must have its archive of classes and cannot use it.
case_of "classes are archived for the launcher's flags" 0 "lanewise " \
    bare LANEWISE_JAVA_OPTS=-Xshare:on ./lw --version
case_of "through a link" 0 "test accuracy 0.9" bare ./lw evaluate --parameters digits.npz
case_of "export" 0 "digits.onnx" bare ./lw export --parameters digits.npz --save digits.onnx
if grep -q "sun.misc.Unsafe" "$room/said"; then
    failures=$((failures + 1))
    echo "FAILED: Java warns of protobuf's memory access"
fi
# Checkpoints hear of SIGINT by a class of this module, which is called by reflection.
case_of "signals" 0 "jdk.unsupported" "$image/bin/java" --list-modules
case_of "bench, in JVMs of its own" 0 "fork 2/2" bare ./lw bench --suite networks \
    --problems 'digits 8x8' --passes forward --forks 2 --seconds 0.02 --json bench.json
case_of "the bench's figures" 0 '"backend" : "vector"' cat bench.json
case_of "report" 0 "page written to report.html" bare ./lw report bench.json history.json
case_of "doctor" 0 "vector module   present" bare ./lw doctor
case_of "flags for the JVM" 0 "heap at most    " bare LANEWISE_JAVA_OPTS="-Xmx100m -XX:+UseG1GC" \
    ./lw doctor
case_of "an image of an image" 1 "run this by a whole JDK" bare ./lw image -o second
case_of "a usage error" 2 "Try './lanewise train --help'" bare ./lw train --epochs x

if [ "$failures" -gt 0 ]; then
    printf '%d failed\n' "$failures"
    exit 1
fi
echo "all passed"
