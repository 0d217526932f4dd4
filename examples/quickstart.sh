#!/usr/bin/env bash
# From video to p-value in one go, small enough for two cores and a few minutes.
#
#   examples/quickstart.sh [FOLDER_OF_VIDEOS]
#
# Without an argument everything runs on synthetic surgery. With a folder of videos, extraction,
# curation and pretraining run on those; the fine-tuning still uses the synthetic labelled data,
# because your videos bring no labels.
#
# Results go to ./surgenet-quickstart (another place: SURGENET_QUICKSTART=DIR). Run it again after an
# interruption: what is complete is not repeated. SURGENET_SEEDS sets the number of seeds (default 2).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(dirname "$here")
out=${SURGENET_QUICKSTART:-$PWD/surgenet-quickstart}
seeds=${SURGENET_SEEDS:-2}
videos=${1:-}
configs=$here/configs

case ${1:-} in
    -h | --help)
        sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
        exit 0
        ;;
esac
if [ $# -gt 1 ]; then
    echo "usage: examples/quickstart.sh [FOLDER_OF_VIDEOS]" >&2
    exit 2
fi
if [ -n "$videos" ]; then
    if [ ! -d "$videos" ]; then
        echo "quickstart: $videos: there is no such folder" >&2
        exit 2
    fi
    videos=$(cd "$videos" && pwd)
fi

started=$SECONDS
title() { printf '\n== %s (%d s)\n' "$1" "$((SECONDS - started))"; }

# Exit code 3 means: done, but some inputs were skipped and are listed; that is no reason to stop.
surgenet() {
    local code=0
    "$project/dist/target/surgenet/bin/surgenet" "$@" || code=$?
    if [ "$code" -ne 0 ] && [ "$code" -ne 3 ]; then
        echo "quickstart: 'surgenet $*' ended with exit code $code" >&2
        exit "$code"
    fi
}

title "build"
(cd "$project" && mvn -B -ntp -q -DskipTests package)

mkdir -p "$out"
sample=$out/sample

title "synthetic surgery: 14 invented patients, labelled"
surgenet make-sample "$sample" --patients 14 --seconds 16 --size 256x160

title "frames of the videos"
if [ -n "$videos" ]; then
    echo "unlabelled videos: $videos (yours); labelled data: synthetic"
    source=$videos
else
    echo "unlabelled videos and labelled data: synthetic"
    source=$sample/videos
fi
surgenet extract-frames "$source" --output "$out/frames" --fps 2 --size short:160

title "curation"
surgenet curate "$out/frames" --output "$out/curated"

title "pretraining (DINO)"
surgenet pretrain --config "$configs/pretrain-quickstart.yaml" \
    --frames "$out/curated/curated.csv" --output "$out/pretrain"
pretrained=$out/pretrain/backbone.safetensors

title "frames of the labelled videos"
surgenet extract-frames "$sample/cholec80/videos" --output "$sample/cholec80/frames" --fps 4

# model TASK FORMAT DATA NAME SEED [OPTION ...]: fine-tunes one model and scores it on the test patients.
model() {
    local task=$1 format=$2 data=$3 name=$4 seed=$5
    shift 5
    local run=$out/models/$task-$name-seed$seed
    local split=()
    if [ "$task" != cvs ]; then
        split=(--split "$sample/splits/patients.csv")
    fi
    surgenet "finetune-$task" --config "$configs/finetune-$task-quickstart.yaml" \
        --data "$data" --format "$format" --output "$run" --seed "$seed" "${split[@]}" "$@"
    surgenet evaluate --model "$run" --data "$data" --format "$format" "${split[@]}" \
        --split-name test --output "$out/scores/$task-$name-seed$seed"
}

for task in seg phase cvs; do
    case $task in
        seg) format=cholecseg8k ;;
        phase) format=cholec80 ;;
        cvs) format=endoscapes ;;
    esac
    for ((seed = 0; seed < seeds; seed++)); do
        title "$task: from the pretrained backbone and from scratch, seed $seed"
        model "$task" "$format" "$sample/$format" pretrained "$seed" --weights "$pretrained"
        model "$task" "$format" "$sample/$format" scratch "$seed"
    done
done
