"""Which join links a session may hold: public https addresses by name. Nothing here ever opens one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from shared.errors import Refused

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = re.compile(rf"{LABEL}(?:\.{LABEL})*\.[A-Za-z]{{2,63}}", re.A)
VISIBLE = re.compile(r"[\x21-\x7e]{1,500}", re.A)
INSIDE = ("localhost", "local", "internal", "localdomain", "home", "lan", "arpa", "onion")


def check_link(url: str) -> str:
    """The link, or nothing; Refused unless it is https to a host name with a public ending, without user and port."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        usual = parts.port in (None, 443)
    except ValueError:
        usual = False
    if not usual or not VISIBLE.fullmatch(url) or "\\" in url or parts.scheme != "https":
        raise Refused("link_not_valid", "A link begins with https:// and holds no blanks.", field="join_url")
    host = parts.hostname or ""
    if "@" in parts.netloc or not HOST.fullmatch(host) or host.lower().rpartition(".")[2] in INSIDE:
        raise Refused("link_not_valid", "A link names a public host, without user name.", field="join_url")
    return url
