"""The way to the gateway: timeouts, one retry for GET, a breaker per route, errors with names."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from portal.breaker import Breaker
from portal.breaker import Unreachable as Unreachable  # Pages take all errors of a call from here.
from portal.settings import PortalSettings

_RETRIED = (502, 503, 504)
PATIENCE = 9.0  # Seconds for whole files; the edge gives up on a page after ten.
Params = Mapping[str, str | list[str]]


class ApiProblem(Exception):
    """The API answered with a problem; `fields` maps field names to sentences."""

    def __init__(self, response: httpx.Response) -> None:
        body = _json(response)
        self.status = response.status_code
        self.slug = str(body.get("slug", ""))
        self.sentence = str(body.get("detail", ""))
        errors = body.get("errors")
        self.fields: dict[str, list[str]] = errors if isinstance(errors, dict) else {}
        self.current: Any = body.get("current")
        self.retry_after = _seconds(response.headers.get("Retry-After"))
        super().__init__(f"{self.status} {self.slug}")


class SignedOut(Exception):
    """The API no longer knows the person; the session has ended."""


class Credential(Protocol):
    """What signs the calls of one person."""

    def token(self) -> str:
        """A token that is good now."""
        ...

    def renew(self, stale: str) -> str:
        """A token newer than `stale`; raises SignedOut when there is none."""
        ...


@dataclass(frozen=True)
class Part:
    """One answer of a fan-out: "ready" with its value, or "late", or "failed"."""

    state: str
    value: Any = None


@dataclass(frozen=True)
class Download:
    """A file that the API answered."""

    body: bytes
    mimetype: str


class Gateway:
    """One pooled client per process; it keeps no cookie and follows no redirect."""

    def __init__(
        self,
        settings: PortalSettings,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._breakers: dict[str, Breaker] = {}
        self._pool = ThreadPoolExecutor(settings.fan_out_threads, thread_name_prefix="fan-out")
        self._client = httpx.Client(
            base_url=settings.gateway_url.rstrip("/"),
            timeout=settings.gateway_timeout,
            transport=transport or httpx.HTTPTransport(local_address=settings.gateway_source or None),
            follow_redirects=False,
            trust_env=False,
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        json: object = None,
        params: Params | None = None,
        content: bytes | None = None,
        patience: float | None = None,
    ) -> httpx.Response:
        """Send one call; raise Unreachable on no answer (within `patience` seconds) or a server fault."""
        breaker = self._breakers.setdefault(_route(method, path), Breaker(self._settings, self._clock))
        breaker.check()
        wait_for = self._settings.gateway_timeout if patience is None else patience
        tries = 2 if method == "GET" or "Idempotency-Key" in headers else 1
        while True:
            tries -= 1
            try:
                response = self._client.request(
                    method, path, json=json, content=content, params=params, headers=headers, timeout=wait_for
                )
            except httpx.ConnectError:
                if tries:
                    continue
                breaker.note(failed=True)
                raise Unreachable from None
            except httpx.TransportError:
                breaker.note(failed=True)
                raise Unreachable from None
            if response.status_code in _RETRIED and tries:
                continue
            breaker.note(failed=response.status_code >= 500)
            if response.status_code >= 500:
                raise Unreachable(_seconds(response.headers.get("Retry-After")) or 5)
            return response

    def fan_out(
        self, calls: Mapping[str, Callable[[], Any]], budget: float, here: Callable[[], object] | None = None
    ) -> dict[str, Part]:
        """Run calls side by side; what fails or is not there within `budget` seconds says so for itself.

        A call that had no turn by then is dropped: when many ask, nobody waits behind calls for pages long sent.
        `here` is the call without which there is no page: it runs in this thread meanwhile, and its errors are raised.
        """
        running: dict[str, Future[Any]] = {
            slug: self._pool.submit(copy_context().run, call) for slug, call in calls.items()
        }
        if here:
            here()
        wait(running.values(), timeout=budget)
        return {slug: _part(future) for slug, future in running.items()}


def _part(future: Future[Any]) -> Part:
    if future.cancel() or not future.done():
        return Part("late")
    error = future.exception()
    if isinstance(error, SignedOut):
        raise error
    if isinstance(error, ApiProblem | Unreachable):
        return Part("failed")
    return Part("ready", future.result())


def _route(method: str, path: str) -> str:
    """The breaker's key: service and noun, without ids."""
    return f"{method} {'/'.join(path.split('/')[:5])}"


