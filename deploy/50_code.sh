#!/usr/bin/env bash
# Uploads what `make dist` made, and the registry: the same names again, in place of the old ones.
#
#   make dist && deploy/50_code.sh [--dry-run]
. "$(dirname "$0")/lib.sh"
begin "$@"

ZIP="$ROOT/dist/c360.zip"
[ -f "$ZIP" ] || fail "$ZIP is not there. Next: make dist"

run gcloud storage cp "$ZIP" "gs://$SCRIPTS_BUCKET/dist/c360.zip"
run gcloud storage cp "$ROOT/jobs/main.py" "gs://$SCRIPTS_BUCKET/jobs/main.py"
run gcloud storage cp "$ROOT/conf/tables.yaml" "$REGISTRY"
