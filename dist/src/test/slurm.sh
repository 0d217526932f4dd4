#!/usr/bin/env bash
# Tries the built distribution under Slurm as a lab would: slurm.sh DIR
#
# Starts a cluster of two nodes on this machine for itself, which takes root and the programs of the
# packages slurm-wlm and munge, and ends it again. The nodes say that they have four GPUs each, which
# are none, and many cores. What is tried: extract-frames, fine-tunings and a study as array jobs,
# pretrain as two processes under srun with both kinds of MPI, a pretraining job that comes to its
# time limit, one that is preempted and one that is cancelled, and one on both nodes.
set -euo pipefail

home=$(cd "$1" && pwd)
examples=$home/examples/slurm
export PATH=$home/bin:$PATH
work=$(mktemp -d)
mkdir "$work/state" "$work/log"

fail() {
    echo "slurm: FAILED: $1" >&2
    tail -n 30 "$work"/log/* "$work"/*.out >&2 || true
    exit 1
}
ok() { echo "slurm: ok: $1"; }

started=
finish() {
    for daemon in slurmd-a slurmd-b slurmctld; do
        if [ -s "$work/$daemon.pid" ]; then
            kill "$(cat "$work/$daemon.pid")" 2> /dev/null || true
        fi
    done
    [ -z "$started" ] || kill "$(cat /run/munge/munged.pid)" 2> /dev/null || true
    rm -rf "$work"
}
trap finish EXIT

host=$(hostname -s)
# Ports of its own: there may be another cluster on this machine.
port=$((20000 + $$ % 20000))
cat > "$work/slurm.conf" << CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool-%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
SlurmctldLogFile=$work/log/slurmctld
SlurmdLogFile=$work/log/slurmd-%n
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,batch_sched_delay=0
JobRequeue=1
KillWait=30
ReturnToService=2
GresTypes=gpu
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
NodeName=a NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=64 RealMemory=256000 Gres=gpu:4
NodeName=b NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=64 RealMemory=256000 Gres=gpu:4
PartitionName=all Nodes=a,b Default=YES MaxTime=INFINITE State=UP PriorityTier=1 GraceTime=60
PartitionName=first Nodes=a,b MaxTime=INFINITE State=UP PriorityTier=2
CONF
for device in null zero full random; do
    echo "NodeName=a,b Name=gpu File=/dev/$device Flags=nvidia_gpu_env"
done > "$work/gres.conf"
export SLURM_CONF=$work/slurm.conf

if ! munge -n > /dev/null 2>&1; then
    mkdir -p /run/munge
    chown munge: /run/munge
    su -s /bin/sh munge -c munged
    started=yes
fi
slurmctld
slurmd -N a
slurmd -N b
for _ in $(seq 50); do
    [ "$(sinfo -h -p all -t idle -o %D 2> /dev/null)" = 2 ] && break
    sleep 0.2
done
[ "$(sinfo -h -p all -t idle -o %D)" = 2 ] || fail 'the nodes do not come up'

surgenet make-sample "$work/sample" --patients 3 --seconds 8 --size 160x96 --quiet > /dev/null

# An array job over the videos, against one that does them all.
surgenet extract-frames "$work/sample/videos" --output "$work/whole" --quiet > /dev/null
sbatch -Q --wait --array=0-1 --cpus-per-task=1 --mem=0 -o "$work/array-%a.out" \
    "$examples/extract-frames.sbatch" "$work/sample/videos" "$work/parts" ||
    fail 'the array job'
diff -r -x run.json -x config.yaml -x 'run-*.json' -x 'config-*.yaml' "$work/whole" "$work/parts" ||
    fail 'the parts of the array job are not the whole'
ok 'extract-frames as an array job'

# Two processes under srun see the losses of one, but for KoLeo, which looks for neighbours among
# the images of a process alone.
options=(--frames "$work/whole" --preset smoke --koleo 0 --batch-size 4 --epochs 2 --device cpu)
losses() { grep '^{"step"' "$1/log.jsonl" | sed 's/.*"loss":\([0-9.]*\).*/\1/'; }
same_losses() {
    paste <(losses "$work/one") <(losses "$work/$1") | awk '
        { d = $1 - $2; if (d < 0) d = -d; if (NF != 2 || d > 1e-5 * $1) bad = 1 }
        END { exit bad || NR == 0 }' || fail "losses of the run $1 are not those of one process"
}
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
    same_losses "two-$kind"
    ok "pretrain under srun --mpi=$kind"
done

# Two seeds of a fine-tuning, scored on the test patients under one name.
surgenet make-sample "$work/labelled" --patients 7 --seconds 6 --size 96x64 --quiet > /dev/null
sbatch -Q --wait --array=0-1 --cpus-per-task=1 --mem=0 -o "$work/finetune-%a.out" \
    "$examples/finetune.sbatch" seg "$work/labelled/cholecseg8k" cholecseg8k "$work/models/scratch" \
    --split "$work/labelled/splits/patients.csv" --backbone caformer_test --epochs 1 --device cpu ||
    fail 'the array job of fine-tunings'
surgenet bootstrap-stats "$work/models/scratch"/seed*/test/scores.csv --output "$work/stats" --quiet \
    > /dev/null || fail 'the scores of the fine-tunings'
grep -q scratch "$work/stats/table.md" && ! grep -q seed1 "$work/stats/table.md" ||
    fail 'two seeds are not one model'
ok 'finetune and evaluate as an array job over seeds'

# A study as an array job, against one that nobody disturbs.
cat > "$work/plan.yaml" << 'PLAN'
name: Two rates
datasets:
  cvs: {task: cvs, data: labelled/endoscapes, format: endoscapes}
weights:
  slow: none
  fast: {weights: none, options: {lr: 0.01}}
baseline: slow
seeds: [0, 1]
train-patients: [2, all]
options: {backbone: caformer_test, size: 32x32, epochs: 1, batch-size: 8, device: cpu}
resamples: 100
PLAN
OMP_NUM_THREADS=1 surgenet study "$work/plan.yaml" --output "$work/study" --quiet > /dev/null ||
    fail 'the study'
sbatch -Q --wait --array=0-1 --cpus-per-task=1 --mem=0 -o "$work/study-%a.out" \
    "$examples/study.sbatch" "$work/plan.yaml" "$work/study-parts" || fail 'the array job of a study'
for task in 0 1; do
    grep -q ': 4 cells made, 0 failed' "$work/study-$task.out" || fail "task $task did not make its share"
done
grep -q 'report in' "$work"/study-*.out || fail 'no task has written the report'
# Of the cells only how long they took may differ.
diff -r -x cells.csv -x stats.json -x '*.html' "$work/study/results" "$work/study-parts/results" ||
    fail 'the study as an array job has other results'
cells() { sed 's/,[0-9]*\.[0-9],/,,/' "$work/$1/results/cells.csv"; }
diff <(cells study) <(cells study-parts) || fail 'the study as an array job has other cells'
ok 'study as an array job'

# The scripts ask for what they should get: a GPU and its cores for every process.
for script in "$examples"/*.sbatch; do
    sbatch --test-only "$script" frames run format models 2> "$work/asked.out" || fail "sbatch ${script##*/}"
