#!/usr/bin/env bash
# From video to p-value in one go, small enough for two cores: about three minutes if they are idle
# (166 s measured), and as many times longer as other programs share them. The first build comes on
# top: it downloads about 700 MB, and compiles and packs for one to two minutes.
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
configs=$here/configs
sample_options=(--patients 14 --seconds 16 --size 256x160)
pretrain_options=()
model_options=()
if [ -n "${SURGENET_QUICKSTART_SMALL:-}" ]; then
    sample_options=(--patients 7 --seconds 8 --size 128x96)
    pretrain_options=(--epochs 1 --warmup-epochs 0)
    model_options=(--epochs 1)
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

started=$SECONDS
title() { printf '\n== %s (%d s)\n' "$1" "$((SECONDS - started))"; }

# Exit code 3 means: done, but some inputs were skipped and are listed; that is no reason to stop.
surgenet() {
    local code=0
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
    echo "unlabelled videos and labelled data: synthetic"
    source=$sample/videos
fi
surgenet extract-frames "$source" --output "$out/frames" --fps 2 --size short:160

title "curation"
surgenet curate "$out/frames" --output "$out/curated"

title "pretraining (DINO)"
surgenet pretrain --config "$configs/pretrain-quickstart.yaml" \
    --frames "$out/curated/curated.csv" --output "$out/pretrain" "${pretrain_options[@]}"
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
        --data "$data" --format "$format" --output "$run" --seed "$seed" "${split[@]}" \
        "${model_options[@]}" "$@"
    surgenet evaluate --model "$run" --data "$data" --format "$format" "${split[@]}" \
        --split-name test --model-name "$name" --output "$out/scores/$task-$name-seed$seed"
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

for task in seg phase cvs; do
    title "$task: statistics over the test patients"
    surgenet bootstrap-stats "$out/scores/$task"-*/scores.csv --baseline scratch --output "$out/stats/$task"
done

title "report"
# link FILE TEXT: an entry of the page for a file that is there.
link() {
    if [ -e "$out/$1" ]; then
        printf '<li><a href="%s">%s</a></li>\n' "$1" "$2"
    fi
}
# picture FILE TEXT
picture() {
    if [ -e "$out/$1" ]; then
        printf '<figure><a href="%s"><img src="%s" alt="%s"></a><figcaption>%s</figcaption></figure>\n' \
            "$1" "$1" "$2" "$2"
    fi
}
# page: the index, on standard output.
page() {
    cat <<'HTML'
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>surgenet quick start</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1, h2 { line-height: 1.2; }
img { max-width: 100%; border: 1px solid #ddd; }
figure { margin: 1rem 0; }
figcaption { color: #555; font-size: .9rem; }
.note { background: #f4f6f8; border-left: 4px solid #678; padding: .5rem 1rem; }
pre { background: #f8f8f8; padding: .7rem; overflow-x: auto; font-size: .8rem; }
</style>
</head>
<body>
<h1>surgenet quick start</h1>
HTML
    if [ -n "$videos" ]; then
        echo '<p class="note">Frames, curation and pretraining are of the videos that were given.'
        echo 'The labelled data are synthetic: drawn by a program, no patients. The scores show that'
        echo 'the pipeline works; they say nothing about surgery.</p>'
    else
        echo '<p class="note">All data are synthetic: drawn by a program, no patients. The scores show'
        echo 'that the pipeline works; they say nothing about surgery.</p>'
    fi
    echo '<h2>Frames and curation</h2><ul>'
    link curated/report.html 'Curation: what was kept, what was dropped, and why'
    link curated/curated.csv 'curated.csv: every frame with its decision and scores'
    link sample/README.txt 'The synthetic sample'
    echo '</ul>'
    echo '<h2>Pretraining</h2>'
    picture pretrain/curves.png 'DINO: loss and schedules'
    echo '<ul>'
    link pretrain/backbone.safetensors 'backbone.safetensors: the pretrained backbone'
    link pretrain/log.jsonl 'log.jsonl: a line per step'
    echo '</ul>'
    local task name
    for task in seg phase cvs; do
        case $task in
            seg) name='Segmentation' ;;
            phase) name='Phases' ;;
            cvs) name='Critical view of safety' ;;
        esac
        echo "<h2>$name</h2><ul>"
        local report
        for report in "$out/scores/$task"-*/report.html; do
            report=${report#"$out/"}
            link "$report" "Scores of $(basename "$(dirname "$report")")"
        done
        link "stats/$task/stats.json" 'stats.json: intervals, p-values, effect sizes'
        echo '</ul>'
        picture "stats/$task/forest.png" "$name: difference to training from scratch, with 95 % intervals over patients"
        if [ -e "$out/stats/$task/table.md" ]; then
            echo '<pre>'
            sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' "$out/stats/$task/table.md"
            echo '</pre>'
        fi
    done
    echo '</body></html>'
}
page > "$out/index.html.part"
mv "$out/index.html.part" "$out/index.html"

cat <<EOF

Done in $((SECONDS - started)) s. What lies where, below $out:

  index.html            everything at a glance: open this
  sample/               synthetic videos and labelled data (drawn by a program, no patients)
  frames/               frames of the videos, a frames.csv for each
  curated/              curated.csv and report.html: what was kept and why
  pretrain/             backbone.safetensors, checkpoints, log.jsonl, curves.png
  models/TASK-NAME-seedN/   fine-tuned models
  scores/TASK-NAME-seedN/   scores.csv, report.html, predictions on the test patients
  stats/TASK/           stats.json, table.md, table.tex, table.csv, forest.png

The same with your own videos:  $here/quickstart.sh FOLDER_OF_VIDEOS
EOF
