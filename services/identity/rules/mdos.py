"""The tree of ministries, states, departments and organisations: what may stand below what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from shared.errors import Refused

Document = dict[str, Any]
ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?", re.A)
KINDS = ("ministry", "state", "department", "organisation")
ROOTS = ("ministry", "state")
DEPTH_MOST = 8
NAME_MOST = 200


def mdo_id(raw: str) -> str:
    """An id of small letters, digits and hyphens; Refused otherwise."""
    if not ID.fullmatch(raw):
        raise Refused("id_not_valid", "An id has 1 to 50 small letters, digits and hyphens.", field="id")
    return raw


def unit_name(raw: Mapping[str, str]) -> dict[str, str]:
    """A unit's name in both languages, in NFC, without an address or a line break; else Refused."""
    name = {locale: unicodedata.normalize("NFC", str(raw[locale])).strip() for locale in ("en", "hi")}
    for text in name.values():
        control = any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in text)
        if control or "@" in text or not 1 <= len(text) <= NAME_MOST:
            raise Refused(
                "name_not_valid", f"A name has 1 to {NAME_MOST} characters on one line.", field="name"
            )
    return name


def path_below(parent: Mapping[str, Any] | None, id_: str, kind: str) -> list[str]:
    """The path (root first) of a unit below `parent`; Refused for a cycle, a wrong kind or too deep a tree."""
    if parent is None:
        if kind not in ROOTS:
            raise Refused(
                "parent_missing", f"A {kind} stands below another unit: name it.", field="parent_id"
            )
        return [id_]
    if kind in ROOTS:
        raise Refused("parent_not_allowed", f"A {kind} stands at the top of the tree.", field="parent_id")
    if parent.get("state") == "suspended":
        raise Refused("parent_suspended", "This unit is suspended: resume it first.", field="parent_id")
    path = [*parent["path"], id_]
    if len(set(path)) != len(path):
        raise Refused("parent_below", "A unit cannot stand below itself.", field="parent_id")
    if len(path) > DEPTH_MOST:
        raise Refused("tree_too_deep", f"The tree has at most {DEPTH_MOST} levels.", field="parent_id")
    return path
