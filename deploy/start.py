"""The one entry point of every image: `web`, `worker` or `indexes` of the service named by SERVICE."""

from __future__ import annotations

import importlib
import os
import sys


def main() -> None:
    """Become the named process."""
    if len(sys.argv) < 2 or sys.argv[1] not in ("web", "worker", "indexes"):
        raise SystemExit("usage: start.py web|worker|indexes")
    what, service = sys.argv.pop(1), os.environ.get("SERVICE", "")
    if not service:
        raise SystemExit("The setting SERVICE is missing.")
    module = "portal" if service == "portal" else f"services.{service}"
    if what == "web":
        here = os.path.dirname(os.path.abspath(__file__))
        command = ["gunicorn", "-c", f"{here}/gunicorn.conf.py", f"{module}.app:create_app()"]
        os.execv(sys.executable, [sys.executable, "-m", *command])
    elif what == "worker":
        importlib.import_module(f"{module}.worker").main()
    else:
        os.environ.setdefault(
            "MONGODB_TIMEOUT", "540"
        )  # An index on a large collection is long in the making.
        from shared.mongo import connect
        from shared.settings import Settings, load

        database = connect(load(Settings))
        importlib.import_module(f"{module}.store").ensure_indexes(database)
        database.client.close()


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    main()
