#!/usr/bin/env bash
# The platform in containers: compose.sh up | down | roll [PROCESS...] | any command of Docker Compose.
# up waits until everything is healthy; roll restarts web processes one after the other so that nobody notices.
set -euo pipefail
cd "$(dirname "$0")/.."
docker info >/dev/null 2>&1 || { echo "✗ No Docker daemon answers: start dockerd first." >&2; exit 1; }
docker compose version >/dev/null 2>&1 || { DOCKER_CONFIG=$(bash deploy/standin/plugins.sh); export DOCKER_CONFIG; }
if [ "${MONGO_IMAGE:-}" = local/mongo-standin:1 ]; then
  export MONGO_COMMAND='/opt/v/bin/secantusd-py --host 0.0.0.0 --port 27017 --storage-path /data/db --sync-on-commit'
  export MONGO_PING="/opt/v/bin/python -c \"import pymongo; pymongo.MongoClient('mongodb://127.0.0.1/?directConnection=true').admin.command('ping')\""
fi
export ROUTES=${ROUTES:-$PWD/deploy/.routes} SECRETS=${SECRETS:-$PWD/deploy/.secrets}
files=(-f deploy/compose.yaml)
[ -z "${OBSERVE:-}" ] || files+=(-f deploy/compose.observability.yaml) # Prometheus, Alertmanager, Grafana too.
compose() { docker compose "${files[@]}" "$@"; }
route() { # sed expression...: the gateway's upstreams with these changes; written in place, for the mount follows the file.
  mkdir -p "$ROUTES"
  sed "$@" deploy/gateway/cluster/upstreams.conf > "$ROUTES/upstreams.conf.new"
  cat "$ROUTES/upstreams.conf.new" > "$ROUTES/upstreams.conf"
  chmod 644 "$ROUTES/upstreams.conf"
}
reread() { # The gateway's old processes answer what they have begun.
  compose exec -T gateway nginx -t -q -e stderr -p /tmp/ -c /etc/karmayogi/nginx.conf
  compose kill -s HUP gateway >/dev/null
  sleep 3
}
healthy() { [ "$(docker inspect -f '{{.State.Health.Status}}' "$1")" = healthy ]; }
roll() { # one web process: another container comes up, the gateway turns to it, the first goes
  local process=$1 old new
  old=$(compose ps -q "$process")
  compose up -d --no-deps --no-recreate --scale "$process=2" "$process" >/dev/null 2>&1
  new=$(compose ps -q "$process" | grep -v "$old")
  for _ in $(seq 180); do healthy "$new" && break; sleep 1; done
  healthy "$new" || { docker rm -f "$new" >/dev/null; echo "✗ The new $process does not become healthy." >&2; exit 1; }
  route -e "s/server $process:8080/server $(docker inspect -f '{{.Name}}' "$new" | tr -d /):8080/"
  reread
  docker stop -t 45 "$old" >/dev/null && docker rm "$old" >/dev/null
  route -e ''
  reread
  echo "· $process rolled"
}
case "${1:-up}" in
  up)
    python3 deploy/tools/make_secrets.py "$SECRETS"
    [ -n "${SKIP_IMAGES:-}" ] || bash deploy/images.sh
    route -e ''
    began=$SECONDS
    compose up -d --wait --wait-timeout ${WAIT:-180}
    echo "Healthy after $((SECONDS - began)) s: ${PUBLIC_URL:-http://localhost:8000}, mails http://127.0.0.1:${MAIL_PORT:-8026}." ;;
  roll)
    shift
    [ $# -gt 0 ] || set -- $(deploy/services.sh | sed 's/$/-web/') portal-web
    for process in "$@"; do roll "$process"; done ;;
  down) compose down -v --remove-orphans ;;
  *) compose "$@" ;;
esac
