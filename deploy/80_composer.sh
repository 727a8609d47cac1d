#!/usr/bin/env bash
# Makes the Composer environment, the dearest part (docs/without_composer.md shows three others).
# It takes about 25 minutes.
#
#   deploy/80_composer.sh [--dry-run]
. "$(dirname "$0")/lib.sh"
begin "$@"

run gcloud services enable composer.googleapis.com --project="$PROJECT"

if missing gcloud composer environments describe "$COMPOSER" --project="$PROJECT" --location="$REGION"; then
  run gcloud composer environments create "$COMPOSER" --project="$PROJECT" --location="$REGION" \
    --image-version="$COMPOSER_IMAGE" --environment-size=small \
    --service-account="$SCHEDULER_ACCOUNT"
else
  said "Composer environment $COMPOSER is there"
fi
