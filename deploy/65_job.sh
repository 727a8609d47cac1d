#!/usr/bin/env bash
# Submits one run to the cluster and waits for its end. Words after -- are those of `c360`; without
# any, a run is published. The report lies in gs://<scripts bucket>/reports/<job>.json.
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
places=(--registry tables.yaml)
case "${words[0]}" in
  run | verify | prune | explain) ;;
  *) fail "found '${words[0]}'; expected run, verify, prune or explain, which need the cluster" ;;
esac
places+=(--bronze "$BRONZE" --silver "$SILVER" --warehouse "$WAREHOUSE")
[ "${words[0]}" = run ] && places+=(--report "gs://$SCRIPTS_BUCKET/reports/$JOB.json")

run gcloud dataproc jobs submit pyspark "gs://$SCRIPTS_BUCKET/jobs/main.py" \
  --project="$PROJECT" --region="$REGION" --cluster="$CLUSTER" --id="$JOB" \
  --py-files="gs://$SCRIPTS_BUCKET/dist/c360.zip" --files="gs://$SCRIPTS_BUCKET/conf/tables.yaml" \
  -- "${words[@]}" "${places[@]}"
