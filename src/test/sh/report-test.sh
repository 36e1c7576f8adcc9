#!/usr/bin/env bash
# Makes a page of every kind of figure with the commands that a reader would use, and opens it in
# Chromium at two widths and in both themes. Screenshots go to target/report.
#
# Needs Node.js 20 or newer, npm and Chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

room=target/report
recorded=results/2026-11-21-xeon-avx512
peers=results/2026-11-22-xeon-avx512/peers.json
rm -rf "$room"
mkdir -p "$room"

./lanewise train --epochs 3 --save "$room/digits.npz" --history "$room/history.json" >/dev/null
./lanewise bench --suite networks --problems 'digits 8x8' --backend vector,scalar --threads 1 \
    --forks 1 --seconds 0.05 --json "$room/bench.json" 2>/dev/null >/dev/null
./lanewise profile --network digits --seconds 0.1 --json >"$room/profile.json"
./lanewise report "$peers" "$recorded/networks.json" "$recorded/torch-networks.json" \
    "$room/bench.json" "$room/profile.json" "$room/history.json" --parameters "$room/digits.npz" -o "$room/report.html"

npm ci --prefix src/test/browser --no-audit --no-fund --silent
# Two over scalar kernels, two against others, shares of peak and of copying, scaling, three of the profile, three of
# the training.
REPORT=$room/report.html CHARTS=13 SHOTS=$room node --test --test-reporter spec \
    src/test/browser/report.test.mjs
