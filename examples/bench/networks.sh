#!/usr/bin/env bash
# Compares forward and backward passes with the same networks in PyTorch eager (timm). Processes of
# both alternate; printed are the seconds of the best round of all, their ratio, and the median of
# the ratios of neighbours, which other work on the machine moves less.
# usage: networks.sh 'PEER COMMAND' [NETWORK ...]
#   PEER COMMAND takes NETWORK BATCH SIDE THREADS ROUNDS and prints a line per round that holds
#   "forward SECONDS backward SECONDS"; NETWORK is timm's name, caformer_s18_relu for SurgeNet's.
# example: networks.sh '/path/to/venv/bin/python networks.py' caformer_s18 pvt_v2_b2
# Environment: BATCH (8), SIDE (224), THREADS (2), ROUNDS (4), REPEATS (6)
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,9s/^# \?//p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
peer=$1; shift
[ $# -gt 0 ] || set -- caformer_s18 caformer_s18_star convnextv2_tiny pvt_v2_b2 \
  vit_small_16 vit_base_16
batch=${BATCH:-8} side=${SIDE:-224} threads=${THREADS:-2} rounds=${ROUNDS:-4} repeats=${REPEATS:-6}
export OMP_NUM_THREADS=$threads

cd "$root"
. examples/bench/common.sh
bench_classpath

# Of lines "forward SECONDS backward SECONDS": the least forward, and the least sum.
least() {
  awk '/forward/ {
      for (i = 1; i < NF; i++) { if ($i == "forward") f = $(i + 1); if ($i == "backward") b = $(i + 1) }
      if (!n++ || f < forward) forward = f
      if (n == 1 || f + b < both) both = f + b
    } END { print forward, both }'
}

printf '%-18s %8s %8s %6s %7s  %8s %8s %6s %7s\n' \
  network forward peer ratio median fwd+bwd peer ratio median
for network in "$@"; do
  pairs=$(for _ in $(seq "$repeats"); do
    ours=$(bench_java -Dai.djl.pytorch.num_threads="$threads" -cp "$classpath" \
      org.surgenet.nn.NetworkBench "$network" "$batch" "$side" "$rounds" 2>/dev/null | least)
    theirs=$($peer "$(timm_name "$network")" "$batch" "$side" "$threads" "$rounds" 2>/dev/null | least)
    echo "$ours $theirs"
  done)
  forward=$(awk '{ print $1 / $3 }' <<<"$pairs" | median)
  both=$(awk '{ print $2 / $4 }' <<<"$pairs" | median)
  awk -v n="$network" -v forward="$forward" -v both="$both" '
    { for (k = 1; k <= 4; k++) if (NR == 1 || $k < best[k]) best[k] = $k }
    END {
      printf "%-18s %8.3f %8.3f %6.2f %7.2f  %8.3f %8.3f %6.2f %7.2f\n", n, best[1], best[3],
        best[1] / best[3], forward, best[2], best[4], best[2] / best[4], both
    }' <<<"$pairs"
done
