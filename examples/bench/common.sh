# What the benchmarks share; sourced with the project's root as the working directory.
# shellcheck shell=bash

# Compiles the benchmarks' classes and sets $classpath.
bench_classpath() {
  local list=$PWD/core/target/bench.classpath
  mvn -B -ntp -q -pl core test-compile
  mvn -B -ntp -q -pl core dependency:build-classpath -Dmdep.outputFile="$list"
  # shellcheck disable=SC2034
  classpath=core/target/classes:core/target/test-classes:$(cat "$list")
}

# timm's name of a network.
timm_name() {
  case $1 in
    caformer_s18) echo caformer_s18_relu ;;
    caformer_s18_star) echo caformer_s18 ;;
    vit_small_16) echo vit_small_patch16_224 ;;
    vit_base_16) echo vit_base_patch16_224 ;;
    *) echo "$1" ;;
  esac
}

# The median of the numbers on standard input, one a line.
median() { sort -n | awk '{v[NR]=$1} END {print (NR % 2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }

# java with the launcher's settings of the C library's allocator, of OpenMP and of the matrix library.
bench_java() {
    env MKL_CBWR="${MKL_CBWR:-AUTO}" OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}" MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=4294967296 \
        java -Dai.djl.offline=true "$@"
}
