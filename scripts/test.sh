#!/usr/bin/env bash
# Builds, installs what the tests need beyond npm where that is possible, and runs them. Arguments go to vitest.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v redis-server >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo 'Installing redis-server for the tests …'
    # RUNLEVEL keeps the package from starting a server of its own.
    { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server; } >/dev/null 2>&1 ||
      echo 'redis-server could not be installed.'
  fi
fi
command -v redis-server >/dev/null ||
  echo 'NOTICE: tests on Redis are left out. Install it with: apt-get install redis-server'

npm run --silent build
exec npx vitest run "$@"
