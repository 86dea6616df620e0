"""A bounded load of registrations over keep-alive connections."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Result:
    """What clients were told: seconds per answer, addresses that got a 202, other answers."""

    seconds: list[float] = field(default_factory=list)
    accepted: dict[str, float] = field(default_factory=dict)
    others: list[int] = field(default_factory=list)
    took: float = 0.0

    @property
    def rate(self) -> float:
        """Accepted answers per second."""
        return len(self.accepted) / self.took if self.took else 0.0


def form(address: str) -> dict[str, Any]:
    """A registration."""
    return {
        "first_name": "Asha", "last_name": "Verma", "position_text": "Officer", "email": address,
        "mdo_id": "bsnl", "declaration": True,
    }  # fmt: skip


def post(port: int, path: str, *, clients: int, seconds: float) -> Result:
    """Send registrations from `clients` threads, each waiting for its answer, for `seconds` but one at least."""
    result, stop, lock = Result(), time.monotonic() + seconds, threading.Lock()

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            address = f"b{secrets.token_hex(8)}@bsnl.co.in"
            body = json.dumps(form(address))
            began, at = time.perf_counter(), time.time()
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            with lock:
                result.seconds.append(time.perf_counter() - began)
                if answer.status == 202:
                    result.accepted[address] = at
                else:
                    result.others.append(answer.status)
            if time.monotonic() >= stop:
                return

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result.took = time.monotonic() - began
    return result
