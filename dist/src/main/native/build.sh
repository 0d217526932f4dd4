#!/bin/sh
# Builds the native executable surgenet-extract: the command extract-frames, without a JVM, the deep
# learning engine or OpenCV.
#
# usage: build.sh PROJECT HOME OUT
#   PROJECT  the project's root, compiled
#   HOME     the runnable distribution: gives the libraries
#   OUT      gets bin/surgenet-extract, lib/*.so, man and completion
# environment:
#   GRAALVM_HOME              a GraalVM whose bin/native-image builds; otherwise that on the PATH
#   SURGENET_NATIVE_BUILDER   a program that builds instead, relative to PROJECT, called with
#                             CLASSPATH MAIN_CLASS NAME OUT, and in its environment SKIP_METADATA, a
#                             regular expression of the metadata files not to use, and BUILD_DIR, a
#                             folder for its own files
set -eu
[ $# = 3 ] || { sed -n 5,8p "$0"; exit 2; }
project=$(cd "$1" && pwd)
home=$(cd "$2" && pwd)
rm -rf "$3"
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
rm "$out"/lib/lib*avfilter*
cp -R "$project/cli/target/extract-pages/." "$project/LICENSE" "$project/NOTICE" "$out/"

# The executable decodes file names as this process does.
export LC_ALL=C.UTF-8
# The build makes the metadata of the presets and of the command line; see BuildNativeMetadata.
skip='META-INF/native-image/([a-z]+-[a-z0-9_]+/|picocli-generated)'
if [ -n "${SURGENET_NATIVE_BUILDER:-}" ]; then
    export SKIP_METADATA="$skip" BUILD_DIR="$out-build"
    # As GraalVM's own program has it: constants that are lambdas come into being when their classes
    # do, at run time. The JDK's way, at the first look at the code, would put them into the
    # executable before their classes may exist.
    export JDK_JAVA_OPTIONS="-Djdk.internal.lambda.disableEagerInitialization=true"
    cd "$project"
    "$SURGENET_NATIVE_BUILDER" "$path" org.surgenet.cli.ExtractMain surgenet-extract "$out"
else
    "${GRAALVM_HOME:+$GRAALVM_HOME/bin/}native-image" --no-fallback -march=compatibility \
        --exclude-config '.*' "$skip" \
        -cp "$path" -o "$out/bin/surgenet-extract" org.surgenet.cli.ExtractMain
fi
