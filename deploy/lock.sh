#!/usr/bin/env bash
# Writes all lock files anew from the .in files; versions already locked stay. UPGRADE=1 takes the newest.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() { .venv/bin/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url ${UPGRADE:+--upgrade} "$@"; }
compile requirements.in -o requirements.lock
for name in common identity onboarding catalog progress notifier community portal mail; do
  compile "requirements/$name.in" -c requirements.lock -o "requirements/$name.lock"
done
compile requirements-dev.in -o requirements-dev.lock
compile requirements-deploy.in -o requirements-deploy.lock
compile requirements-security.in -o requirements-security.lock
