#!/usr/bin/env bash
# Makes the three buckets: one place for access (no lists of single objects), nothing public, and a
# lifecycle for what is only kept for a while (deploy/lifecycle/).
#
#   deploy/30_buckets.sh [--dry-run]
. "$(dirname "$0")/lib.sh"
begin "$@"

for bucket in "$RAW_BUCKET" "$SILVER_BUCKET" "$SCRIPTS_BUCKET"; do
  if missing gcloud storage buckets describe "gs://$bucket"; then
    run gcloud storage buckets create "gs://$bucket" --project="$PROJECT" --location="$LOCATION" \
      --uniform-bucket-level-access --public-access-prevention
  else
    said "gs://$bucket is there"
    run gcloud storage buckets update "gs://$bucket" \
      --uniform-bucket-level-access --public-access-prevention
  fi
done

# What was replaced or deleted in bronze stays for 30 days: a roll-back puts it back.
run gcloud storage buckets update "gs://$RAW_BUCKET" --versioning \
  --lifecycle-file="$DEPLOY/lifecycle/raw.json"
run gcloud storage buckets update "gs://$SILVER_BUCKET" \
  --lifecycle-file="$DEPLOY/lifecycle/silver.json"
run gcloud storage buckets update "gs://$SCRIPTS_BUCKET" \
  --lifecycle-file="$DEPLOY/lifecycle/scripts.json"
