#!/usr/bin/env bash
# Compares a whole DINO step (teacher, student, loss, backward, clipping, AdamW, teacher's average,
# centre; 2 x 224 + 8 x 96 pixels, 65,536 outputs) with PyTorch eager, in turn, and prints the
# ratios of the best rounds.
# usage: step.sh 'PEER COMMAND' [NETWORK ...]
#   PEER COMMAND takes NETWORK BATCH THREADS ROUNDS and prints a line per round that begins with
#   "step SECONDS s"; NETWORK is timm's name, caformer_s18_relu for SurgeNet's.
# example: step.sh '/path/to/venv/bin/python dino_step.py' caformer_s18
# Environment: BATCH (4), THREADS (2), ROUNDS (4), REPEATS (3); FRAMES, a folder of images: pretrains
# one epoch on it with the distribution (mvn -q -DskipTests package) and prints the share of the
# time that steps waited for images.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,11s/^# \?//p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
peer=$1; shift
[ $# -gt 0 ] || set -- caformer_s18
batch=${BATCH:-4} threads=${THREADS:-2} rounds=${ROUNDS:-4} repeats=${REPEATS:-3}
export OMP_NUM_THREADS=$threads

cd "$root"
. examples/bench/common.sh
bench_classpath

least() { grep -o 'step [0-9.]*' | awk '{ if (!n++ || $2 < best) best = $2 } END { print best }'; }

printf '%-20s %10s %10s %7s\n' network step peer ratio
for network in "$@"; do
  ours=$(mktemp) theirs=$(mktemp)
  for _ in $(seq "$repeats"); do
    bench_java -Dai.djl.pytorch.num_threads="$threads" -cp "$classpath" \
      org.surgenet.pretrain.StepBench "$network" "$batch" "$rounds" 2>/dev/null | grep step >>"$ours"
    $peer "$(timm_name "$network")" "$batch" "$threads" "$rounds" 2>/dev/null | grep step >>"$theirs"
  done
  a=$(least <"$ours") b=$(least <"$theirs")
  awk -v n="$network" -v a="$a" -v b="$b" 'BEGIN { printf "%-20s %10.3f %10.3f %7.2f\n", n, a, b, a / b }'
  rm -f "$ours" "$theirs"
done

[ -n "${FRAMES:-}" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for network in "$@"; do
  dist/target/surgenet/bin/surgenet pretrain --frames "$FRAMES" --backbone "$network" --quiet \
    --batch-size "$batch" --epochs 1 --warmup-epochs 0 --output "$work/$network" >/dev/null 2>&1 || [ $? -eq 3 ]
  # The first step waits for the first images however fast they are made.
  grep '^{"step"' "$work/$network/log.jsonl" | tail -n +2 |
    sed 's/.*"data_wait_s":\([^,]*\),"compute_s":\([^,}]*\).*/\1 \2/' |
    awk -v n="$network" '{ w += $1; t += $1 + $2 } END { printf "%-20s waits for data %.2f %% of %d steps\n", n, 100 * w / t, NR }'
done
