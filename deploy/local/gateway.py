"""The gateway of the local stack: its files, its command, and how it learns of other addresses."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.local.servers import Failed

SOURCE = Path(__file__).parents[1] / "gateway"
PARTS = ("nginx.conf", "api.conf", "service.conf", "proxy.conf", "headers.conf")


def write(folder: Path, listen: str, rate: str, trusted: str, docs: Path, upstreams: str) -> None:
    """The configuration of the product, and the five files that each place writes itself."""
    for name in ("places", "body", "proxy", "fastcgi", "uwsgi", "scgi"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        shutil.copy(SOURCE / part, folder / part)
    places = {
        "listen": f"listen {listen};",
        "limits": f"limit_req_zone $binary_remote_addr zone=api:10m rate={rate};",
        "trust": f"set_real_ip_from {trusted};",
        "docs": f"alias {docs}/;",
        "upstreams": upstreams,
    }
    for name, text in places.items():
        (folder / "places" / f"{name}.conf").write_text(text + "\n")


def upstreams(ports: Mapping[str, Iterable[int]]) -> str:
    """Which ports of this machine answer for each name; kept connections end as in deploy/gateway/cluster."""
    return "\n".join(
        f"upstream {name} {{ "
        + "".join(f"server 127.0.0.1:{port} max_fails=0; " for port in found)
        + "keepalive 32; keepalive_timeout 1s; }"
        for name, found in ports.items()
    )


def command(folder: Path) -> list[str]:
    """What starts nginx in the foreground on the files of a folder; Failed when it is not installed."""
    nginx = program()
    # Larger bodies wait in this folder, which belongs to who runs the stack.
    how = "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"
    return [nginx, "-p", f"{folder}/", "-c", f"{folder}/nginx.conf", "-e", "stderr", "-g", how]


def program() -> str:
    """nginx; Failed when it is not installed."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        raise Failed("nginx is missing: install the Debian package nginx-light.")
    return nginx
