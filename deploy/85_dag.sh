#!/usr/bin/env bash
# Renders the DAG's settings and puts the DAG into the environment: the script, its settings, the
# registry and the code that it validates with. Again after each change of any of them.
#
#   make dist && deploy/85_dag.sh [--dry-run]
. "$(dirname "$0")/lib.sh"
begin "$@"

for name in c360.zip pip-packages.txt; do
  [ -f "$ROOT/dist/$name" ] || fail "$ROOT/dist/$name is not there. Next: make dist"
done

# A cluster that is deleted under its second job would fail run after run.
[ "$MAX_AGE_MINUTES" -ge $((2 * JOB_MINUTES + 30)) ] ||
  fail "MAX_AGE_MINUTES is $MAX_AGE_MINUTES; expected $((2 * JOB_MINUTES + 30)) or more: two jobs of JOB_MINUTES ($JOB_MINUTES), and half an hour"

SETTINGS="$ROOT/dist/customer360_ingestion_dag.json"
export PROJECT REGION LOCATION RAW_BUCKET SILVER_BUCKET SCRIPTS_BUCKET JOB_ACCOUNT SUBNET
export IMAGE_VERSION MACHINE_TYPE DISK_GB MAX_IDLE_MINUTES MAX_AGE_MINUTES CONNECTOR_VERSION
export SCHEDULE WAIT_MINUTES JOB_MINUTES RETRY_SECONDS MAIL_TO PUBSUB_TOPIC
python3 "$DEPLOY/dag_settings.py" "$ROOT/dist/pip-packages.txt" >"$SETTINGS"
said "rendered $SETTINGS: mails go to ${MAIL_TO:-nobody}, messages to ${PUBSUB_TOPIC:-no topic}"

for file in "$ROOT/conf/tables.yaml" "$ROOT/dist/c360.zip" "$SETTINGS" \
  "$ROOT/dags/.airflowignore" "$ROOT/dags/customer360_ingestion_dag.py"; do
  run gcloud composer environments storage dags import --project="$PROJECT" --location="$REGION" \
    --environment="$COMPOSER" --source="$file"
done
