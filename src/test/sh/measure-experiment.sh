#!/usr/bin/env bash
# How far the figures of profile and bench can be believed, on this machine. No build runs it: on an
# idle machine the first takes some twenty minutes, the second half an hour.
#
#   src/test/sh/measure-experiment.sh profile [QUIET [BUSY]]   (100 runs, 20 beside a busy loop)
#   src/test/sh/measure-experiment.sh bench [QUIET [BUSY]]     (5 runs, 5 beside a busy loop)
#
# profile fails where more than 5 % of the quiet runs have parts that do not add up to the whole step
# within 15 %, or where a run beside the loop has such parts and does not say so. bench fails where a
# direct algorithm is above 1.05 of the peak. LANEWISE_BENCH_OPTS holds more options of bench.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
what=${1:?profile or bench}
room=$(mktemp -d)
loop=
trap '[ -z "$loop" ] || kill "$loop"; rm -rf "$room"' EXIT
: >"$room/results"

# Times in the table are those of the parts together and of the whole step, by the requested kernels.
profile_once() {
    ./lanewise profile --network lenet-5 >"$room/out" 2>/dev/null
    awk -v kind="$1" -v number="$2" '
        $1 == "all" && $2 == "parts" { parts = $3 }
        $1 == "all" && $2 == "step" { step = $3 }
        /the parts together take/ { said = 1 }
        END { print kind, number, "parts", parts, "step", step, "ratio", parts / step,
            said ? "said" : "silent" }' "$room/out"
}

profile_judge() {
    awk '
        { apart = $8 > 1.15 || $8 < 0.85; runs[$1]++ }
        $9 == "said" { said[$1]++ }
        $9 == "silent" && !apart { agree[$1]++ }
        $9 == "silent" && apart { unsaid++ }
        END {
            for (kind in runs)
                printf "%s: of %d runs %d agree within 15 %% and say nothing, %d say that they do not\n",
                    kind, runs[kind], agree[kind], said[kind]
            printf "%d do not agree and say nothing\n", unsaid
            exit !(agree["quiet"] >= 0.95 * runs["quiet"] && unsaid == 0)
        }' "$room/results"
}

bench_once() {
    # shellcheck disable=SC2086
    ./lanewise bench --suite small --algorithm direct --no-errors ${LANEWISE_BENCH_OPTS:-} \
        --json "$room/out" >/dev/null 2>&1
    grep -oE '"fraction_of_peak" ?: ?[0-9.eE+-]+' "$room/out" | grep -oE '[0-9.eE+-]+$' |
        awk -v kind="$1" -v number="$2" '$1 > most { most = $1 } $1 > 1 { above++ }
            END { print kind, number, "rows", NR, "above", above + 0, "largest", most }'
}

bench_judge() {
    awk '
        { rows += $4; above += $6 }
        $8 > most { most = $8 }
        END {
            printf "%d runs, %d rows, %d above the peak, the largest at %.3f of it\n", NR, rows, above, most
            exit !(most <= 1.05)
        }' "$room/results"
}

case $what in
    profile) quiet=${2:-100} busy=${3:-20} ;;
    bench) quiet=${2:-5} busy=${3:-5} ;;
    *) echo "profile or bench, found $what" >&2 && exit 2 ;;
esac
for ((i = 1; i <= quiet; i++)); do
    "${what}_once" quiet "$i" | tee -a "$room/results"
done
if [ "$busy" -gt 0 ]; then
    (while :; do :; done) &
    loop=$!
    for ((i = 1; i <= busy; i++)); do
        "${what}_once" busy "$i" | tee -a "$room/results"
    done
fi
"${what}_judge"
