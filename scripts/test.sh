#!/usr/bin/env bash
# Installs what the tests need beyond npm where that is possible, and runs them on what was built. Arguments go to vitest.
set -euo pipefail
cd "$(dirname "$0")/.."

# need PROGRAM PACKAGE WHAT: installs the package as root where the program is missing, or says which tests are left out.
need() {
  command -v "$1" >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing $2 for the tests …"
    # RUNLEVEL keeps a package from starting a server of its own.
    { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2"; } >/dev/null 2>&1 ||
      echo "$2 could not be installed."
  fi
  command -v "$1" >/dev/null || echo "NOTICE: $3 are left out. Install what they need with: apt-get install $2"
}
need redis-server redis-server 'tests on Redis'
need "${CHROMIUM:-chromium}" chromium 'tests of the monitor in a browser (CHROMIUM names another program)'

# A module of Python's has no program to look for.
has_celery() { python3 -c 'import celery, redis' || /usr/bin/python3 -c 'import celery, redis'; }
if ! has_celery 2>/dev/null; then
  need no-such-program python3-celery 'tests with Celery' >/dev/null
  need no-such-program python3-redis 'tests with Celery' >/dev/null
  has_celery 2>/dev/null ||
    echo 'NOTICE: tests with Celery are left out. Install what they need with: apt-get install python3-celery python3-redis'
fi

exec npx vitest run "$@"
