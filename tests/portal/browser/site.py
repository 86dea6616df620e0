"""The portal on a loopback port in front of the stub; files of courses come from a folder, with ranges."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from portal.app import create_app
from portal.settings import PortalSettings
from tests.portal.conftest import MemoryStore
from tests.portal.stub import Stub

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
FILES = Path(__file__).parent / "files"
PREFIX = "/api/catalog/v1/files/"


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


class Site:
    """A running portal; `stub` can be replaced between tests, so that the server starts once."""

    def __init__(self, stub: Stub | None = None) -> None:
        self.stub = stub or Stub()
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        settings = PortalSettings(
            gateway_url="http://gateway.test", secret_key="test-only", public_url=self.url, environment="test",
            fan_out_budget=3.0, owner_name="", contact_email="help@karmayogi.gov.in",
        )  # fmt: skip
        self.store = MemoryStore()
        self.app = create_app(settings, _Switch(self).transport(), self.store)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        return _file(path)(environ, start) if path.startswith(PREFIX) else self.app(environ, start)

    def close(self) -> None:
        """Stop the server."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Switch:
    """A transport that asks the site's stub of the moment."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def transport(self) -> Any:
        """For httpx."""
        import httpx

        return httpx.MockTransport(lambda request: self._site.stub.answer(request))


def _file(path: str) -> Callable[..., Iterable[bytes]]:
    """One file of a course, with ranges, as the gateway serves it."""
    file = FILES / Path(path).name

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if not file.exists():
            return Response(status=404)(environ, start)
        kind = "text/vtt" if file.suffix == ".vtt" else mimetypes.guess_type(file.name)[0]
        body = Response(file.read_bytes(), mimetype=kind)
        body.headers["Accept-Ranges"] = "bytes"
        made = body.make_conditional(
            Request(environ), accept_ranges=True, complete_length=file.stat().st_size
        )
        return made(environ, start)

    return answer
