"""Random secrets of a deployment as files: `python deploy/tools/make_secrets.py FOLDER`. What exists is kept.

One folder per process, so that a container can mount only its own; only the standard library. URLs name the
hosts of Compose; a cluster's operator makes them from the same passwords.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
from pathlib import Path

SERVICES = ("identity", "onboarding", "catalog", "progress", "notifier", "community")
CALLERS = ("notifier", "onboarding", "catalog", "progress", "community")
BROKER_USERS = ("deploy", "analytics", "monitor", *SERVICES)


def ring() -> str:
    """A key ring with one key."""
    return json.dumps(
        {"active": "k1", "keys": {"k1": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}}
    )


class Folder:
    """The files; written once, readable by the containers' user."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, name: str, text: str) -> str:
        """The text of a file, written now if it is not there."""
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_text(text, encoding="utf-8")
            path.chmod(0o444)  # Compose binds the host's mode, and the processes are user 10001.
        return path.read_text(encoding="utf-8")


def make(root: Path) -> None:
    """Write everything that a deployment with Compose needs."""
    folder = Folder(root)
    admin = folder.keep("broker/rabbitmq-admin", secrets.token_urlsafe(24))
    folder.keep(
        "rabbitmq.conf/20-admin.conf",
        f"default_user = admin\ndefault_pass = {admin}\ndefault_vhost = karmayogi\n",
    )
    amqp = {user: folder.keep(f"broker/amqp-{user}", secrets.token_urlsafe(24)) for user in BROKER_USERS}
    folder.keep("topology/amqp-url", f"amqp://deploy:{amqp['deploy']}@rabbitmq:5672/karmayogi")
    credentials = {name: secrets.token_urlsafe(32) for name in CALLERS}
    for name in CALLERS:
        credentials[name] = folder.keep(f"{name}/identity-credential", credentials[name])
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in credentials.items()}
    for name in SERVICES:
        folder.keep(f"{name}/amqp-url", f"amqp://{name}:{amqp[name]}@rabbitmq:5672/karmayogi")
        folder.keep(f"{name}/mongodb-uri", "mongodb://mongo:27017/?directConnection=true")
    folder.keep("portal/mongodb-uri", "mongodb://mongo:27017/?directConnection=true")
    folder.keep("portal/secret-key", secrets.token_urlsafe(48))
    folder.keep("identity/signing-keys", ring())
    folder.keep("identity/link-keys", ring())
    folder.keep("identity/service-credentials", json.dumps(hashes))
    folder.keep("catalog/file-links", ring())
    folder.keep("progress/badge-keys", ring())
    folder.keep("notifier/smtp-url", "smtp://mail:8025")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: make_secrets.py FOLDER")
    make(Path(sys.argv[1]))
