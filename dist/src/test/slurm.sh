#!/usr/bin/env bash
# Tries the built distribution under Slurm as a lab would: slurm.sh DIR
#
# Starts a cluster of one node with two cores for itself, which takes root and the programs of the
# packages slurm-wlm and munge, and ends it again. What is tried: extract-frames as an array job,
# pretrain as two processes under srun with both kinds of MPI, and a pretraining job that is cut off
# and puts itself back into the queue.
set -euo pipefail

home=$(cd "$1" && pwd)
examples=$home/examples/slurm
export PATH=$home/bin:$PATH
work=$(mktemp -d)
mkdir "$work/state" "$work/spool" "$work/log"

fail() {
    echo "slurm: FAILED: $1" >&2
    tail -n 30 "$work"/log/* "$work"/*.out >&2 || true
    exit 1
}
ok() { echo "slurm: ok: $1"; }

started=
finish() {
    pkill -F "$work/slurmd.pid" 2> /dev/null || true
    pkill -F "$work/slurmctld.pid" 2> /dev/null || true
    [ -z "$started" ] || pkill -x munged || true
    rm -rf "$work"
}
trap finish EXIT

host=$(hostname -s)
cat > "$work/slurm.conf" << CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/log/slurmctld
SlurmdLogFile=$work/log/slurmd
SchedulerParameters=sched_interval=1,batch_sched_delay=0
JobRequeue=1
KillWait=30
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf

if ! munge -n > /dev/null 2>&1; then
    mkdir -p /run/munge
    chown munge: /run/munge
    su -s /bin/sh munge -c munged
    started=yes
fi
slurmctld
slurmd
for _ in $(seq 50); do
    sinfo -h -t idle -o %N 2> /dev/null | grep -q . && break
    sleep 0.2
done
sinfo -h -t idle -o %N | grep -q . || fail 'the node does not come up'

surgenet make-sample "$work/sample" --patients 3 --seconds 8 --size 160x96 --quiet > /dev/null

# An array job over the videos, against one that does them all.
surgenet extract-frames "$work/sample/videos" --output "$work/whole" --quiet > /dev/null
sbatch -Q --wait --array=0-1 --cpus-per-task=1 --mem=0 -o "$work/array-%a.out" \
    "$examples/extract-frames.sbatch" "$work/sample/videos" "$work/parts" ||
    fail 'the array job'
diff -r -x run.json -x config.yaml -x 'run-*.json' -x 'config-*.yaml' "$work/whole" "$work/parts" ||
    fail 'the parts of the array job are not the whole'
ok 'extract-frames as an array job'

# Two processes under srun see the losses of one.
options=(--frames "$work/whole" --preset smoke --batch-size 4 --epochs 2 --device cpu)
losses() { grep '^{"step"' "$1/log.jsonl" | sed 's/.*"loss":\([0-9.]*\).*/\1/'; }
OMP_NUM_THREADS=1 surgenet pretrain "${options[@]}" --output "$work/one" --quiet > /dev/null
for mpi in pmix:mpirun.openmpi pmi2:mpirun.mpich; do
    kind=${mpi%:*}
    if ! command -v "${mpi#*:}" > /dev/null ||
        { [ "$kind" = pmix ] && ! find /usr/lib /usr/local/lib -name libpmix.so | grep -q .; }; then
        echo "slurm: skipped: srun --mpi=$kind, for want of ${mpi#*:} or libpmix.so"
        continue
    fi
    OMP_NUM_THREADS=1 srun --mpi="$kind" -n 2 surgenet pretrain "${options[@]}" \
        --output "$work/two-$kind" > "$work/$kind.out" 2>&1 || fail "srun --mpi=$kind"
    paste <(losses "$work/one") <(losses "$work/two-$kind") | awk '
        { d = $1 - $2; if (d < 0) d = -d; if (NF != 2 || d > 1e-5 * $1) bad = 1 }
        END { exit bad || NR == 0 }' || fail "losses under srun --mpi=$kind are others"
    ok "pretrain under srun --mpi=$kind"
done

# A job that Slurm asks to stop saves its state, queues again, and goes on to the same end.
job=$(sbatch --parsable --cpus-per-task=2 --mem=0 -o "$work/cut.out" "$examples/pretrain.sbatch" \
    "$work/whole" "$work/cut" --preset smoke --batch-size 4 --epochs 10)
for _ in $(seq 600); do
    [ "$(cat "$work/cut/log.jsonl" 2> /dev/null | wc -l)" -ge 5 ] && break
    sleep 0.1
done
scancel --signal=TERM "$job"
for _ in $(seq 1200); do
    state=$(squeue -h -j "$job" -o %T 2> /dev/null || true)
    [ -n "$state" ] || break
    sleep 0.5
done
grep -q 'going on at step' "$work/cut.out" || fail 'the job did not go on'
[ -s "$work/cut/backbone.safetensors" ] || fail 'the job did not end'
ok 'pretrain through a cut'
echo 'slurm: all passed'
