#!/usr/bin/env bash
# Submits the stages of a data set to Slurm, each behind the one before, and prints the numbers of the jobs.
#
# Usage:       slurm.sh MACHINES OPTIONS..., those of idx-shards shard: --out, --dataset and so on
# Environment: SBATCH_PARTITION, SBATCH_TIMELIMIT, SBATCH_ACCOUNT and the like, as sbatch takes them
set -euo pipefail

# This same script is what Slurm runs.
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
  while :; do
    code=0
    idx-shards shard "$@" || code=$?
    # 75: too early. A shared folder may show late what another machine wrote.
    [ "$code" -eq 75 ] || exit "$code"
    sleep 30
  done
fi

machines=$1
shift

# submit STAGE ARRAY AFTER OPTIONS...
submit() {
  local stage=$1 array=$2 after=$3
  shift 3
  sbatch --parsable --requeue --kill-on-invalid-dep=yes --job-name="idx-shards-$stage" --array="$array" \
    ${after:+--dependency="afterok:$after"} "$0" --stage "$stage" "$@"
}

map=$(submit map "0-$((machines - 1))" '' "$@")
plan=$(submit plan 0-0 "$map" "$@")
reduce=$(submit reduce "0-$((machines - 1))" "$plan" "$@")
finish=$(submit finish 0-0 "$reduce" "$@")
echo "$map $plan $reduce $finish"
