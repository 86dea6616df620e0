#!/usr/bin/env bash
# The platform in containers: compose.sh up | down | demo. Waits until everything is healthy.
set -euo pipefail
cd "$(dirname "$0")/.."
docker info >/dev/null 2>&1 || { echo "✗ No Docker daemon answers: start dockerd first." >&2; exit 1; }
docker compose version >/dev/null 2>&1 || { DOCKER_CONFIG=$(bash deploy/standin/plugins.sh); export DOCKER_CONFIG; }
if [ "${MONGO_IMAGE:-}" = local/mongo-standin:1 ]; then
  export MONGO_COMMAND='/opt/v/bin/secantusd-py --host 0.0.0.0 --port 27017 --storage-path /data/db --sync-on-commit'
  export MONGO_PING="/opt/v/bin/python -c \"import pymongo; pymongo.MongoClient('mongodb://127.0.0.1/?directConnection=true').admin.command('ping')\""
fi
compose() { docker compose -f deploy/compose.yaml "$@"; }
case "${1:-up}" in
  up)
    python3 deploy/tools/make_secrets.py deploy/.secrets
    [ -n "${SKIP_IMAGES:-}" ] || bash deploy/images.sh
    began=$SECONDS
    compose up -d --wait --wait-timeout 180
    echo "Healthy after $((SECONDS - began)) s: ${PUBLIC_URL:-http://localhost:8000}, mails http://127.0.0.1:${MAIL_PORT:-8026}." ;;
  down) compose down -v --remove-orphans ;;
  *) compose "$@" ;;
esac
