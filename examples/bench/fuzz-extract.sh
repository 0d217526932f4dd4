#!/usr/bin/env bash
# Extracts random videos and compares each picture, bit for bit, with those of a full decode; prints
# a report. Number SEED decides all of a video, and so does each of the COUNT - 1 numbers behind it.
# usage: fuzz-extract.sh SEED [COUNT [FOLDER]]
#   COUNT is 100 unless given. Videos that fail stay in FOLDER (a new one below the temporary files),
#   and the report has the ffmpeg commands that make them. The exit code is 1 if one fails.
#   Needs ffmpeg and Maven; FFMPEG names another ffmpeg.
set -euo pipefail
[ $# -ge 1 ] || { sed -n 2,7p "$0"; exit 2; }
seed=$1
count=${2:-100}
folder=${3:-$(mktemp -d)}
ffmpeg=${FFMPEG:-ffmpeg}
command -v "$ffmpeg" > /dev/null || { echo "fuzz-extract.sh: $ffmpeg is not there" >&2; exit 1; }
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$(dirname "$0")/../.."
# shellcheck source=common.sh
. examples/bench/common.sh
bench_classpath
java -Xmx1g -XX:+UseSerialGC -Dsurgenet.fuzz.ffmpeg="$ffmpeg" -cp "$classpath" \
    org.surgenet.video.ExtractionFuzz "$seed" "$count" "$folder"
