#!/usr/bin/env bash
# Compares forward and backward passes with the same networks in PyTorch eager (timm), in turn,
# and prints the ratios of the best rounds.
# usage: networks.sh 'PEER COMMAND' [NETWORK ...]
#   PEER COMMAND takes NETWORK BATCH SIDE THREADS ROUNDS and prints a line per round that holds
#   "forward SECONDS backward SECONDS"; NETWORK is timm's name, caformer_s18_relu for SurgeNet's.
# example: networks.sh '/path/to/venv/bin/python networks.py' caformer_s18 pvt_v2_b2
# Environment: BATCH (8), SIDE (224), THREADS (2), ROUNDS (5), REPEATS (3)
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,8s/^# \?//p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
peer=$1; shift
[ $# -gt 0 ] || set -- caformer_s18 caformer_s18_star convnextv2_tiny pvt_v2_b2 vit_small_16
batch=${BATCH:-8} side=${SIDE:-224} threads=${THREADS:-2} rounds=${ROUNDS:-5} repeats=${REPEATS:-3}
export OMP_NUM_THREADS=$threads

cd "$root"
. examples/bench/common.sh
bench_classpath

# The least of what follows a word, over all rounds.
least() { grep -o "$1 [0-9.]*" | awk '{ if (!n++ || $2 < best) best = $2 } END { print best }'; }
least_sum() { awk '/forward/ { s = 0; for (i = 1; i < NF; i++) if ($i == "forward" || $i == "backward") s += $(i + 1); if (!n++ || s < best) best = s } END { print best }'; }

printf '%-20s %10s %10s %7s %12s %12s %7s\n' network forward peer ratio 'fwd+bwd' peer ratio
for network in "$@"; do
  ours=$(mktemp) theirs=$(mktemp)
  for _ in $(seq "$repeats"); do
    bench_java -Dai.djl.pytorch.num_threads="$threads" -cp "$classpath" \
      org.surgenet.nn.NetworkBench "$network" "$batch" "$side" "$rounds" 2>/dev/null | grep forward >>"$ours"
    $peer "$(timm_name "$network")" "$batch" "$side" "$threads" "$rounds" 2>/dev/null | grep forward >>"$theirs"
  done
  f=$(least forward <"$ours") g=$(least forward <"$theirs")
  s=$(least_sum <"$ours") t=$(least_sum <"$theirs")
  awk -v n="$network" -v f="$f" -v g="$g" -v s="$s" -v t="$t" \
    'BEGIN { printf "%-20s %10.3f %10.3f %7.2f %12.3f %12.3f %7.2f\n", n, f, g, f / g, s, t, s / t }'
  rm -f "$ours" "$theirs"
done
