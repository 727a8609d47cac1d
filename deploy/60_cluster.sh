#!/usr/bin/env bash
# Makes one single-node Dataproc cluster, for a run without Airflow. It deletes itself when it has
# been idle for MAX_IDLE_MINUTES, and in any case after MAX_AGE_MINUTES.
#
#   make dist && deploy/60_cluster.sh [--dry-run]
. "$(dirname "$0")/lib.sh"
begin "$@"

PACKAGES="$ROOT/dist/pip-packages.txt"
[ -f "$PACKAGES" ] || fail "$PACKAGES is not there. Next: make dist"

if missing gcloud dataproc clusters describe "$CLUSTER" --project="$PROJECT" --region="$REGION"; then
  # The list of packages has commas: ^;^ makes ; what separates properties.
  run gcloud dataproc clusters create "$CLUSTER" --project="$PROJECT" --region="$REGION" \
    --single-node --image-version="$IMAGE_VERSION" --master-machine-type="$MACHINE_TYPE" \
    --master-boot-disk-size="${DISK_GB}GB" --subnet="$SUBNET" --no-address \
    --service-account="$JOB_ACCOUNT" --scopes=cloud-platform \
    --bucket="$SCRIPTS_BUCKET" --max-idle="${MAX_IDLE_MINUTES}m" --max-age="${MAX_AGE_MINUTES}m" \
    --metadata="SPARK_BQ_CONNECTOR_VERSION=$CONNECTOR_VERSION" \
    --properties="^;^dataproc:pip.packages=$(<"$PACKAGES")"
elif ! $DRY_RUN; then
  state=$(ask gcloud dataproc clusters describe "$CLUSTER" --project="$PROJECT" --region="$REGION" \
    --format="value(status.state)")
  [ "$state" = RUNNING ] ||
    fail "cluster $CLUSTER is there and $state; expected RUNNING. Next: start it, or deploy/90_tear_down.sh and this again"
  said "cluster $CLUSTER is there"
fi
