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
# The same interpreter without shell, package manager and tools: the base that images run on (RUNTIME_IMAGE).
have local/python-runtime:1 || docker build -q -t local/python-runtime:1 - <<'D'
FROM python:3.13-slim-trixie AS whole
RUN mkdir -p /r/tmp /r/etc/ssl /r/usr/bin /r/usr/lib /r/usr/local/bin /r/usr/share && chmod 1777 /r/tmp && \
    cp /usr/bin/python3.13 /r/usr/bin/ && ln -s python3.13 /r/usr/bin/python3 && \
    ln -s /usr/bin/python3 /r/usr/local/bin/python && ln -s /usr/bin/python3 /r/usr/local/bin/python3 && \
    cp -r /usr/lib/python3.13 /usr/lib/python3 /r/usr/lib/ && \
    rm -rf /r/usr/lib/python3.13/test /r/usr/lib/python3.13/ensurepip /r/usr/lib/python3.13/config-* /r/usr/lib/python3/dist-packages/pip* && \
    cp -r /etc/ssl/certs /r/etc/ssl/ && cp -r /usr/share/zoneinfo /r/usr/share/ && \
    cp /etc/passwd /etc/group /etc/nsswitch.conf /r/etc/ && \
    for f in $(ldd /usr/bin/python3.13 /usr/lib/python3.13/lib-dynload/*.so /usr/lib/*/libstdc++.so.6 | grep -o '/[^ ]*[.]so[^ ]*' | sort -u) \
      /usr/lib/*/libstdc++.so.6 /usr/lib/*/librt.so.1 /usr/lib/*/libpthread.so.0 /usr/lib/*/libdl.so.2 /usr/lib/*/libutil.so.1 /usr/lib/*/libresolv.so.2 /usr/lib/*/libnss_dns.so.2; do \
      mkdir -p "/r$(dirname "$f")" && cp -L "$f" "/r$f"; done
FROM scratch
COPY --from=whole /r /
ENV PATH=/usr/local/bin:/usr/bin LANG=C.UTF-8 SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
CMD ["python3"]
D
have local/mongo-standin:1 || docker build -q -t local/mongo-standin:1 - <<'D'
FROM python:3.13-slim-trixie
RUN python -m venv /opt/v && /opt/v/bin/pip install -q --no-cache-dir SecantusDB==0.7.0b3 && mkdir /data && chown 10002:10002 /data
USER 10002:10002
EXPOSE 27017
CMD ["/opt/v/bin/secantusd-py","--host","0.0.0.0","--port","27017","--storage-path","/data/db","--sync-on-commit"]
D
cat <<"DONE"
Stand-ins are ready. Use them with:
  export PYTHON_IMAGE=python:3.13-slim-trixie RUNTIME_IMAGE=local/python-runtime:1 UV_IMAGE=local/uv:1 NGINX_IMAGE=local/nginx-standin:1 MONGO_IMAGE=local/mongo-standin:1
DONE
