#!/usr/bin/env bash
# Compares loading a weight file into a network with PyTorch's torch.load and load_state_dict, in
# turn, each time in a fresh process, and prints the ratio of the medians.
# usage: load.sh BACKBONE FILE.pth 'PEER COMMAND' [ROUNDS 7]
#   PEER COMMAND takes FILE.pth and prints a line "load SECONDS s".
# example: load.sh caformer_s18 caformer_s18.pth '/path/to/venv/bin/python load.py'
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,6s/^# \?//p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
backbone=$1 file=$(realpath "$2") peer=$3 rounds=${4:-7}

cd "$root"
. examples/bench/common.sh
bench_classpath
# Jars and a class-data archive, as the distribution has them.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
jar cf "$work/core.jar" -C core/target/classes .
jar cf "$work/bench.jar" -C core/target/test-classes .
classpath=$work/core.jar:$work/bench.jar:${classpath#*:*:}
load() { java "$@" -XX:+UseSerialGC -XX:-UsePerfData -Dai.djl.offline=true -cp "$classpath" org.surgenet.weights.LoadBench "$backbone" "$file" 2>/dev/null; }
load -XX:ArchiveClassesAtExit="$work/bench.jsa" >/dev/null

seconds() { sed -n 's/.*load \([0-9.]*\) s.*/\1/p'; }
cat "$file" >/dev/null
ours="" theirs=""
for ((i = 0; i < rounds; i++)); do
  ours+=$(load -XX:SharedArchiveFile="$work/bench.jsa" | seconds)$'\n'
  theirs+=$($peer "$file" 2>/dev/null | seconds)$'\n'
done
a=$(grep . <<<"$ours" | median) b=$(grep . <<<"$theirs" | median)
awk -v a="$a" -v b="$b" 'BEGIN { printf "surgenet %.3f s, peer %.3f s, ratio %.2f\n", a, b, a / b }'
