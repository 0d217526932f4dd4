#!/usr/bin/env bash
# Tries the examples of the built distribution as a user would, as small as they get: examples.sh DIR
#
# Everything lies in folders whose names have blanks and a quote. The Slurm scripts are tried by
# slurm.sh, on a cluster; here only their syntax.
set -euo pipefail

base=$(mktemp -d)
work="$base/a lab's study"
trap 'rm -rf "$base"' EXIT
mkdir "$work"
ln -s "$(cd "$1" && pwd)" "$work/my surgenet"
examples="$work/my surgenet/examples"
export PATH="$work/my surgenet/bin:$PATH"
# The networks are tiny: more threads than this only wait for each other.
export OMP_NUM_THREADS=1
cd "$work"

fail() {
    echo "examples: FAILED: $1" >&2
    tail -n 30 "$base"/*.log >&2 || true
    exit 1
}
ok() { echo "examples: ok: $1"; }

for script in "$examples"/*.sh "$examples"/*/*.sh "$examples"/slurm/*.sbatch; do
    bash -n "$script" || fail "$script is no valid script"
done
ok 'syntax of the scripts'

for script in "$examples"/bench/*.sh; do
    case $script in */common.sh) continue ;; esac
    code=0
    bash "$script" > "$base/usage.log" || code=$?
    { [ "$code" = 2 ] && grep -q "^#* *usage: ${script##*/}" "$base/usage.log"; } ||
        fail "$script without arguments does not show its usage"
done
ok 'usage of the benchmarks'

code=0
bash "$examples/temporal.sh" > "$base/usage.log" || code=$?
{ [ "$code" = 2 ] && grep -q '^usage: temporal.sh' "$base/usage.log"; } ||
    fail 'temporal.sh without arguments does not show its usage'
bash "$examples/temporal.sh" "$work/in time" 7 8 > "$base/temporal.log" 2>&1 || fail 'temporal.sh'
grep -q 'tecno − frame-wise' "$work/in time/stats-online/table.md" ||
    fail 'temporal.sh compares nothing'
ok 'temporal.sh'

out="$work/quick start"
SURGENET_QUICKSTART="$out" SURGENET_QUICKSTART_SMALL=1 "$examples/quickstart.sh" \
    > "$base/quickstart.log" 2>&1 || fail 'quickstart.sh'
for task in seg phase cvs; do
    grep -q "^$task ($task, " <(sed 's/<[^>]*>//g' "$out/study/report.html") ||
        fail "the quick start has no $task"
done
[ "$(grep -c ',done,' "$out/study/results/cells.csv")" = 12 ] || fail 'the quick start lacks cells'
SURGENET_QUICKSTART="$out" SURGENET_QUICKSTART_SMALL=1 SURGENET_SEEDS=0 "$examples/quickstart.sh" \
    > "$base/seeds.log" 2>&1 && fail 'quickstart.sh takes no seeds at all'
SURGENET_QUICKSTART="$out" SURGENET_QUICKSTART_SMALL=1 "$examples/quickstart.sh" \
    > "$base/quickstart.log" 2>&1 || fail 'quickstart.sh a second time'
grep -q ': 0 cells made, 0 failed, 0 to be made' "$base/quickstart.log" ||
    fail 'a second quick start repeats something'
ok 'quickstart.sh'

# A configuration's own settings, on a network and a batch that an estimate need not wait for.
for config in "$examples"/configs/*.yaml; do
    name=${config##*/}
    case $name in
        pretrain-*) set -- pretrain --frames "$out/curated/curated.csv" --batch-size 8 --accumulate 1 ;;
        *) fail "nothing tries configs/$name" ;;
    esac
    surgenet "$@" --backbone caformer_test --config "$config" --dry-run --output none \
        > "$base/config.log" 2>&1 || fail "configs/$name"
    [ ! -e none ] || fail "a dry run with configs/$name writes"
done
ok 'configurations'

if ! command -v make > /dev/null; then
    echo 'examples: skipped: the Makefiles, for want of make'
    exit 0
fi

