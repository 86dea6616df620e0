"""Identity in a process of its own, whose clock the test has set: opens a link and prints the answer."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

from shared.mongo import connect
from tests.identity.doors import SETTINGS, open_doors

if __name__ == "__main__":
    uri, name, token = sys.argv[1:]
    doors = open_doors(connect(replace(SETTINGS, mongodb_uri=uri, mongodb_database=name)))
    answer = doors.set_password(token)
    print(
        json.dumps({"status": answer.status_code, "slug": (answer.get_json(silent=True) or {}).get("slug")})
    )
