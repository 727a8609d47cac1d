#!/usr/bin/env bash
# Makes the datasets. Staging tables expire after two days, should a run die before it drops its own;
# the tables of the others are made by `c360 init` or by the first run.
#
#   deploy/35_datasets.sh [--dry-run]
. "$(dirname "$0")/lib.sh"
begin "$@"

TWO_DAYS=172800 # seconds

# meaning_of NAME: what people read beside a dataset.
meaning_of() {
  case "$1" in
    staging) echo "What a run of c360 loads before it publishes; nobody reads here" ;;
    silver) echo "Cleaned sources, one row a key" ;;
    gold) echo "Average order values, segments, peak times, agent KPIs, customer profiles" ;;
    audit) echo "What is published, and what every run did" ;;
    *) fail "settings.env: found dataset '$1'; expected staging, silver, gold or audit" ;;
  esac
}

for name in $DATASETS; do
  dataset="$PROJECT:customer360_$name"
  meaning=$(meaning_of "$name")
  expiry=()
  [ "$name" = staging ] && expiry=(--default_table_expiration="$TWO_DAYS")
  if missing bq show --dataset "$dataset"; then
    run bq mk --dataset --location="$LOCATION" --description="$meaning" \
      ${expiry[@]+"${expiry[@]}"} "$dataset"
  else
    said "dataset $dataset is there"
  fi
done
