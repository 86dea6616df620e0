"""Every template in both languages, and hostile names in them (N04, N05, N06)."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest

from services.notifier.mailer.message import Ours, Renderer
from services.notifier.rules import USEFUL, new_delivery
from shared.errors import Refused
from tests.notifier.sink import Identity, settings

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
LOCALES = ("en", "hi")
HOSTILE = [
    "A\r\nBcc: x@evil.example\r\n\r\nbody",
    "A\u2028Bcc: x@evil.example",
    "A%0aBcc: x@evil.example",
    "A\nBcc: x@evil.example",
]


def made(kind: str, locale: str, name: str = "Asha Verma", **values: Any) -> EmailMessage:
    delivery = new_delivery(kind, "u1", "e1", "c1", NOW, NOW, "karmayogi.example")
    identity = Identity()
    identity.name = name
    context = identity.context(delivery) | {"locale": locale} | values
    built = Renderer(settings()).message(delivery, context, NOW)
    return message_from_bytes(built.as_bytes(), policy=policy.default)  # type: ignore[return-value]


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", USEFUL)
def test_every_mail_is_whole_in_both_languages(kind: str, locale: str) -> None:
    mail = made(kind, locale)

    for text in (str(mail["Subject"]), part(mail, "plain"), part(mail, "html")):
        assert not re.search(r"\{\{|\{%|\}\}|%\}|Undefined|None", text)
    assert "Asha Verma" in part(mail, "plain")
    assert "Asha Verma" in part(mail, "html")
    assert bool(re.search("[\u0900-\u097f]", str(mail["Subject"]))) == (locale == "hi")
    assert "\n\n\n" not in part(mail, "plain")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", USEFUL)
def test_html_holds_nothing_that_is_fetched_or_run(kind: str, locale: str) -> None:
    tags = Tags(part(made(kind, locale), "html")).found

    assert {tag for tag, _ in tags} <= {
        *("html", "head", "meta", "title", "body", "table", "tr", "td", "p", "a", "br", "span"),
    }
    assert not any("src" in attrs or "url(" in (attrs.get("style") or "") for _, attrs in tags)


@pytest.mark.parametrize("kind", ["set_password", "reset_password"])
@pytest.mark.parametrize("locale", LOCALES)
def test_the_link_stands_whole_in_text_and_html(kind: str, locale: str) -> None:
    mail, link = made(kind, locale), "https://karmayogi.example/set-password?token=k1.e1.tag"

    assert f"\n{link}\n" in part(mail, "plain")
    assert link in [attrs.get("href") for _, attrs in Tags(part(mail, "html")).found]
    assert ("24 नवंबर 2026, 15:45" if locale == "hi" else "24 November 2026, 15:45") in part(mail, "plain")


def test_headers_say_what_the_mail_is() -> None:
    mail = made("welcome", "hi")

    assert str(mail["From"]) == "Karmayogi <no-reply@karmayogi.example>"
    assert str(mail["To"]) == "u1@bsnl.co.in"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "hi"
    assert mail["Date"].datetime == NOW
    assert str(mail["Message-ID"]).endswith("@karmayogi.example>")
    assert mail.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", USEFUL)
@pytest.mark.parametrize("name", HOSTILE)
def test_n04_a_name_makes_no_header_and_no_second_body(kind: str, locale: str, name: str) -> None:
    mail = made(kind, locale, name)

    assert mail.get_all("To") == ["u1@bsnl.co.in"]
    assert mail.get_all("Bcc") is None
    assert [one.get_content_type() for one in mail.iter_parts()] == ["text/plain", "text/html"]
    assert not re.search(r"^Bcc:", part(mail, "plain"), re.M)


@pytest.mark.parametrize(
    "address", ["a@b.in\r\nBcc: c@d.in", "a@b.in, c@d.in", "अ@bsnl.co.in", "<a@b.in>", "a@b"]
)
def test_n04_an_address_outside_the_grammar_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        made("welcome", "en", address=address)


@pytest.mark.parametrize(
    "name",
    [
        '<img src=x onerror="alert(1)">',
        '<a href="https://evil.example">click</a>',
        "</title><script>alert(1)</script>",
        '" onmouseover="alert(1)',
    ],
)
@pytest.mark.parametrize("kind", USEFUL)
def test_n05_markup_in_a_name_is_escaped(kind: str, name: str) -> None:
    harmless, hostile = (Tags(part(made(kind, "en", text), "html")).found for text in ("A", name))

    assert hostile == harmless


@pytest.mark.parametrize("name", ["{{7*7}}", "${7*7}", "%s{}", "{% raw %}", "#{7*7}"])
@pytest.mark.parametrize("kind", USEFUL)
def test_n06_template_signs_come_out_as_typed(kind: str, name: str) -> None:
    mail = made(kind, "en", name)

    assert f"Dear {name}," in part(mail, "plain")
    assert f"Dear {name}," in part(mail, "html")


def test_a_value_that_is_missing_is_our_fault_and_sends_nothing() -> None:
    with pytest.raises(Ours):
        made("set_password", "en", link=None)
