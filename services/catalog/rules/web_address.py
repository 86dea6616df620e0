"""Which links a course may hold: public https addresses by name. Nothing here ever opens one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = re.compile(rf"{LABEL}(?:\.{LABEL})*\.[A-Za-z]{{2,63}}", re.A)
VISIBLE = re.compile(r"[\x21-\x7e]{1,500}", re.A)
INSIDE = ("localhost", "local", "internal", "localdomain", "home", "lan", "arpa", "onion")


def check_address(url: str) -> str | None:
    """Why an address is refused, or None: https, a host name with a public ending, no user, usual port."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "This is no web address."
    if not VISIBLE.fullmatch(url) or "\\" in url or parts.scheme != "https":
        return "A link begins with https:// and holds no blanks."
    host = parts.hostname or ""
    if "@" in parts.netloc or port not in (None, 443) or not HOST.fullmatch(host):
        return "A link names a public host, without user name and port."
    if host.lower().rpartition(".")[2] in INSIDE:
        return "A link names a public host."
    return None
