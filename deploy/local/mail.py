"""The mail catcher: an SMTP server that keeps mails in memory, a page to read them, a JSON API for tests."""

from __future__ import annotations

import asyncio
import html
import json
import re
import sys
import threading
from collections import deque
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

KEPT = 20_000


class Box:
    """What arrived, and what the next mails shall be answered."""

    def __init__(self) -> None:
        self.messages: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.scripts: list[dict[str, Any]] = []
        self.recipients: list[str] = []
        self.lock = threading.Lock()
        self.number = 0

    def add(self, envelope: Envelope) -> None:
        """Keep one mail."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        with self.lock:
            self.number += 1
            self.messages.append({
                "id": self.number, "to": list(envelope.rcpt_tos), "from": envelope.mail_from or "",
                "received_at": datetime.now(UTC).isoformat(), "raw": raw,
            })  # fmt: skip

    def read(self, after: int = 0, to: str = "") -> list[dict[str, Any]]:
        """Mails after a number, for one recipient or all; a mail is taken apart when it is first read."""
        with self.lock:
            found = [m for m in self.messages if m["id"] > after and (not to or to in m["to"])]
            for one in found:
                if "raw" in one:
                    one |= opened(one.pop("raw"))
            return found

    def script(self, step: str, recipient: str) -> dict[str, Any] | None:
        """The scripted answer for a step (rcpt, data or drop), counted down."""
        with self.lock:
            for one in self.scripts:
                if one.get("at", "rcpt") == step and one["times"] > 0 and re.search(one["rcpt"], recipient):
                    one["times"] -= 1
                    return one
        return None


def opened(raw: bytes) -> dict[str, Any]:
    """What a mail says."""
    mail = message_from_bytes(raw, policy=policy.default)
    return {
        "subject": str(mail["Subject"]), "message_id": str(mail["Message-ID"]),
        "text": part(mail, "plain"), "html": part(mail, "html"),
        "headers": {name: str(value) for name, value in mail.items()},
    }  # fmt: skip


def part(mail: EmailMessage, kind: str) -> str:
    """The text of the body of one kind."""
    found = mail.get_body((kind,))
    return str(found.get_content()) if found else ""


class Sink:
    """aiosmtpd's handler."""

    def __init__(self, box: Box) -> None:
        self.box = box

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.box.recipients.append(address)
        scripted = self.box.script("rcpt", address)
        if scripted:
            return f"{scripted['code']} scripted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        recipient = envelope.rcpt_tos[0]
        if scripted := self.box.script("data", recipient):
            return f"{scripted['code']} scripted"
        if slow := self.box.script("slow", recipient):
            await asyncio.sleep(float(slow.get("seconds", 1)))
        self.box.add(envelope)
        if self.box.script("drop", recipient) and server.transport is not None:
            server.transport.close()
        return "250 OK"


def application(box: Box) -> Any:
    """The page and the API."""

    def answer(request: Request) -> Response:
        query = parse_qs(request.query_string.decode())
        if request.path == "/api/script" and request.method == "POST":
            box.scripts.append({"times": 1, "rcpt": ".", **json.loads(request.get_data())})
            return Response(status=204)
        if request.path == "/api/recipients":
            return json_answer({"recipients": list(box.recipients)})
        if request.path == "/api/messages" and request.method == "DELETE":
            with box.lock:
                box.messages.clear()
                box.scripts.clear()
                box.recipients.clear()
            return Response(status=204)
        if request.path == "/api/summary":
            with box.lock:
                short = [{"to": m["to"][0], "received_at": m["received_at"]} for m in box.messages]
            return json_answer({"messages": short})
        if request.path == "/api/messages":
            after, to = int(query.get("after", ["0"])[0]), query.get("to", [""])[0]
            return json_answer({"messages": box.read(after, to)})
        if request.path == "/":
            return Response(page(box.read()), content_type="text/html; charset=utf-8", headers=SAFE)
        return Response("Not found", 404)

    def wsgi(environ: Any, start_response: Any) -> Any:
        return answer(Request(environ))(environ, start_response)

    return wsgi


SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
}


def json_answer(body: Any) -> Response:
    """JSON in UTF-8."""
    return Response(json.dumps(body, ensure_ascii=False), content_type="application/json")


def page(messages: list[dict[str, Any]]) -> str:
    """The inbox, newest first, with links that can be opened."""
    rows = []
    for mail in reversed(messages[-200:]):
        text = re.sub(r"(https?://[^\s<]+)", r'<a href="\1">\1</a>', html.escape(mail["text"]))
        rows.append(
            f"<article><h2>{html.escape(mail['subject'])}</h2><p>To {html.escape(', '.join(mail['to']))} · "
            f"{mail['received_at'][:19]} UTC</p><pre>{text}</pre></article>"
        )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        "<title>Mail catcher</title><style>body{font:16px/1.5 system-ui;max-width:48rem;margin:2rem auto;"
        "padding:0 1rem}article{border-top:1px solid #999;padding:1rem 0}pre{white-space:pre-wrap;font:inherit}"
        f"</style><h1>Mail catcher: {len(messages)} mails</h1>" + ("".join(rows) or "<p>No mail yet.</p>")
    )


def main() -> None:
    """Serve SMTP on the first port given and the page on the second; a third argument is the address."""
    smtp_port, web_port = int(sys.argv[1]), int(sys.argv[2])
    here = sys.argv[3] if len(sys.argv) > 3 else "127.0.0.1"
    box = Box()
    controller = Controller(Sink(box), hostname=here, port=smtp_port, data_size_limit=2_000_000)
    controller.start()
    make_server(here, web_port, application(box), threaded=True).serve_forever()


if __name__ == "__main__":
    main()
