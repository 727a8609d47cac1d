#!/usr/bin/env bash
# Submits one command to the cluster and waits for its end. Words after -- are those of `c360`; without
# any, a run is published, and its report lies in gs://<scripts bucket>/reports/<job>.json.
# `run` and `explain` need Spark. `verify` and `prune` start no Spark, and may run here to use the
# cluster's account. `explain` prints rows with personal data into the job's driver output, which the
# scripts bucket keeps for 30 days.
#
#   deploy/65_job.sh [--dry-run] [-- run --as-of 2025-12-31]
. "$(dirname "$0")/lib.sh"

own=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  own+=("$1")
  shift
done
[ $# -gt 0 ] && shift
begin ${own[@]+"${own[@]}"}

JOB="c360-by-hand-$(date -u +%Y%m%dT%H%M%S)"
words=("$@")
[ $# -gt 0 ] || words=(run)
case "${words[0]}" in
  run | verify | prune | explain) ;;
  *) fail "found '${words[0]}'; expected run, verify, prune or explain: all else runs where you are" ;;
esac
places=(--registry "$REGISTRY" --bronze "$BRONZE")
[ "${words[0]}" = explain ] || places+=(--silver "$SILVER") # it reads source files, not silver
places+=(--warehouse "$WAREHOUSE")
[ "${words[0]}" = run ] && places+=(--report "gs://$SCRIPTS_BUCKET/reports/$JOB.json")

run gcloud dataproc jobs submit pyspark "gs://$SCRIPTS_BUCKET/jobs/main.py" \
  --project="$PROJECT" --region="$REGION" --cluster="$CLUSTER" --id="$JOB" \
  --py-files="gs://$SCRIPTS_BUCKET/dist/c360.zip" \
  -- "${words[0]}" "${places[@]}" "${words[@]:1}" # of an option given twice, c360 takes the last
