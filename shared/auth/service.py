"""Calls from one service to another's /internal/v1."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx

from shared import log


class ServiceClient:
    """Calls another service's /internal/v1 with a short token got for one's own secret."""

    def __init__(self, *, base_url: str, identity_url: str, caller: str, secret: str, audience: str) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=5.0, trust_env=False)
        self._identity_url = identity_url
        self._ask = {"caller": caller, "secret": secret, "audience": audience}
        self._lock = threading.Lock()
        self._token, self._until = "", float("-inf")

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Send `body` as JSON; httpx.HTTPError without an answer; a 401 once more with a new token."""
        return self._ask_for("POST", path, json=body)

    def get(self, path: str) -> httpx.Response:
        """Read; httpx.HTTPError without an answer; a 401 once more with a new token."""
        return self._ask_for("GET", path)

    def _ask_for(self, method: str, path: str, **body: Any) -> httpx.Response:
        answer = self._send(method, path, **body)
        if answer.status_code == 401:
            self._until = float("-inf")
            answer = self._send(method, path, **body)
        return answer

    def _send(self, method: str, path: str, **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._bearer()}", "X-Request-ID": log.context().correlation_id}
        return self._http.request(method, path, headers=headers, **body)

    def _bearer(self) -> str:
        with self._lock:
            if time.monotonic() >= self._until:
                answer = self._http.post(
                    f"{self._identity_url}/internal/v1/token", json=self._ask
                ).raise_for_status()
                found = answer.json()
                self._token, self._until = found["access_token"], time.monotonic() + found["expires_in"] * 0.8
            return self._token

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
