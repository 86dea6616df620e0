"""gunicorn: one process with threads; scale by replicas. Each line has its reason in deploy/README.md."""

import os

bind = f"{os.environ.get('BIND', '0.0.0.0')}:{os.environ.get('PORT', '8080')}"  # nosec B104: a container's own network.
workers = 1
worker_class = "gthread"
threads = int(os.environ.get("THREADS", "16"))
backlog = 512
timeout = 30
graceful_timeout = 25
keepalive = 75
worker_tmp_dir = "/dev/shm"  # nosec B108: heartbeat files without names that could be guessed.
limit_request_line = 8190
limit_request_field_size = 16380
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"
