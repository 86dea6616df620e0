#!/usr/bin/env bash
# Base images made from Debian's packages, for machines that reach no container registry. For trials and tests only.
# Usage: bases.sh; needs root, mmdebstrap and a running Docker. About a minute.
set -euo pipefail
slim=(--variant=minbase --aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/man/*'
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*'
  --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*')
# Behind a proxy that inspects TLS its authority must be known inside; a product image never gets it.
ca=(--customize-hook='cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"')
have() { docker image inspect "$1" >/dev/null 2>&1; }
uv=${UV:-$(command -v uv || echo .venv/bin/uv)}

have python:3.13-slim-trixie || mmdebstrap --quiet "${slim[@]}" "${ca[@]}" --include=ca-certificates,python3,python3-venv,tzdata \
  --customize-hook='ln -s /usr/bin/python3 "$1/usr/local/bin/python"' --customize-hook='ln -s /usr/bin/python3 "$1/usr/local/bin/python3"' trixie - |
  docker import -c 'ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8 SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt' \
    -c 'CMD ["python3"]' - python:3.13-slim-trixie
have rabbitmq:4-management || mmdebstrap --quiet "${slim[@]}" --include=rabbitmq-server \
  --customize-hook='mkdir -p "$1/etc/rabbitmq/conf.d"; printf "loopback_users.guest = false\nlog.console = true\nlog.file = false\n" > "$1/etc/rabbitmq/conf.d/10-defaults.conf"; echo "[rabbitmq_management,rabbitmq_prometheus]." > "$1/etc/rabbitmq/enabled_plugins"' \
  --customize-hook='chroot "$1" chown -R rabbitmq: /etc/rabbitmq /var/lib/rabbitmq /var/log/rabbitmq; rm -f "$1/var/lib/rabbitmq/.erlang.cookie"' trixie - |
  docker import -c 'ENV PATH=/usr/lib/rabbitmq/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/var/lib/rabbitmq LANG=C.UTF-8' \
    -c 'USER rabbitmq' -c 'EXPOSE 5672 15672 15692' -c 'CMD ["/usr/lib/rabbitmq/bin/rabbitmq-server"]' - rabbitmq:4-management
have local/nginx-standin:1 || mmdebstrap --quiet "${slim[@]}" --include=nginx-light trixie - |
  docker import -c 'CMD ["nginx","-g","daemon off;"]' - local/nginx-standin:1
have local/uv:1 || tar -C "$(dirname "$uv")" -ch uv | docker import - local/uv:1
have local/mongo-standin:1 || docker build -q -t local/mongo-standin:1 - <<'D'
FROM python:3.13-slim-trixie
RUN python -m venv /opt/v && /opt/v/bin/pip install -q --no-cache-dir SecantusDB==0.7.0b3 && mkdir /data && chown 10002:10002 /data
USER 10002:10002
EXPOSE 27017
CMD ["/opt/v/bin/secantusd-py","--host","0.0.0.0","--port","27017","--storage-path","/data/db","--sync-on-commit"]
D
cat <<"DONE"
Stand-ins are ready. Use them with:
  export PYTHON_IMAGE=python:3.13-slim-trixie UV_IMAGE=local/uv:1 NGINX_IMAGE=local/nginx-standin:1 MONGO_IMAGE=local/mongo-standin:1
DONE
