#!/usr/bin/env bash
# From video to p-value in one go, small enough for two cores: minutes if they are idle, and as many
# times longer as other programs share them. The first build comes on top: it downloads about 700 MB,
# and compiles and packs for one to two minutes.
#
#   examples/quickstart.sh [FOLDER_OF_VIDEOS]
#
# Without an argument everything runs on synthetic surgery. With a folder of videos, extraction,
# curation and pretraining run on those; the fine-tuning still uses the synthetic labelled data,
# because your videos bring no labels.
#
# Results go to ./surgenet-quickstart (another place: SURGENET_QUICKSTART=DIR). Run it again after an
# interruption: what is complete is not repeated. SURGENET_SEEDS sets the number of seeds (default 1).
# SURGENET_QUICKSTART_SMALL=1 only tries whether everything works, with half the data and one epoch.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(dirname "$here")
out=${SURGENET_QUICKSTART:-$PWD/surgenet-quickstart}
seeds=${SURGENET_SEEDS:-1}
videos=${1:-}
# Many patients without labels, few with: what pretraining is for. The unlabelled ones are others, so
# that no test patient is seen in pretraining.
unlabelled_options=(--patients 60 --seconds 16 --size 128x96 --seed 1)
sample_options=(--patients 14 --seconds 16 --size 256x192)
pretrain_options=()
train_patients=
epochs=
if [ -n "${SURGENET_QUICKSTART_SMALL:-}" ]; then
    unlabelled_options=(--patients 7 --seconds 8 --size 128x96 --seed 1)
    sample_options=(--patients 7 --seconds 8 --size 128x96)
    pretrain_options=(--epochs 1 --warmup-epochs 0 --batch-size 16)
    train_patients='[2, all]'
    epochs=1
fi

case ${1:-} in
    -h | --help)
        sed -n '2,15s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
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

if ! [[ $seeds =~ ^[1-9][0-9]*$ ]]; then
    echo "quickstart: SURGENET_SEEDS=$seeds is not a number of seeds" >&2
    exit 2
fi

started=$SECONDS
title() { printf '\n== %s (%d s)\n' "$1" "$((SECONDS - started))"; }

# Exit code 3 means: done, but some inputs were skipped and are listed; that is no reason to stop.
code=0
surgenet() {
    code=0
    "$program" "$@" || code=$?
    if [ "$code" -ne 0 ] && [ "$code" -ne 3 ]; then
        echo "quickstart: 'surgenet $*' ended with exit code $code" >&2
        exit "$code"
    fi
}

# In the built distribution the program is beside the examples.
program=$project/bin/surgenet
if [ ! -x "$program" ]; then
    title "build"
    echo "The first build downloads about 700 MB (PyTorch, OpenCV, FFmpeg, build tools), which takes about"
    echo "a minute at 100 Mbit/s and is silent; then compiling and packing take one to two minutes."
    (cd "$project" && mvn -B -ntp -q -DskipTests package)
    program=$project/dist/target/surgenet/bin/surgenet
fi

mkdir -p "$out"
sample=$out/sample

title "synthetic surgery: ${sample_options[1]} invented patients, labelled"
surgenet make-sample "$sample" "${sample_options[@]}"

title "frames of the videos"
if [ -n "$videos" ]; then
    echo "unlabelled videos: $videos (yours); labelled data: synthetic"
    source=$videos
else
    echo "unlabelled videos and labelled data: synthetic, of different patients"
    surgenet make-sample "$out/unlabelled" "${unlabelled_options[@]}"
    source=$out/unlabelled/videos
fi
surgenet extract-frames "$source" --output "$out/frames" --fps 2 --size short:160

title "curation"
surgenet curate "$out/frames" --output "$out/curated"

title "pretraining (DINO)"
surgenet pretrain --config "$here/configs/pretrain-quickstart.yaml" \
    --frames "$out/curated/curated.csv" --output "$out/pretrain" "${pretrain_options[@]}"

title "frames of the labelled videos"
surgenet extract-frames "$sample/cholec80/videos" --output "$sample/cholec80/frames" --fps 4

# plan: the study's plan with what was asked for here, on standard output.
plan() {
    local changes=(-e "s/^seeds:.*/seeds: [$(seq -s ', ' 0 $((seeds - 1)))]/")
    if [ -n "$train_patients" ]; then
        changes+=(-e "s/^train-patients:.*/train-patients: $train_patients/")
    fi
    if [ -n "$epochs" ]; then
        changes+=(-e "s/^\( *epochs:\).*/\1 $epochs/")
    fi
    sed "${changes[@]}" "$here/studies/quickstart.yaml"
}
plan > "$out/plan.yaml.part"
mv "$out/plan.yaml.part" "$out/plan.yaml"

title "study: pretrained against from scratch, on three tasks, with few and all training patients"
surgenet study "$out/plan.yaml" --output "$out/study"

ended=Done
if [ "$code" -eq 3 ]; then
    ended="Not complete (the report says under Limits what is missing and why)"
fi

if [ -n "$videos" ]; then
    origin='pretrained on your videos; labelled data synthetic'
else
    origin='all data synthetic'
fi
cat <<EOF

$ended, after $((SECONDS - started)) s; $origin.
Open first:

  $out/study/report.html

It shows that the pipeline works; scores on synthetic data say nothing about surgery. What else lies
where, below $out:

  sample/                   synthetic videos and labelled data (drawn by a program, no patients)
  unlabelled/               synthetic videos of other patients, for pretraining
  frames/                   frames of the videos, a frames.csv for each
  curated/report.html       what curation kept and why; curated.csv has every frame
  pretrain/curves.png       the pretraining's loss and schedules; backbone.safetensors beside it
  plan.yaml                 the study's plan: change it and run
                            'surgenet study plan.yaml --output study' here
  study/results/            scores, tables and figures as CSV, Markdown, LaTeX, PNG and SVG
  study/cells/              every model, and its scores and predictions on the test patients

The same with your own videos:  $here/quickstart.sh FOLDER_OF_VIDEOS
EOF
exit "$code"
