#!/usr/bin/env bash
# Compares a step of fine-tuning (forward, loss, backward, clipping, AdamW; 256 x 256 pixels) with
# PyTorch eager, in turn, and prints the ratios of the medians and of the best rounds.
# usage: finetune.sh 'PEER COMMAND' [NETWORK ...]
#   PEER COMMAND takes TASK (seg or phase), NETWORK, BATCH, THREADS, ROUNDS and prints a line per
#   round that begins with "step SECONDS s"; NETWORK is timm's name, caformer_s18_relu for SurgeNet's.
# example: finetune.sh '/path/to/venv/bin/python finetune_step.py' caformer_s18
# Environment: BATCH (4), THREADS (2), ROUNDS (24), REPEATS (2), WARM (8): so many first rounds of
# each run are left out on both sides, in which the JVM still compiles what it runs.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,9s/^# \?//p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
peer=$1; shift
[ $# -gt 0 ] || set -- caformer_s18
batch=${BATCH:-4} threads=${THREADS:-2} rounds=${ROUNDS:-24} repeats=${REPEATS:-2}
warm=${WARM:-8}
export OMP_NUM_THREADS=$threads

cd "$root"
. examples/bench/common.sh
bench_classpath

steps() { grep -o '^step [0-9.]*' | tail -n "+$((warm + 1))" | cut -d' ' -f2; }

printf '%-6s %-18s %9s %9s %7s %7s\n' task network step peer median best
for network in "$@"; do
  for task in seg phase; do
    ours=$(mktemp) theirs=$(mktemp)
    for _ in $(seq "$repeats"); do
      bench_java -Dai.djl.pytorch.num_threads="$threads" -cp "$classpath" \
        org.surgenet.finetune.FineTuneBench "$task" "$network" "$batch" "$rounds" 2>/dev/null \
        | steps >>"$ours"
      $peer "$task" "$(timm_name "$network")" "$batch" "$threads" "$rounds" 2>/dev/null \
        | steps >>"$theirs"
    done
    awk -v t="$task" -v n="$network" -v a="$(median <"$ours")" -v b="$(median <"$theirs")" \
      -v c="$(sort -n "$ours" | head -1)" -v d="$(sort -n "$theirs" | head -1)" \
      'BEGIN { printf "%-6s %-18s %9.3f %9.3f %7.2f %7.2f\n", t, n, a, b, a / b, c / d }'
    rm -f "$ours" "$theirs"
  done
done
