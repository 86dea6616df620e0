#!/usr/bin/env bash
# Builds the images of the six services, the portal and the gateway, tagged karmayogi/<name>:$VERSION (default dev).
# PYTHON_IMAGE, RUNTIME_IMAGE, UV_IMAGE and NGINX_IMAGE replace the base images (deploy/standin).
set -euo pipefail
cd "$(dirname "$0")/.."
version=${VERSION:-dev} revision=${REVISION:-$(git rev-parse --short HEAD 2>/dev/null || echo unknown)}
docker info >/dev/null 2>&1 || { echo "✗ No Docker daemon answers: start dockerd first." >&2; exit 1; }
docker buildx version >/dev/null 2>&1 || { DOCKER_CONFIG=$(bash deploy/standin/plugins.sh); export DOCKER_CONFIG; }
given() { for name in "$@"; do if [ -n "${!name:-}" ]; then echo "--build-arg $name=${!name}"; fi; done; }
build() { # name, Dockerfile, further arguments
  local name=$1 file=$2; shift 2
  echo "· building karmayogi/$name:$version"
  # shellcheck disable=SC2046  # Each word is an argument of its own.
  docker buildx build -q --load -f "$file" --build-arg VERSION="$version" --build-arg REVISION="$revision" \
    $(given PYTHON_IMAGE RUNTIME_IMAGE UV_IMAGE NGINX_IMAGE) "$@" -t "karmayogi/$name:$version" . >/dev/null
}
for service in identity onboarding catalog progress notifier community; do
  build "$service" deploy/Dockerfile.service --build-arg SERVICE="$service"
done
build portal deploy/Dockerfile.service --build-arg SERVICE=portal --build-arg APP=portal
build mail deploy/Dockerfile.mail
build gateway deploy/Dockerfile.gateway
docker image ls --format '{{.Repository}}:{{.Tag}}  {{.Size}}' --filter reference="karmayogi/*:$version"
