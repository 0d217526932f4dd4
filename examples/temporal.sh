#!/usr/bin/env bash
# Does a temporal head find phases better than one that sees each frame alone? On synthetic surgery,
# with intervals over the test videos; about three minutes on two idle cores.
# usage: temporal.sh DIR [PATIENTS] [SECONDS]      results go to DIR; 28 videos of 40 s by default
#   Run it again after an interruption: what is complete is not repeated. Needs the distribution
#   (mvn -q -DskipTests package), or another program in SURGENET.
#
# The features are those of the small test network after one epoch of pretraining: they show how
# the commands are chained, not what features of a real backbone are worth.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,6s/^# \?//p' "$0"; exit 2; }
out=$1
patients=${2:-28}
seconds=${3:-40}
[[ $patients =~ ^[1-9][0-9]*$ && $seconds =~ ^[1-9][0-9]*$ ]] || { sed -n '2,6s/^# \?//p' "$0"; exit 2; }
project=$(cd "$(dirname "$0")/.." && pwd)
surgenet=${SURGENET:-$project/bin/surgenet}
[ -x "$surgenet" ] || surgenet=$project/dist/target/surgenet/bin/surgenet
command -v "$surgenet" > /dev/null || { echo "temporal.sh: $surgenet is not there" >&2; exit 1; }
mkdir -p "$out"

data=$out/sample/cholec80
"$surgenet" make-sample "$out/sample" --patients "$patients" --seconds "$seconds" --size 128x96
"$surgenet" extract-frames "$data/videos" --fps 2 --size short:64 --output "$data/frames"
"$surgenet" pretrain --frames "$data/frames" --backbone caformer_test --epochs 1 \
    --warmup-epochs 0 --batch-size 16 --global-size 64 --local-size 32 --local-crops 2 --out-dim 64 \
    --output "$out/pretrained"

# The features are computed once; each head then trains in seconds.
"$surgenet" embed --weights "$out/pretrained/backbone.safetensors" --backbone caformer_test \
    --data "$data" --format cholec80 --split "$out/sample/splits/patients.csv" --size 96x64 --output-format npy --map label,patient \
    --output "$out/features"

# head NAME OPTION...: trains, predicts the test videos and scores them.
head() {
    local name=$1
    shift
    "$surgenet" finetune-temporal --features "$out/features" --device cpu --output "$out/$name" "$@"
    "$surgenet" evaluate --predictions "$out/$name/predictions.csv" --dataset-name synthetic \
        --model-name "$name" --output "$out/eval-$name"
}

head frame-wise --head linear
head tecno --head tecno --lr 1e-3 --epochs 30
head mstcn-online --head mstcn++ --timing online --generation-layers 7 --layers 7 --epochs 30
head mstcn --head mstcn++ --generation-layers 7 --layers 7 --epochs 30

# Online and offline heads apart; what sees each frame alone is compared with either.
"$surgenet" bootstrap-stats "$out/eval-frame-wise/scores.csv" "$out/eval-tecno/scores.csv" \
    "$out/eval-mstcn-online/scores.csv" --baseline frame-wise --metric accuracy,macro_f1,edit \
    --output "$out/stats-online"
"$surgenet" bootstrap-stats "$out/eval-frame-wise/scores.csv" "$out/eval-mstcn/scores.csv" \
    --baseline frame-wise --metric accuracy,macro_f1,edit --output "$out/stats-offline"
