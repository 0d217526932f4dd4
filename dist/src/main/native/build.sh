#!/bin/sh
# Builds the native executable surgenet-extract: the command extract-frames, without a JVM, the deep
# learning engine or OpenCV.
#
# Not complete: building still stops at lambdas in the image heap (see "constants" below).
#
# usage: build.sh PROJECT HOME OUT
#   PROJECT  the project's root, compiled
#   HOME     the runnable distribution: gives the libraries
#   OUT      gets bin/surgenet-extract and lib/*.so
# environment:
#   GRAALVM_HOME              a GraalVM whose bin/native-image builds; otherwise that on the PATH
#   SURGENET_NATIVE_BUILDER   a program that builds instead, called with
#                             CLASSPATH MAIN_CLASS NAME OUT, and SKIP_METADATA in its environment: a
#                             regular expression of the metadata files not to use
set -eu
[ $# = 3 ] || { sed -n 7,10p "$0"; exit 2; }
project=$(cd "$1" && pwd)
home=$(cd "$2" && pwd)
mkdir -p "$3/bin" "$3/lib"
out=$(cd "$3" && pwd)

# What extraction needs. Folders of classes, not the jar: its manifest names every library.
path=$project/cli/target/native-metadata:$project/cli/target/classes:$project/core/target/classes
for name in picocli jackson-core jackson-databind jackson-annotations jackson-dataformat-yaml \
    snakeyaml slf4j-api logback-core logback-classic fastcsv javacpp ffmpeg; do
    found=
    for jar in "$home/lib/$name"-[0-9]*.jar; do
        [ -f "$jar" ] && found=$jar
    done
    [ -n "$found" ] || { echo "build.sh: no $name in $home/lib" >&2; exit 1; }
    path=$path:$found
done
cp "$home"/lib/native/*.so* "$out/lib/"

# The build makes the metadata of the presets and of the command line; see BuildNativeMetadata.
skip='META-INF/native-image/([a-z]+-[a-z0-9_]+/|picocli-generated)'
# Interfaces with lambdas among their constants, which are made when the executable is built.
constants='org.surgenet.common.Progress org.surgenet.common.Progress$Task org.surgenet.common.Cancellation org.surgenet.video.VideoInputs$Filter'
if [ -n "${SURGENET_NATIVE_BUILDER:-}" ]; then
    SKIP_METADATA=$skip "$SURGENET_NATIVE_BUILDER" \
        "$path" org.surgenet.cli.ExtractMain surgenet-extract "$out" \
        "-H:ClassInitialization=$(echo "$constants" | sed 's/ /:build_time,/g'):build_time"
else
    "${GRAALVM_HOME:+$GRAALVM_HOME/bin/}native-image" --no-fallback -march=compatibility \
        "--initialize-at-build-time=$(echo "$constants" | tr ' ' ,)" \
        --exclude-config '.*' "/$skip.*" \
        -cp "$path" -o "$out/bin/surgenet-extract" org.surgenet.cli.ExtractMain
fi
