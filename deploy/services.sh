#!/usr/bin/env bash
# The names of the services, a line each: a folder of services/ with a web process is one.
set -euo pipefail
cd "$(dirname "$0")/../services"
for path in */app.py; do echo "${path%/app.py}"; done
