#!/usr/bin/env bash
# The one gate: format, lint and import directions, types, unused code, tests.
set -euo pipefail
cd "$(dirname "$0")/.."
npm run --silent build
npx biome ci .
npx tsc -p tsconfig.json
npx tsc -p src/monitor/web
node scripts/import-rules.mjs
npx knip
bash scripts/test.sh
