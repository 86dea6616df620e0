"""Hindi is complete, and pages in Hindi hold no stray English."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import portal
from tests.portal.conftest import Browser
from tests.portal.stub import DOMAINS, ME, Stub

HERE = Path(portal.__file__).parent
HINDI = HERE / "translations" / "hi" / "LC_MESSAGES"
METHODS = [
    ("views/**.py", "python"),
    ("forms/**.py", "python"),
    ("*.py", "python"),
    ("templates/**.html", "jinja2"),
]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
ALLOWED = {"DOCTYPE", DOMAINS[0]["name"], DOMAINS[1]["name"], *ME["email"].split("@"), "Asha", "Rao"}


def messages() -> set[object]:
    """Every text that code and templates mark."""
    found = extract_from_dir(str(HERE), method_map=METHODS, keywords=KEYWORDS, strip_comment_tags=False)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def test_every_marked_text_has_a_hindi_one_and_none_is_left_over() -> None:
    with (HINDI / "messages.po").open("rb") as file:
        catalog = read_po(file)
    translated = {m.id if isinstance(m.id, str) else m.id[0] for m in catalog if m.id and m.string}

    assert messages() == translated
    assert [m.id for m in catalog if m.id and m.fuzzy] == []
    assert [
        m.id for m in catalog if m.id and not all(m.string if isinstance(m.string, tuple) else [m.string])
    ] == []


def test_no_text_is_marked_inside_a_formatted_string_where_it_is_not_found() -> None:
    marked = re.compile(r"\{n?gettext\(")
    sources = [file for file in HERE.rglob("*.py") if "node_modules" not in file.parts]

    assert [file.name for file in sources if marked.search(file.read_text(encoding="utf-8"))] == []
    assert marked.search("""f"{gettext('x')}" """)


def test_a_limit_in_hindi_holds_no_latin_text(browser: Browser, stub: Stub) -> None:
    stub.fail("/auth/token", 429, "login_wait", headers={"Retry-After": "90"})
    answer = browser.post("/hi/login", {"email": "a@bsnl.co.in", "password": "x"})

    assert answer.status_code == 429
    assert latin(answer.get_data(as_text=True)) == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with (HINDI / "messages.po").open("rb") as po, (HINDI / "messages.mo").open("rb") as mo:
        written = {_plain(m.id): _plain(m.string) for m in read_po(po) if m.id}
        compiled = {_plain(m.id): _plain(m.string) for m in read_mo(mo) if m.id}

    assert compiled == written


def _plain(text: object) -> object:
    return tuple(text) if isinstance(text, list | tuple) else text


def test_placeholders_survive_translation() -> None:
    with (HINDI / "messages.po").open("rb") as file:
        for message in read_po(file):
            ids = message.id if isinstance(message.id, str) else message.id[-1]
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            for text in texts if message.id else ():
                assert sorted(re.findall(r"%\(\w+\)\w", text)) == sorted(re.findall(r"%\(\w+\)\w", ids))


@pytest.mark.parametrize(
    "path",
    ["/", "/register", "/register/resend", "/set-password", "/login", "/forgot", "/forgot/sent", "/logout", "/help",
     "/accessibility", "/privacy", "/terms", "/sitemap", "/nope", "/home"],
)  # fmt: skip
def test_pages_in_hindi_hold_no_latin_text(browser: Browser, path: str) -> None:
    if path == "/home":
        browser.sign_in()
    assert latin(browser.get(f"/hi{path}").get_data(as_text=True)) == []


def test_errors_in_hindi_hold_no_latin_text(browser: Browser, stub: object) -> None:
    pages = [browser.post(f"/hi{path}", {}) for path in ("/register", "/login", "/forgot")]

    assert [latin(page.get_data(as_text=True)) for page in pages] == [[], [], []]


def latin(page: str) -> list[str]:
    """Latin words people would see, outside parts marked as another language."""
    body = re.sub(r"<(script|code|title)[^>]*>.*?</\1>", " ", page, flags=re.S)
    body = re.sub(r'<(\w+)[^>]*lang="en"[^>]*>.*?</\1>', " ", "<body" + body.split("<body")[1], flags=re.S)
    shown = " ".join(re.findall(r'(?:aria-label|placeholder)="([^"]*)"', body)) + re.sub(
        r"<[^>]+>", " ", body
    )
    for word in ALLOWED:
        shown = shown.replace(str(word), " ")
    return re.findall(r"[A-Za-z]{2,}", unescape(shown))
