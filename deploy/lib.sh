# What the scripts share: settings, --dry-run, and the difference between missing and unreachable.
# shellcheck shell=bash

set -euo pipefail

DEPLOY=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=deploy/settings.env
. "$DEPLOY/settings.env"
# shellcheck disable=SC2034  # used by the scripts
ROOT=$(dirname "$DEPLOY")
DRY_RUN=false
# A question of gcloud, such as whether to turn a service on, would be captured and wait unseen.
export CLOUDSDK_CORE_DISABLE_PROMPTS=1
# What the tools say of a thing that is not there, a service that is off, and a fresh account.
NOT_THERE='not[ _]found|does not exist|unknown service account'
SERVICE_OFF='SERVICE_DISABLED|has not been used in project|Enable it by visiting'
NOT_KNOWN_YET='service ?account .*does not exist|(member|principal|identity|user) .*(not exist|not found|invalid)'

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# usage: prints the comment at the head of the script.
usage() {
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
}

# begin "$@": takes the words that every script knows, and checks the settings.
begin() {
  local word
  for word in "$@"; do
    case "$word" in
      --dry-run) DRY_RUN=true ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) fail "found '$word'; expected --dry-run or --help" ;;
    esac
  done
  [ -n "$PROJECT" ] || fail "PROJECT is empty. Next: set it in deploy/settings.env, or say PROJECT=my-project $0"
  command -v gcloud >/dev/null || $DRY_RUN ||
    fail "gcloud is not on the path. Next: https://cloud.google.com/sdk/docs/install"
}

# show COMMAND...: the line that tells of a change.
show() {
  printf '+'
  printf ' %q' "$@"
  printf '\n'
}

# run COMMAND...: shows a command that changes something and, unless this is a dry run, runs it.
run() {
  show "$@"
  $DRY_RUN || "$@"
}

# run_patiently COMMAND...: like `run`, for a grant to an account. One that was made just now is not known
# everywhere for a minute or two: only that is waited for. The whole policy that gcloud prints is kept back.
run_patiently() {
  local answer tries=0
  show "$@"
  $DRY_RUN && return 0
  until answer=$(ask "$@"); do
    tries=$((tries + 1))
    if [ "$tries" -ge 18 ] || ! grep -qiE "$NOT_KNOWN_YET" <<<"$answer"; then
      fail "could not do '$*': $answer"
    fi
    said "not known everywhere yet; asked again in $GRANT_WAIT_SECONDS seconds"
    sleep "$GRANT_WAIT_SECONDS"
  done
}

# missing COMMAND...: true when the thing that COMMAND describes is not there. A dry run asks nobody
# and shows what an empty project would need; any other failure than "not found" ends the script.
missing() {
  local answer
  $DRY_RUN && return 0
  if answer=$(ask "$@"); then return 1; fi
  grep -qiE "$NOT_THERE" <<<"$answer" && return 0
  fail "could not ask '$*': $answer"
}

# existing COMMAND...: the opposite, for removing; a dry run shows what a full project would lose. A
# service that was never turned on has nothing to remove.
existing() {
  local answer
  $DRY_RUN && return 0
  if answer=$(ask "$@"); then return 0; fi
  grep -qiE "$NOT_THERE|$SERVICE_OFF" <<<"$answer" && return 1
  fail "could not ask '$*': $answer"
}

# ask COMMAND...: what it answers; gcloud tells its errors on standard error, bq on standard output.
ask() {
  "$@" 2>&1 </dev/null
}

said() {
  echo "= $*"
}
