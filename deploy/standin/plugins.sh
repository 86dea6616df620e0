#!/usr/bin/env bash
# Compose v2 and buildx from Debian trixie into .local/tools/docker, without touching the host's apt.
# Usage: plugins.sh; prints the DOCKER_CONFIG to use.
set -euo pipefail
cd "$(dirname "$0")/../.."
home=$PWD/.local/tools/docker
if [ ! -x "$home/cli-plugins/docker-compose" ] || [ ! -x "$home/cli-plugins/docker-buildx" ]; then
  scratch=$(mktemp -d); trap 'rm -rf "$scratch"' EXIT
  mkdir -p "$scratch"/{parts,lists/partial,cache/archives/partial,debs} "$home/cli-plugins"
  sed 's/bookworm/trixie/g' /etc/apt/sources.list.d/debian.sources > "$scratch/parts/trixie.sources"
  options=(-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$scratch/parts" -o Dir::State::lists="$scratch/lists"
    -o Dir::Cache="$scratch/cache" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update -qq >&2
  (cd "$scratch/debs" && apt-get "${options[@]}" download -qq docker-compose docker-buildx >&2)
  for deb in "$scratch"/debs/*.deb; do dpkg -x "$deb" "$scratch/x"; done
  cp "$scratch"/x/usr/libexec/docker/cli-plugins/* "$home/cli-plugins/"
fi
echo "$home"