class Api:
    """The gateway bound to one request: its id, language, address and, when signed in, its person."""

    def __init__(
        self, gateway: Gateway, headers: Mapping[str, str], credential: Credential | None = None
    ) -> None:
        self._gateway = gateway
        self.headers = headers
        self._credential = credential

    def get(self, path: str, **params: str | list[str]) -> dict[str, Any]:
        """GET and return the body; empty parameters are left out."""
        return _json(self._call("GET", path, params={name: value for name, value in params.items() if value}))

    def post(self, path: str, body: object, *, key: str = "") -> dict[str, Any]:
        """POST a JSON body and return the answer's body; with a key a second try has no second effect."""
        return _json(self._call("POST", path, body, {"Idempotency-Key": key} if key else {}))

    def put(self, path: str, body: object, *, version: int | None = None) -> dict[str, Any]:
        """PUT a JSON body; with a version only if nobody changed it since."""
        return _json(self._call("PUT", path, body, _if_match(version)))

    def patch(self, path: str, body: object, *, version: int | None = None) -> dict[str, Any]:
        """PATCH with a JSON body; with a version only if nobody changed it since."""
        return _json(self._call("PATCH", path, body, _if_match(version)))

    def delete(self, path: str) -> None:
        """DELETE."""
        self._call("DELETE", path)

    def piece(self, path: str, body: bytes, offset: int) -> None:
        """PATCH the next bytes of an upload."""
        kind = "application/offset+octet-stream"
        self._call("PATCH", path, body, {"Content-Type": kind, "Upload-Offset": str(offset)})

    def hand_over(self, path: str, body: bytes, mimetype: str, *, key: str) -> dict[str, Any]:
        """POST a whole file, which may take its time, and return the answer's body."""
        headers = {"Content-Type": mimetype, "Idempotency-Key": key} if key else {"Content-Type": mimetype}
        return _json(self._call("POST", path, body, headers, patience=PATIENCE))

    def download(self, path: str, **params: str) -> Download:
        """GET a file, which may take its time."""
        response = self._call("GET", path, params=params, headers={"Accept": "*/*"}, patience=PATIENCE)
        return Download(response.content, response.headers.get("Content-Type", "application/octet-stream"))

    def take(self, path: str, body: object) -> Download:
        """POST a JSON body and return the file that is answered."""
        response = self._call("POST", path, body, headers={"Accept": "*/*"}, patience=PATIENCE)
        return Download(response.content, response.headers.get("Content-Type", "application/octet-stream"))

    def fan_out(
        self, calls: Mapping[str, Callable[[], Any]], budget: float, here: Callable[[], object] | None = None
    ) -> dict[str, Part]:
        """Run calls of this request side by side; see Gateway.fan_out."""
        return self._gateway.fan_out(calls, budget, here)

    def _call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        patience: float | None = None,
    ) -> httpx.Response:
        token = self._credential.token() if self._credential else ""
        response = self._send(method, path, body, headers, params, token, patience)
        if response.status_code == 401 and self._credential:
            token = self._credential.renew(token)
            response = self._send(method, path, body, headers, params, token, patience)
            if response.status_code == 401:
                raise SignedOut
        if response.status_code >= 300:
            raise ApiProblem(response)
        return response

    def _send(
        self,
        method: str,
        path: str,
        body: object,
        headers: Mapping[str, str] | None,
        params: Params | None,
        token: str,
        patience: float | None,
    ) -> httpx.Response:
        sent = {**self.headers, **(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        raw = body if isinstance(body, bytes) else None
        plain = None if raw is not None else body
        return self._gateway.send(
            method, path, headers=sent, json=plain, content=raw, params=params or None, patience=patience
        )


def _if_match(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json() if response.content else {}
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _seconds(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
