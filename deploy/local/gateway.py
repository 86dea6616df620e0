"""nginx as the gateway of a local stack: the files of deploy/gateway, and what differs from place to place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from deploy.local.servers import Failed

ROOT = Path(__file__).parents[2]


def configure(folder: Path, *, port: int, upstreams: Mapping[str, int], trusted: str, rate: str) -> None:
    """Write the configuration; `upstreams` are ports by name, `trusted` the address of the portal."""
    for name in ("places", "body", "proxy", "fastcgi", "uwsgi", "scgi"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for part in ("nginx.conf", "api.conf", "service.conf", "proxy.conf", "headers.conf"):
        shutil.copy(ROOT / "deploy" / "gateway" / part, folder / part)
    (folder / "places" / "listen.conf").write_text(f"listen 127.0.0.1:{port};\n")
    (folder / "places" / "limits.conf").write_text(
        f"limit_req_zone $binary_remote_addr zone=api:10m rate={rate};\n"
    )
    (folder / "places" / "trust.conf").write_text(f"set_real_ip_from {trusted};\n")
    lines = [f"upstream {name} {{ server 127.0.0.1:{at}; keepalive 32; }}" for name, at in upstreams.items()]
    (folder / "places" / "upstreams.conf").write_text("\n".join(lines) + "\n")
    (folder / "places" / "docs.conf").write_text(f"alias {ROOT / 'docs'}/;\n")


def nginx(folder: Path) -> list[str]:
    """The command that runs nginx in the foreground on this configuration."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise Failed("nginx is missing: install the Debian package nginx-light.")
    # Larger bodies wait in this folder, which belongs to who runs the stack.
    user = "user root;" if os.geteuid() == 0 else ""
    place = ["-p", f"{folder}/", "-c", f"{folder}/nginx.conf", "-e", "stderr"]
    return [program, *place, "-g", f"daemon off; {user}".strip()]
