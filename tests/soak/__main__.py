"""10,000 people registered by one file while identity's worker is killed twice: nobody is mailed twice.

`make soak`, or python -m tests.soak [rows]. Prints the live status; ends with 1 when a mail is missing or double.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx

from deploy.local.ports import free_ports
from deploy.local.stack import ROOT, Stack
from services.identity.commands.bootstrap import DEMO_PASSWORD
from tests.mailbox import Mailbox

ROWS = 10_000
LIMIT = 600.0  # Seconds from the commit to the last row.
HEAD = "email,first_name,last_name,mdo_id,position_text,locale\n"
LINE = "soak{n}@bsnl.co.in,Asha,Rao,bsnl,Clerk,en\n"


def main(rows: int) -> int:
    """Run it; how much went wrong."""
    with tempfile.TemporaryDirectory(prefix="karmayogi-soak-") as folder:
        stack = Stack(Path(folder), free_ports(), environment="test")
        try:
            stack.start()
            return soak(stack, rows)
        finally:
            stack.stop()


def soak(stack: Stack, rows: int) -> int:
    """Upload, commit, kill, wait for the last mail, compare."""
    with httpx.Client(base_url=f"{stack.url}/api/identity/v1", timeout=120, trust_env=False) as api:
        api.headers["Authorization"] = f"Bearer {administrator(stack, api)}"
        text = HEAD + "".join(LINE.format(n=n) for n in range(rows))
        began = time.monotonic()
        made = api.post("/bulk", json={"name": "Soak", "text": text})
        made.raise_for_status()
        say(f"dry run of {rows:,} rows", began)
        began = time.monotonic()
        api.post(f"/bulk/{made.json()['id']}/commit", json={}).raise_for_status()
        kill = [rows // 3, rows * 2 // 3]
        while (now := api.get(f"/bulk/{made.json()['id']}").json())["state"] == "committing":
            if kill and now["done"] >= kill[0]:
                kill.pop(0)
                stack.processes["identity-worker"].kill()
                stack.processes["identity-worker"].start()
                say("identity's worker killed and started again", began)
            say(f"{now['done']:,} of {rows:,} rows", began)
            time.sleep(10)
        seconds = time.monotonic() - began
    say(f"all rows, {now['failed']} failed (limit {LIMIT:.0f} s)", began)
    mails = arrived(stack, rows, began)
    missing, double = rows - len(mails), sum(count - 1 for count in mails.values())
    say(f"{missing} people without a mail, {double} mails too many", began)
    return now["failed"] + missing + double + (seconds > LIMIT)


def administrator(stack: Stack, api: httpx.Client) -> str:
    """The access token of the demo account that administers an MDO."""
    command = [sys.executable, "-m", "services.identity.cli", "demo"]
    subprocess.run(command, cwd=ROOT, env=stack._environ("identity-web"), check=True, capture_output=True)
    login = {"email": "demo.mdo@bsnl.co.in", "password": DEMO_PASSWORD}
    return str(api.post("/auth/token", json=login).json()["access_token"])


def arrived(stack: Stack, rows: int, began: float) -> Counter[str]:
    """How many mails came to each person, once all came or none came for a minute."""
    box, last, since = Mailbox(stack.mail_url), -1, time.monotonic()
    while True:
        found = Counter(one for one in box.recipients() if one.startswith("soak"))
        if sum(found.values()) != last:
            last, since = sum(found.values()), time.monotonic()
        say(f"{last:,} mails", began)
        if len(found) >= rows or time.monotonic() - since > 60:
            box.close()
            return found
        time.sleep(10)


def say(what: str, began: float) -> None:
    """One line of progress with the seconds since."""
    print(f"{time.monotonic() - began:7.0f} s  {what}", flush=True)


if __name__ == "__main__":
    sys.exit(min(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS), 1))
