#!/usr/bin/env bash
# Removes what costs money while nothing runs: cluster, Composer environment, NAT and router. Data,
# code and accounts stay, unless the project is named a second time.
#
#   deploy/90_tear_down.sh [--dry-run] [--erase-data=PROJECT]
#
# --erase-data=PROJECT also deletes the three buckets with all objects in them, the four datasets with
# all their tables, and the accounts. Nothing brings them back. What Google made beside them stays, and
# is Google's to name: the bucket of the Composer environment and Dataproc's bucket for temporary files
# (`gcloud storage ls`). So does a Pub/Sub topic, which others may use.
. "$(dirname "$0")/lib.sh"

erase=""
own=()
for word in "$@"; do
  case "$word" in
    --erase-data=*) erase=${word#*=} ;;
    *) own+=("$word") ;;
  esac
done
begin ${own[@]+"${own[@]}"}
if [ -n "$erase" ] && [ "$erase" != "$PROJECT" ]; then
  fail "--erase-data names '$erase' and PROJECT is '$PROJECT'; nothing was removed"
fi
here=(--project="$PROJECT" --region="$REGION")
# Of a project that is misspelt nothing is found, which must not look as if nothing were left.
existing gcloud projects describe "$PROJECT" || fail "there is no project '$PROJECT'; nothing was removed"

if existing gcloud dataproc clusters describe "$CLUSTER" "${here[@]}"; then
  run gcloud dataproc clusters delete "$CLUSTER" "${here[@]}" --quiet
fi
if existing gcloud composer environments describe "$COMPOSER" --project="$PROJECT" --location="$REGION"; then
  run gcloud composer environments delete "$COMPOSER" --project="$PROJECT" --location="$REGION" --quiet
fi
if existing gcloud compute routers describe customer360 "${here[@]}"; then
  run gcloud compute routers delete customer360 "${here[@]}" --quiet # and its NAT with it
fi
if [ -z "$erase" ]; then
  said "data, code and accounts stay; --erase-data=$PROJECT removes them too"
  exit 0
fi

for bucket in "$RAW_BUCKET" "$SILVER_BUCKET" "$SCRIPTS_BUCKET"; do
  if existing gcloud storage buckets describe "gs://$bucket"; then
    run gcloud storage rm "gs://$bucket" --recursive
  fi
done
for name in $DATASETS; do
  if existing bq show --dataset "$PROJECT:customer360_$name"; then
    run bq rm --recursive --force --dataset "$PROJECT:customer360_$name"
  fi
done
for address in "$JOB_ACCOUNT" "$SCHEDULER_ACCOUNT" "$READER_ACCOUNT"; do
  if existing gcloud iam service-accounts describe "$address" --project="$PROJECT"; then
    run gcloud iam service-accounts delete "$address" --project="$PROJECT" --quiet
  fi
done
