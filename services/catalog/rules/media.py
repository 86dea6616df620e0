"""What an uploaded file is, by its content; its name decides nothing."""

from __future__ import annotations

import re

import puremagic

from shared.errors import Refused

HEAD = 4096
KINDS = {
    "pdf": ("application/pdf",),
    "video": ("video/mp4", "video/webm"),
    "audio": ("audio/mpeg", "audio/mp4", "audio/ogg"),
    "image": ("image/png", "image/jpeg", "image/webp"),
    "captions": ("text/vtt",),
}
ENDINGS = {
    "application/pdf": "pdf", "video/mp4": "mp4", "video/webm": "webm", "audio/mpeg": "mp3", "audio/mp4": "m4a",
    "audio/ogg": "ogg", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "text/vtt": "vtt",
}  # fmt: skip
AGREED = ("application/pdf", "image/png", "image/jpeg", "image/webp")  # Where a second opinion is reliable.
CAPTIONS = re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|\Z)")


def mime_of(head: bytes) -> str | None:
    """The type of a file from its first bytes; None when it is none that courses may hold."""
    found = _signature(head)
    if found in AGREED and not _agreed(head, found):
        return None
    return found


def _signature(head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:11] == b"M4A" else "video/mp4"
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        return "video/webm"
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return "text/vtt" if CAPTIONS.match(head) else None


def _agreed(head: bytes, found: str) -> bool:
    try:
        return any(one.mime_type == found for one in puremagic.magic_string(head))
    except puremagic.PureError:
        return False


def check_kind(head: bytes, kind: str) -> str:
    """The type of a file that shall be of this kind; Refused when its content is something else."""
    found = mime_of(head)
    if found is None or found not in KINDS[kind]:
        raise Refused(
            "file_type_not_taken",
            f"The content of this file is no {kind} that can be used here.",
            field="file",
        )
    return found
