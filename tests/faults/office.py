"""The notifier's real event process between a real broker, a scripted mail server and a stand-in for identity."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from deploy.local.servers import GUARD
from tests.bus_kit import FAST, LADDER, World
from tests.notifier.sink import Identity, free_port


@contextmanager
def identity() -> Iterator[str]:
    """Identity's two internal routes over real HTTP; yields the address."""
    desk = Identity()

    @Request.application
    def answer(request: Request) -> Response:
        if request.path == "/internal/v1/token":
            body: Any = {"access_token": "t", "expires_in": 300}
        else:
            rows = json.loads(request.get_data())["deliveries"]
            body = {"answers": [{"status": "due", "context": desk.context(row)} for row in rows]}
        return Response(json.dumps(body), content_type="application/json")

    port = free_port()
    server = make_server("127.0.0.1", port, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def notifier(
    world: World, mongodb_uri: str, identity_url: str, smtp_port: int, failpoint: str = ""
) -> Iterator[Any]:
    """The notifier's worker with fast settings and short leases; stopped at the end by SIGTERM."""
    values = {name.upper(): str(value) for name, value in FAST.items()} | {
        "RETRY_LADDER": ",".join(LADDER), "SERVICE": "notifier", "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": world.database.name, "AMQP_URL": world.broker.url("notifier"),
        "PORT": str(free_port()), "FAILPOINT": failpoint, "IDENTITY_URL": identity_url,
        "IDENTITY_CREDENTIAL": "x", "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "MAIL_FROM": "no-reply@karmayogi.example", "SEND_LEASE": "1.5", "SEND_SWEEP": "0.1",
    }  # fmt: skip
    started = subprocess.Popen(
        [sys.executable, "-m", "services.notifier.worker"], env={**os.environ, **values},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    GUARD.started(started.pid)
    try:
        yield started
    finally:
        started.terminate()
        started.wait(15)
        GUARD.ended(started.pid)
