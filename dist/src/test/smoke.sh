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

# Of the system it takes what every server has, and nothing that belongs to a desktop or a graphics
# card; the linker tells, where it is glibc's.
LD_DEBUG=files "$program" doctor 2>&1 | sed -n 's/.*calling init: //p' |
    grep -E '^(/usr)?/lib' | grep -v /jvm/ | sed 's|.*/||; s|\.so.*||' | sort -u > "$work/system" || true
strange=$(grep -vxE 'ld-linux.*|lib(c|dl|gcc_s|m|nss_.*|pthread|resolv|rt|stdc\+\+|z)' "$work/system" || true)
[ -z "$strange" ] || fail "doctor loads libraries that servers may lack: $(echo "$strange" | tr '\n' ' ')"
echo "smoke: ok: $(wc -l < "$work/system") libraries of the system"

# The page made by the build is the page that the program would print.
"$program" extract-frames --help > "$work/made"
"$program" help extract-frames > "$work/printed"
cmp -s "$work/made" "$work/printed" || fail 'the help page is not that of the program'

# Through a link, from another folder.
ln -s "$program" "$work/linked"
(cd / && "$work/linked" --version > /dev/null) || fail 'does not start through a link'

code=0
"$program" extract-frames --outptu x 2> "$work/err" || code=$?
[ "$code" = 2 ] || fail "a misspelt option gives $code"
grep -qF "did you mean '--output'" "$work/err" || fail 'no suggestion for a misspelt option'

for file in lib/surgenet-cli.jar man/man1/surgenet.1 man/man1/surgenet-extract-frames.1 \
    completion/surgenet.bash LICENSE NOTICE README.md; do
    [ -s "$home/$file" ] || fail "$file is missing"
done
echo 'smoke: all passed'
