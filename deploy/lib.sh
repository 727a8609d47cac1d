# What the scripts share: settings, --dry-run, and the difference between missing and unreachable.
# shellcheck shell=bash

set -euo pipefail

DEPLOY=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=deploy/settings.env
. "$DEPLOY/settings.env"
# shellcheck disable=SC2034  # used by the scripts
ROOT=$(dirname "$DEPLOY")
DRY_RUN=false

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
}

# run COMMAND...: shows a command that changes something and, unless this is a dry run, runs it.
run() {
  printf '+'
  printf ' %q' "$@"
  printf '\n'
  if ! $DRY_RUN; then "$@"; fi
}

# missing COMMAND...: true when the thing that COMMAND describes is not there. A dry run asks nobody
# and shows what an empty project would need; any other failure than "not found" ends the script.
# gcloud tells its errors on standard error, bq on standard output.
missing() {
  local answer
  $DRY_RUN && return 0
  if answer=$("$@" 2>&1); then return 1; fi
  grep -qiE 'not[ _]found|does not exist|unknown service account' <<<"$answer" && return 0
  fail "could not ask '$*': $answer"
}

# existing COMMAND...: the opposite, for removing; a dry run shows what a full project would lose.
existing() {
  $DRY_RUN && return 0
  ! missing "$@"
}

said() {
  echo "= $*"
}