done
mkdir "$work/bin"
cat > "$work/bin/surgenet" << 'SCRIPT'
#!/bin/sh
echo "process $SLURM_PROCID on $SLURMD_NODENAME with GPU $CUDA_VISIBLE_DEVICES, $SLURM_CPUS_PER_TASK cores"
SCRIPT
chmod +x "$work/bin/surgenet"
PATH=$work/bin:$PATH SURGENET_MPI=none sbatch -Q --wait -o "$work/gpus.out" \
    "$examples/pretrain-2-nodes.sbatch" frames run || fail 'pretrain-2-nodes.sbatch'
for process in $(seq 0 7); do
    node=$([ "$process" -lt 4 ] && echo a || echo b)
    echo "process $process on $node with GPU $((process % 4)), 8 cores"
done | diff - <(sort "$work/gpus.out") || fail 'eight processes do not have a GPU each'
ok 'four GPUs on each of two nodes'

# begin JOB_NAME EPOCHS [OPTION ...]: submits a pretraining and waits until it is at work; sets $job.
begin() {
    local name=$1 epochs=$2
    shift 2
    job=$(sbatch --parsable --cpus-per-task=1 -o "$work/$name.out" "$@" "$examples/pretrain.sbatch" "$work/whole" \
        "$work/$name" --preset smoke --batch-size 4 --epochs "$epochs" --device cpu)
    for _ in $(seq 1200); do
        [ "$(grep -c step "$work/$name/log.jsonl" 2> /dev/null)" -ge 5 ] 2> /dev/null && return
        sleep 0.1
    done
    fail "the job $name does not start"
}
# until_gone JOB: waits for the end of a job, with 5 s instead of the two minutes that Slurm has it
# wait before it starts again. Not less: slurmd refuses a job that starts anew in the second in which
# its last start was ended.
until_gone() {
    local state waits=
    while state=$(squeue -h -j "$1" -o %T 2> /dev/null) && [ -n "$state" ]; do
        if [ "$state" != PENDING ]; then
            waits=
        elif [ -z "$waits" ]; then
            scontrol update JobId="$1" StartTime=now+5 > /dev/null 2>&1 && waits=yes
        fi
        sleep 0.5
    done
}
goes_on() {
    until_gone "$job"
    [ "$(grep -c 'queued again' "$work/$1.out")" = 1 ] || fail "the job $1 was not queued again once"
    grep -q 'going on at step' "$work/$1.out" || fail "the job $1 did not go on"
    [ -s "$work/$1/backbone.safetensors" ] || fail "the job $1 did not end"
}

# What Slurm sends before the time limit.
begin limit 10
scancel --batch --signal=USR1 "$job"
goes_on limit
ok 'pretrain through a time limit'

# Another job takes the whole node.
begin preempted 10 -w a
sbatch -Q -p first -w a --exclusive -o /dev/null --wrap true
goes_on preempted
ok 'pretrain through a preemption'

begin cancelled 1000
scancel "$job"
until_gone "$job"
[ "$(scontrol --oneliner show job "$job" | grep -o 'JobState=[A-Z]* \|Restarts=[0-9]*' | tr -d '\n')" = \
    'JobState=CANCELLED Restarts=0' ] || fail 'a cancelled job was queued again'
[ -s "$work/cancelled/checkpoints/last/state.json" ] || fail 'a cancelled job did not save its state'
grep -q 'the same sbatch command goes on' "$work/cancelled.out" || fail 'a cancelled job says nothing'
ok 'pretrain after scancel'

# A process on each of two nodes, which find each other. Not with PMIx: its plug-in has a folder for
# each job in the machine's /tmp, and both nodes are this machine.
if command -v mpirun.mpich > /dev/null; then
    SURGENET_MPI=pmi2 sbatch -Q --wait --ntasks=2 --ntasks-per-node=1 --cpus-per-task=1 \
        -o "$work/nodes.out" "$examples/pretrain-2-nodes.sbatch" "$work/whole" "$work/nodes" \
        --preset smoke --koleo 0 --batch-size 4 --epochs 2 --device cpu || fail 'pretrain on two nodes'
    same_losses nodes
    ok 'pretrain on two nodes'
else
    echo 'slurm: skipped: pretrain on two nodes, for want of mpirun.mpich'
fi
echo 'slurm: all passed'
