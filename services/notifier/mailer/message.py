"""A mail's subject, text and HTML from the templates of its kind and language."""

from __future__ import annotations

from base64 import encodebytes
from binascii import b2a_qp
from datetime import UTC, datetime, timedelta, timezone
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime as header_date
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from babel.dates import format_datetime

from services.notifier.rules import LOCALES, NotifierSettings, checked_address, header_value, one_line
from shared.errors import Refused

TEMPLATES = Path(__file__).parents[1] / "templates"
INDIA = timezone(timedelta(hours=5, minutes=30), "IST")
POLICY = SMTP.clone(cte_type="7bit")
BOUNDARY = "=_karmayogi_alternative"  # Neither encoding of the parts can hold "=_".


class Ours(Exception):
    """Something on our side is wrong, so that no mail would go out well; `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Renderer:
    """Turns a delivery and its mail context into a message."""

    def __init__(self, settings: NotifierSettings) -> None:
        self._settings = settings
        self._from = POLICY.header_factory(
            "From", Address(settings.mail_name, addr_spec=settings.mail_sender)
        )
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=jinja2.select_autoescape(("html",), default=False),
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def message(self, delivery: dict[str, Any], context: dict[str, Any], now: datetime) -> EmailMessage:
        """The mail of a delivery; Ours when a template fails, Refused for an address outside the grammar."""
        locale = context["locale"] if context["locale"] in LOCALES else "en"
        address = checked_address(context["address"])
        try:
            subject, text, html = self.parts(delivery["kind"], locale, context)
            subject = header_value(subject)
        except (jinja2.TemplateError, Refused):
            raise Ours("template") from None
        return self._built(delivery["message_id"], address, locale, (subject, text, html), now)

    def parts(self, kind: str, locale: str, context: dict[str, Any]) -> tuple[str, str, str]:
        """Subject, text and HTML."""
        values = self._values(locale, context)
        subject, text, html = (
            self._templates.get_template(f"{kind}/{locale}/{name}").render(values)
            for name in ("subject.txt", "body.txt", "body.html")
        )
        return subject.strip(), text.strip() + "\n", html

    def _values(self, locale: str, context: dict[str, Any]) -> dict[str, Any]:
        values = {
            key: one_line(value) if isinstance(value, str) else value
            for key, value in context.get("values", {}).items()
        }
        values |= {
            "locale": locale,
            "name": one_line(context["display_name"]),
            "site": self._settings.public_url.rstrip("/"),
        }
        if context.get("link"):
            values["link"] = context["link"]
        if context.get("expires_at"):
            values["expires"] = _in_words(context["expires_at"], locale)
        return values

    def _built(
        self, message_id: str, address: str, locale: str, parts: tuple[str, str, str], now: datetime
    ) -> EmailMessage:
        subject, text, html = parts
        made = EmailMessage(policy=POLICY)
        made["From"] = self._from
        made["To"] = address
        made["Subject"] = subject
        made["Date"] = header_date(now)
        made["Message-ID"] = message_id
        made["Auto-Submitted"] = fixed("Auto-Submitted", "auto-generated")
        made["MIME-Version"] = fixed("MIME-Version", "1.0")
        made["Content-Type"] = fixed("Content-Type", f'multipart/alternative; boundary="{BOUNDARY}"')
        made["Content-Language"] = fixed("Content-Language", locale)
        made.set_payload([_part("plain", text), _part("html", html)])
        return made


@cache
def fixed(name: str, value: str) -> Any:
    """A header that is the same in all mails, parsed once: parsing them anew is most of the work on a mail."""
    return POLICY.header_factory(name, value)


def _part(subtype: str, text: str) -> EmailMessage:
    """One form of the text as ASCII, in the shorter of the two encodings."""
    raw = text.encode()
    quoted, coded = b2a_qp(raw, istext=True), encodebytes(raw)
    shorter, encoding = (quoted, "quoted-printable") if len(quoted) <= len(coded) else (coded, "base64")
    part = EmailMessage(policy=POLICY)
    part["Content-Type"] = fixed("Content-Type", f'text/{subtype}; charset="utf-8"')
    part["Content-Transfer-Encoding"] = fixed("Content-Transfer-Encoding", encoding)
    part.set_payload(shorter.decode("ascii"))
    return part


def _in_words(moment: str | datetime, locale: str) -> str:
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    local = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(INDIA)
    if locale == "hi":
        return format_datetime(local, "d MMMM y, HH:mm", locale="hi") + " बजे (भारतीय मानक समय)"
    return format_datetime(local, "d MMMM y, HH:mm", locale="en") + " (Indian Standard Time)"
