#!/bin/sh
# Tries the built distribution as a user would: sh smoke.sh DIR
set -eu

home=$(cd "$1" && pwd)
program=$home/bin/surgenet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "smoke: FAILED: $1" >&2
    exit 1
}

# says TEXT ARGS...: the program, called with ARGS, succeeds and prints TEXT.
says() {
    text=$1
    shift
    "$program" "$@" > "$work/out" 2> "$work/err" || fail "surgenet $* ended with $?: $(cat "$work/err")"
    grep -qF -e "$text" "$work/out" || fail "surgenet $* does not say '$text'"
    [ ! -s "$work/err" ] || fail "surgenet $* writes to standard error: $(cat "$work/err")"
    echo "smoke: ok: surgenet $*"
}

says 'surgenet ' --version
says 'extract-frames' --help
says 'Usage: surgenet extract-frames' extract-frames --help
says 'Usage: surgenet extract-frames' help extract-frames
says 'fps: ' extract-frames --print-config
says 'ok     PyTorch' doctor
says 'reproducible kernels, MKL_CBWR=AUTO' doctor

# Of the system it takes what every server has, and nothing that belongs to a desktop or a graphics
# card; the linker tells, where it is glibc's.
LD_DEBUG=files "$program" doctor 2>&1 | sed -n 's/.*calling init: //p' |
    grep -E '^(/usr)?/lib' | grep -v /jvm/ | sed 's|.*/||; s|\.so.*||' | sort -u > "$work/system" || true
strange=$(grep -vxE 'ld-linux.*|lib(c|dl|gcc_s|m|nss_.*|pthread|resolv|rt|stdc\+\+|z)' "$work/system" || true)
[ -z "$strange" ] || fail "doctor loads libraries that servers may lack: $(echo "$strange" | tr '\n' ' ')"
echo "smoke: ok: $(wc -l < "$work/system") libraries of the system"

# Nothing is written outside the output: not by loading the native parts, not by drawing.
mkdir "$work/home" "$work/tmp"
printf 'model,task,dataset,unit,metric,class,value,n\n' > "$work/scores.csv"
for patient in 1 2 3 4 5 6; do
    printf 'a,seg,d,p%s,dice,,0.%s,9\nb,seg,d,p%s,dice,,0.3%s,9\n' \
        "$patient" "$patient" "$patient" "$patient" >> "$work/scores.csv"
done
HOME=$work/home SURGENET_JAVA_OPTS="-Djava.io.tmpdir=$work/tmp" "$program" doctor > /dev/null
HOME=$work/home SURGENET_JAVA_OPTS="-Djava.io.tmpdir=$work/tmp" "$program" bootstrap-stats \
    "$work/scores.csv" --output "$work/stats" --quiet > /dev/null || fail 'bootstrap-stats'
[ -s "$work/stats/forest.png" ] || fail 'no forest.png'
[ -z "$(find "$work/home" "$work/tmp" -mindepth 1)" ] ||
    fail "written outside the output: $(find "$work/home" "$work/tmp" -mindepth 1 | head -3)"
echo 'smoke: ok: nothing written outside the output'

# A libtorch of the user's: found without unpacking anything, and another version is refused.
engine=$(dirname "$(find "$home/lib/engine" -name 'libtorch.so' | head -1)")
mkdir -p "$work/libtorch/lib"
for file in "$engine"/lib*; do
    ln -s "$file" "$work/libtorch/lib/"
done
PYTORCH_LIBRARY_PATH=$work/libtorch/lib HOME=$work/home "$program" doctor > "$work/out" 2>&1 ||
    fail "doctor with a libtorch of the user's: $(cat "$work/out")"
grep -qF "$work/libtorch/lib" "$work/out" || fail "the user's libtorch is not in use"
echo '1.13.1+cpu' > "$work/libtorch/build-version"
PYTORCH_LIBRARY_PATH=$work/libtorch/lib "$program" doctor > "$work/out" 2>&1 &&
    fail 'a libtorch of another version is taken'
grep -qF 'this is libtorch 1.13.1+cpu, but surgenet needs' "$work/out" || fail "$(cat "$work/out")"
PYTORCH_LIBRARY_PATH=$work/nowhere "$program" doctor > "$work/out" 2>&1 &&
    fail 'a folder without libtorch is passed over'
grep -qF 'there is no libtorch.so in it' "$work/out" || fail "$(cat "$work/out")"
echo "smoke: ok: a libtorch of the user's"

# The page made by the build is the page that the program would print.
"$program" extract-frames --help > "$work/made"
"$program" help extract-frames > "$work/printed"
cmp -s "$work/made" "$work/printed" || fail 'the help page is not that of the program'

# Help fits where it is read.
COLUMNS=64 "$program" extract-frames --help > "$work/narrow"
awk 'length > 64 { exit 1 }' "$work/narrow" || fail 'help is wider than COLUMNS'
if command -v script > /dev/null && command -v stty > /dev/null; then
    for size in 70 0; do
        script -qec "stty cols $size; '$program' extract-frames --help" /dev/null < /dev/null > "$work/seen"
        tr -d '\r' < "$work/seen" > "$work/terminal"
        if [ "$size" = 0 ]; then
            cmp -s "$work/made" "$work/terminal" || fail 'help on a terminal without a size is not the usual one'
        else
            awk 'length > 70 { exit 1 }' "$work/terminal" || fail 'help is wider than the terminal'
        fi
    done
    echo 'smoke: ok: help fits the terminal'
fi

# Through a link, from another folder.
ln -s "$program" "$work/linked"
(cd / && "$work/linked" --version > /dev/null) || fail 'does not start through a link'

code=0
"$program" extract-frames --outptu x 2> "$work/err" || code=$?
[ "$code" = 2 ] || fail "a misspelt option gives $code"
grep -qF "did you mean '--output'" "$work/err" || fail 'no suggestion for a misspelt option'

# A terminal without a size, as ssh -tt, docker -t and cron's script have it, ends no run.
if script -qec true /dev/null < /dev/null > /dev/null 2>&1; then
    script -qec "stty cols 0; '$program' make-sample '$work/sample' --patients 3 --seconds 6 --size 64x64" \
        /dev/null < /dev/null > "$work/out" || fail "in a terminal without a size: $(cat "$work/out")"
    echo 'smoke: ok: a terminal without a size'
else
    echo 'smoke: skipped: a terminal without a size, which needs the program script of util-linux'
fi

for file in lib/surgenet-cli.jar man/man1/surgenet.1 man/man1/surgenet-extract-frames.1 \
    completion/surgenet.bash LICENSE NOTICE README.md; do
    [ -s "$home/$file" ] || fail "$file is missing"
done

# What the README points to is there; a link within it leads to a heading.
sed -n 's/^##* //p' "$home/README.md" | tr 'A-Z ' 'a-z-' | sed 's/[^a-z0-9-]//g' > "$work/headings"
grep -o '](\([^)]*\))' "$home/README.md" | sed 's/^](\(.*\))$/\1/' | while read -r link; do
    case $link in
        '#'*) grep -qxF -e "${link#?}" "$work/headings" ;;
        *) [ -e "$home/$link" ] ;;
    esac || echo "$link"
done > "$work/dead"
[ ! -s "$work/dead" ] || fail "the README points to $(tr '\n' ' ' < "$work/dead")"
grep -q 'dist/' "$home/README.md" && fail 'the README names a folder of the source tree'
echo 'smoke: all passed'
