#!/usr/bin/env bash
# Wall time, CPU time and peak memory of extract-frames beside the ffmpeg program: one frame a
# second, shorter side 256, JPEG. The two alternate; the smallest value of the rounds counts.
# usage: extract.sh VIDEO|DIR|synthetic [SECONDS] [ROUNDS]
#   'synthetic' is ffmpeg's moving test picture with noise: 1080p H.264 of 4 Mb/s, key frames every
#   250 frames, three B-frames. It or a video is repeated without re-encoding until it lasts SECONDS
#   (default 180). A folder's videos are taken as they are: extract-frames does them all at once,
#   ffmpeg one after the other.
#   Needs ffmpeg, GNU time, and the distribution (mvn -q -DskipTests package), or another program in
#   SURGENET; FFMPEG names another ffmpeg. The native executable takes part where it is built
#   (mvn -q -DskipTests -Pnative package) or named in SURGENET_EXTRACT.
set -euo pipefail
[ $# -ge 1 ] || { sed -n 2,12p "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
surgenet=${SURGENET:-$root/dist/target/surgenet/bin/surgenet}
native=${SURGENET_EXTRACT:-$root/dist/target/surgenet-extract/bin/surgenet-extract}
ffmpeg=${FFMPEG:-ffmpeg}
seconds=${2:-180}
rounds=${3:-3}
for need in "$surgenet" "$ffmpeg" /usr/bin/time; do
    command -v "$need" > /dev/null || { echo "extract.sh: $need is not there" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ "$1" != synthetic ] && [ -d "$1" ]; then
    input=$(cd "$1" && pwd)
    mapfile -t videos < <(find "$input" -maxdepth 1 -type f | sort)
else
    video=$1
    if [ "$video" = synthetic ]; then
        video=$work/synthetic.mp4
        "$ffmpeg" -v error -nostdin \
            -f lavfi -i testsrc2=size=1920x1080:rate=25:duration=30,noise=alls=12:allf=t \
            -c:v libx264 -preset veryfast -b:v 4M -g 250 -sc_threshold 0 -bf 3 -pix_fmt yuv420p "$video"
    fi
    input=$work/video.${video##*.}
    "$ffmpeg" -v error -nostdin -stream_loop -1 -i "$video" -t "$seconds" -map 0:v:0 -c copy "$input"
    videos=("$input")
fi

# Prints wall seconds, CPU seconds, peak kB of a command.
measure() {
    /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$@" > /dev/null 2> "$work/log" ||
        { cat "$work/log" >&2; exit 1; }
    tail -1 "$work/time" | awk '{print $1, $2 + $3, $4}'
}

peer() {
    for video in "${videos[@]}"; do
        mkdir -p "$work/peer/${video##*/}"
        "$ffmpeg" -v error -nostdin -i "$video" -vf fps=1,scale=-2:256 -q:v 2 \
            "$work/peer/${video##*/}/%06d.jpg" || return 1
    done
}
# Functions cannot be timed by another program: the loop is a script of its own.
{
    echo '#!/usr/bin/env bash'
    declare -p videos work ffmpeg
    declare -f peer
    echo peer
} > "$work/peer.sh"

# ours NAME PROGRAM...: measures the program on the input.
ours() {
    local name=$1
    shift
    echo "$name $(measure "$@" "$input" --output "$work/$name" --fps 1 --size short:256 \
        --quality 95 --quiet) $(frames "$work/$name")"
}

frames() { find "$1" -name '*.jpg' | wc -l; }

for ((i = 0; i < rounds; i++)); do
    rm -rf "$work/peer" "$work/surgenet" "$work/native"
    echo "ffmpeg $(measure bash "$work/peer.sh") $(frames "$work/peer")"
    ours surgenet "$surgenet" extract-frames
    if [ -x "$native" ]; then
        ours native "$native"
    fi
done | tee "$work/rounds" >&2

awk '
    { for (k = 2; k <= 4; k++) if (!(($1, k) in best) || $k < best[$1, k]) best[$1, k] = $k }
    { frames[$1] = $5 }
    function row(name) {
        printf "%-10s %8.2f %8.2f %8.0f %7d", name, best[name, 2], best[name, 3], best[name, 4] / 1024, frames[name]
        if (name != "ffmpeg") for (k = 2; k <= 4; k++) printf " %9.2f", best[name, k] / best["ffmpeg", k]
        print ""
    }
    END {
        printf "%-10s %8s %8s %8s %7s   ratios to ffmpeg: wall, CPU, peak\n", "", "wall s", "CPU s", "peak MB", "frames"
        row("ffmpeg"); row("surgenet")
        if ("native" in frames) row("native")
    }' "$work/rounds"
