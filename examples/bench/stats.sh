#!/usr/bin/env bash
# bootstrap-stats on six models and 200 patients (1,000 resamples, all pairs), and evaluate on
# masks of 512 x 512 in 13 classes: wall time, CPU time and peak memory. The smallest of the rounds
# counts.
# usage: stats.sh MASKS [ROUNDS]      such as 1000; 3 rounds by default
#   PEER_STATS and PEER_MASKS name programs to measure beside, in turn: PEER_STATS is run with the
#   scores.csv, PEER_MASKS with the folders of masks and of predictions. Their CPU time is compared.
#   Needs GNU time, and the distribution (mvn -q -DskipTests package), or another program in
#   SURGENET. HEAP is evaluate's largest Java heap (default 256m).
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,10s/^# \?//p' "$0"; exit 2; }
masks=$1
rounds=${2:-3}
[[ $masks =~ ^[1-9][0-9]*$ && $rounds =~ ^[1-9][0-9]*$ ]] || { sed -n '2,10s/^# \?//p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
surgenet=${SURGENET:-$root/dist/target/surgenet/bin/surgenet}
for need in "$surgenet" /usr/bin/time; do
    command -v "$need" > /dev/null || { echo "stats.sh: $need is not there" >&2; exit 1; }
done
cd "$root"
. examples/bench/common.sh
bench_classpath
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bench_java -cp "$classpath" org.surgenet.stats.BenchmarkData scores "$work/scores.csv"
bench_java -cp "$classpath" org.surgenet.stats.BenchmarkData masks "$work/data" "$masks"

# measure NAME COMMAND...: adds "seconds CPU-seconds KB" to the file NAME.
measure() {
    local name=$1
    shift
    /usr/bin/time -o "$work/time" -f "%e %U %S %M" "$@" > "$work/said" 2>&1 ||
        { cat "$work/said" >&2; exit 1; }
    awk '{print $1, $2 + $3, $4}' "$work/time" >> "$work/$name"
}

for ((i = 0; i < rounds; i++)); do
    measure stats "$surgenet" bootstrap-stats "$work/scores.csv" --output "$work/stats-out" --overwrite
    [ -z "${PEER_STATS:-}" ] || measure peer-stats "$PEER_STATS" "$work/scores.csv"
    measure masks env SURGENET_JAVA_OPTS="-Xmx${HEAP:-256m}" "$surgenet" evaluate \
        --predictions "$work/data/pred" --data "$work/data" --format folders \
        --split "$work/data/split.csv" --overlays 0 --output "$work/masks-out" --overwrite
    [ -z "${PEER_MASKS:-}" ] || measure peer-masks "$PEER_MASKS" "$work/data/masks" "$work/data/pred"
done

# least NAME COLUMN: the smallest of a column.
least() { awk -v c="$2" '{print $c}' "$work/$1" | sort -g | head -1; }
for what in stats masks; do
    label="bootstrap-stats, 6 models, 200 patients"
    [ "$what" = stats ] || label="evaluate, $masks masks"
    printf '%s: %s s, %s s of CPU, %d MiB\n' "$label" "$(least $what 1)" "$(least $what 2)" \
        $(($(least $what 3) / 1024))
    if [ -f "$work/peer-$what" ]; then
        printf '  peer: %s s of CPU, %d MiB\n' "$(least peer-$what 2)" $(($(least peer-$what 3) / 1024))
        awk -v a="$(least $what 2)" -v b="$(least peer-$what 2)" 'BEGIN {printf "  ratio: %.3f\n", a / b}'
    fi
done
