#!/usr/bin/env bash
# CPU time of DINO's ten views per picture, one thread: surgenet against torchvision on Pillow.
# usage: augment.sh FOLDER_OF_PICTURES [PYTHON PEER_SCRIPT] [ROUNDS]
#   PYTHON and PEER_SCRIPT (which prints "N ms per image" per round) are optional; without them
#   only surgenet is measured. The two alternate, and the medians are compared.
set -euo pipefail
[ $# -ge 1 ] || { sed -n 2,6p "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(cd "$1" && pwd)
python=${2:-}
peer=${3:-}
rounds=${4:-3}

cd "$root"
. examples/bench/common.sh
bench_classpath

ours=""
theirs=""
for ((i = 0; i < rounds; i++)); do
    # The first rounds of a JVM compile its code; the last three count.
    ours+=$(java -Xmx1g -cp "$classpath" org.surgenet.image.AugmentBenchmark "$folder" 6 | tail -3)$'\n'
    [ -z "$python" ] || theirs+=$("$python" "$peer" "$folder" 1 2>/dev/null)$'\n'
done
a=$(grep -o '^[0-9.]*' <<<"$ours" | median)
echo "surgenet: $a ms of CPU per picture"
if [ -n "$python" ]; then
    b=$(grep -o '^[0-9.]*' <<<"$theirs" | median)
    echo "peer:     $b ms of CPU per picture"
    awk -v a="$a" -v b="$b" 'BEGIN {printf "ratio:    %.3f\n", a / b}'
fi
