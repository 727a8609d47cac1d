#!/usr/bin/env bash
# Turns on the services that a run needs. On services stay on; nothing else happens.
#
#   deploy/10_apis.sh [--dry-run]
. "$(dirname "$0")/lib.sh"
begin "$@"

run gcloud services enable \
  bigquery.googleapis.com \
  bigquerystorage.googleapis.com \
  compute.googleapis.com \
  dataproc.googleapis.com \
  iam.googleapis.com \
  pubsub.googleapis.com \
  storage.googleapis.com \
  --project="$PROJECT"