pretrain='--batch-size 8 --epochs 1 --warmup-epochs 0 --global-size 64 --local-size 32 --local-crops 2'
pretrain="$pretrain --out-dim 64"

# Names that make or a shell could stumble over; data without a split of their own.
study=(-f "$examples/Makefile" "OUT=$work/50% of \$5 #1" VIDEOS="$out/sample/videos"
    SEG_DATA="$out/sample/cholecseg8k" BACKBONE=caformer_test SEEDS='0 1'
    FPS=2 PRETRAIN_OPTIONS="$pretrain" FINETUNE_OPTIONS='--size 64x64 --epochs 12 --batch-size 8'
    STATS_OPTIONS='--resamples 100')
result="$work/50% of \$5 #1"
make -n "${study[@]}" frames curated backbone stats-seg stats-phase stats-cvs > "$base/dry.log" 2>&1 ||
    fail 'make -n'
[ ! -e "$result" ] || fail 'make -n writes'
for empty in OUT= SEEDS=; do
    ! make -n "${study[@]}" "$empty" stats-seg > "$base/empty.log" 2>&1 ||
        fail "make with ${empty}nothing has a plan"
    grep -q "${empty%=} is empty" "$base/empty.log" || fail "make does not say that ${empty%=} is empty"
done

# Interrupted, as by Ctrl-C, when the first model is there: it must not be lost.
first="$result/models/seg-pretrained-seed0"
set -m
make "${study[@]}" stats-seg > "$base/make.log" 2>&1 &
make=$!
set +m
while [ ! -e "$first/model.json" ] && kill -0 "$make" 2> /dev/null; do
    sleep 0.05
done
kill -INT -- "-$make" 2> /dev/null || true
wait "$make" && fail 'make was not interrupted'
[ -s "$first/model.json" ] || fail 'an interrupted make has deleted model.json'
if [ -e "$first/done" ]; then
    echo 'examples: note: the training was over before it could be interrupted'
fi
make "${study[@]}" stats-seg >> "$base/make.log" 2>&1 || fail 'make after an interruption'
for model in "$result"/models/*; do
    [ -s "$model/model.json" ] || fail "$model has no model.json"
done
splits=$(grep -ho '"split_sha256" *: *"[0-9a-f]*"' "$result"/models/*/model.json | sort -u | wc -l)
[ "$splits" = 1 ] || fail 'seeds do not share their split'

# Two models, each with two seeds, in one comparison.
stats="$result/stats/seg"
rows() { grep -c "^$1,seg,.*,dice,all," "$stats/table.csv"; }
{ [ "$(rows estimate)" = 2 ] && [ "$(rows difference)" = 1 ]; } || fail 'seeds count as models'
grep -q '"runs" : 2' "$stats/stats.json" || fail 'seeds are not averaged'
make "${study[@]}" stats-seg > "$base/again.log" 2>&1 || fail 'make a second time'
grep -q 'Nothing to be done' "$base/again.log" || fail 'a second make repeats something'
ok 'Makefile'

ablations=(-f "$examples/ablations/Makefile")
make -n "${ablations[@]}" small > "$base/dry.log" 2>&1 || fail 'make -n of the ablations, in small'
make -n "${ablations[@]}" scale diversity duration > "$base/dry.log" 2>&1 ||
    fail 'make -n of the ablations'
cat > "$work/my plan.yaml" << PLAN
datasets:
  seg: {task: seg, data: "$out/sample/cholecseg8k", format: cholecseg8k}
options: {size: 64x64, epochs: 1, batch-size: 8}
resamples: 100
PLAN
make "${ablations[@]}" scale OUT="$work/abl ations" FRAMES="$out/curated/curated.csv" \
    PLAN="$work/my plan.yaml" BACKBONE=caformer_test FRACTIONS='0.5 1' PRETRAIN_OPTIONS="$pretrain" \
    > "$base/ablations.log" 2>&1 || fail 'the ablations'
grep -q 'fraction-0.5 − fraction-1' "$work/abl ations/scale/results/comparison-nall/table.md" ||
    fail 'the study of scale has no comparison'
ok 'ablations'
echo 'examples: all passed'
