#!/usr/bin/env bash
# Makes one account for the job, one for the scheduler and one for readers, and grants each what
# deploy/roles.txt says: on one bucket or dataset wherever Google Cloud can do that.
#
#   deploy/40_accounts.sh [--dry-run]
. "$(dirname "$0")/lib.sh"
begin "$@"

# account_of NAME: the address of an account of roles.txt.
account_of() {
  case "$1" in
    job) echo "$JOB_ACCOUNT" ;;
    scheduler) echo "$SCHEDULER_ACCOUNT" ;;
    reader) echo "$READER_ACCOUNT" ;;
    *) fail "roles.txt: found account '$1'; expected job, scheduler or reader" ;;
  esac
}

bucket_of() {
  case "$1" in
    raw) echo "gs://$RAW_BUCKET" ;;
    silver) echo "gs://$SILVER_BUCKET" ;;
    scripts) echo "gs://$SCRIPTS_BUCKET" ;;
    *) fail "roles.txt: found bucket '$1'; expected raw, silver or scripts" ;;
  esac
}

# grant ACCOUNT PLACE ROLE: one line of roles.txt; granting twice is granting once.
grant() {
  local address place=$2 role=$3
  address=$(account_of "$1")
  case "$place" in
    project)
      run_patiently gcloud projects add-iam-policy-binding "$PROJECT" \
        --member="serviceAccount:$address" --role="$role" --condition=None
      ;;
    bucket:*)
      run_patiently gcloud storage buckets add-iam-policy-binding "$(bucket_of "${place#bucket:}")" \
        --member="serviceAccount:$address" --role="$role"
      ;;
    account:*)
      run_patiently gcloud iam service-accounts add-iam-policy-binding "$(account_of "${place#account:}")" \
        --project="$PROJECT" --member="serviceAccount:$address" --role="$role"
      ;;
    dataset:*)
      run_patiently bq query --project_id="$PROJECT" --location="$LOCATION" --nouse_legacy_sql \
        "GRANT \`$role\` ON SCHEMA \`$PROJECT\`.\`customer360_${place#dataset:}\` TO \"serviceAccount:$address\""
      ;;
    topic)
      [ -n "$PUBSUB_TOPIC" ] || return 0
      run_patiently gcloud pubsub topics add-iam-policy-binding "$PUBSUB_TOPIC" \
        --project="$PROJECT" --member="serviceAccount:$address" --role="$role"
      ;;
    *) fail "roles.txt: found place '$place'; expected project, topic, bucket:, account: or dataset:" ;;
  esac
}

for name in job scheduler reader; do
  address=$(account_of "$name")
  if missing gcloud iam service-accounts describe "$address" --project="$PROJECT"; then
    run gcloud iam service-accounts create "${address%%@*}" --project="$PROJECT" \
      --display-name="c360 $name"
  else
    said "$address is there"
  fi
done

if [ -n "$PUBSUB_TOPIC" ]; then
  if missing gcloud pubsub topics describe "$PUBSUB_TOPIC" --project="$PROJECT"; then
    run gcloud pubsub topics create "$PUBSUB_TOPIC" --project="$PROJECT"
  else
    said "topic $PUBSUB_TOPIC is there"
  fi
fi

while read -r account place role; do
  grant "$account" "$place" "$role" </dev/null
done < <(grep -v '^#' "$DEPLOY/roles.txt")
