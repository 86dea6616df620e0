"""The certificate as a PDF of one A4 page, and its QR code; data reach typst as JSON values, never as markup."""

from __future__ import annotations

import io
import json
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import segno
import typst
from babel.dates import format_date

from shared.errors import Unavailable

Document = dict[str, Any]
FONTS = Path(__file__).parents[1] / "fonts"
TEMPLATE = Path(__file__).with_name("certificate.typ")
INDIA = timezone(timedelta(hours=5, minutes=30), "IST")
WAIT = 8.0
WORDS = {
    "en": {
        "title": "Certificate of Completion",
        "certifies": "This is to certify that",
        "completed": "has successfully completed the course",
        "facts": "on {completed}  ·  course of {minutes} minutes",
        "competencies": "Competencies: ",
        "level": "{name} (level {level})",
        "number": "Certificate number:",
        "issued": "Issued on:",
        "verify": "Anybody can check this certificate: scan the code or open",
        "qr": "Code that opens",
    },
    "hi": {
        "title": "पाठ्यक्रम पूर्णता प्रमाणपत्र",
        "certifies": "प्रमाणित किया जाता है कि",
        "completed": "ने यह पाठ्यक्रम सफलतापूर्वक पूरा किया है",
        "facts": "पूर्ण करने की तिथि {completed}  ·  पाठ्यक्रम की अवधि {minutes} मिनट",
        "competencies": "दक्षताएँ: ",
        "level": "{name} (स्तर {level})",
        "number": "प्रमाणपत्र संख्या:",
        "issued": "जारी करने की तिथि:",
        "verify": "कोई भी इस प्रमाणपत्र की जाँच कर सकता है: कोड स्कैन करें या यह पता खोलें",
        "qr": "यह पता खोलने वाला कोड:",
    },
}


def qr_svg(url: str) -> str:
    """The QR code of a URL as SVG, with error correction Q and the quiet zone that readers need."""
    out = io.BytesIO()
    segno.make(url, error="q", micro=False).save(out, kind="svg", border=4, xmldecl=False, omitsize=True)
    return out.getvalue().decode()


class Paper:
    """Sets certificates; one at a time per process, since setting one keeps a core busy for some 100 ms."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fonts: typst.Fonts | None = None

    def pdf(self, certificate: Document, url: str, locale: str, names: dict[str, str]) -> bytes:
        """The PDF in a language; Unavailable when too many wait for theirs."""
        inputs = {"data": json.dumps(_data(certificate, url, locale, names)), "qr": qr_svg(url)}
        if not self._lock.acquire(timeout=WAIT):
            raise Unavailable("too_many_certificates", "Many certificates are being made. Try again soon.")
        try:
            made = self._compiler().compile(
                format="pdf",
                sys_inputs=inputs,
                pdf_standards="ua-1",
                timestamp=int(certificate["issued_at"].timestamp()),
            )
        finally:
            self._lock.release()
        return bytes(made)  # type: ignore[arg-type]  # one PDF, in memory

    def _compiler(self) -> typst.Compiler:
        if self._fonts is None:
            self._fonts = typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
            )
        return typst.Compiler(TEMPLATE.read_bytes(), font_paths=self._fonts)


def _data(certificate: Document, url: str, locale: str, names: dict[str, str]) -> Document:
    words = dict(WORDS[locale])
    completed = in_words(certificate["completed_at"], locale)
    words["facts"] = words["facts"].format(completed=completed, minutes=certificate["minutes"])
    shown = sorted((names.get(id_, id_), level) for id_, level in certificate["competencies"].items())
    return {
        "words": words,
        "locale": locale,
        "id": certificate["_id"],
        "name": certificate["name"],
        "course": title_in(certificate["title"], locale),
        "issued": in_words(certificate["issued_at"], locale),
        "verify_url": url,
        "competencies": [words["level"].format(name=name, level=level) for name, level in shown[:8]],
    }


def in_words(moment: datetime, locale: str) -> str:
    """A day in words, by the calendar of India."""
    return str(format_date(moment.astimezone(INDIA).date(), "d MMMM y", locale=locale))


def title_in(title: dict[str, str], locale: str) -> str:
    """A title in a language, else in another one that it has."""
    return title.get(locale) or title.get("en") or next(iter(title.values()), "")
