"""The commands behind make: run, up, down, status, logs, demo."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from deploy.local.demo import prepare_learner, walk
from deploy.local.hubs import prepare_hubs
from deploy.local.ports import ports_from
from deploy.local.servers import Failed, status
from deploy.local.stack import ROOT, Stack

FOLDER = Path(os.environ.get("KARMAYOGI_FOLDER", ROOT / ".local" / "stack"))
PID, LOG = FOLDER / "pid", FOLDER / "up.log"
BASE = int(os.environ.get("KARMAYOGI_PORT_BASE", "8000"))


def say(sentence: str) -> None:
    """One line of progress."""
    print(f"· {sentence}", flush=True)


def run() -> None:
    """Start the stack in the foreground; Ctrl-C stops all of it."""
    if running():
        raise Failed(
            f"The stack already runs (process {PID.read_text()}): see `make status`, or stop it with `make down`."
        )
    began = time.monotonic()
    stack = Stack(FOLDER, ports_from(BASE), say=say)
    asked = threading.Event()

    def stop(_: int, __: FrameType | None) -> None:
        if not asked.is_set():
            asked.set()
            raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    FOLDER.mkdir(parents=True, exist_ok=True)
    PID.write_text(str(os.getpid()))
    try:
        stack.start()
        accounts = demo_accounts(stack)
        say("leading the demo learner into the middle of a course, and filling the hubs")
        prepare_learner(stack.url, accounts[0]["email"], accounts[0]["password"])
        prepare_hubs(stack.url, accounts)
        print(welcome(stack, accounts, time.monotonic() - began), flush=True)
        (FOLDER / "ready").write_text("")
        stack.watch()
    except KeyboardInterrupt:
        say("stopping")
    finally:
        asked.set()
        stack.stop()
        (FOLDER / "ready").unlink(missing_ok=True)
        PID.unlink(missing_ok=True)


def demo_accounts(stack: Stack) -> list[dict[str, str]]:
    """Make the demo accounts and return them."""
    done = subprocess.run(
        [sys.executable, "-m", "services.identity.cli", "demo"], cwd=ROOT, capture_output=True, text=True,
        env=stack._environ("identity-web"), timeout=60,
    )  # fmt: skip
    if done.returncode:
        raise Failed(f"The demo accounts cannot be made: {done.stderr.strip().splitlines()[-1:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def welcome(stack: Stack, accounts: list[dict[str, str]], seconds: float) -> str:
    """What to open and what to try."""
    lines = [
        "",
        f"Karmayogi is ready after {seconds:.0f} s on {stack.engine}.",
        f"  Portal and API   {stack.url}          API reference {stack.url}/docs/",
        f"  Mail catcher     {stack.mail_url}     (every mail lands here)",
        "  Demo accounts:",
        *(f"    {' '.join(str(value) for value in one.values())}" for one in accounts),
        f"  Try: register at {stack.url}/register with any name@bsnl.co.in, open the mail, set a password, sign in;",
        "       or sign in as the demo learner, who is in mid-course, or as one of the others for the role portals.",
        "       `make demo` in another terminal walks through it. Ctrl-C stops everything; data stay in .local/.",
        "",
    ]
    return "\n".join(lines)


def running() -> bool:
    """Whether the process of the pid file is a running stack."""
    try:
        pid = int(PID.read_text())
        return b"deploy.local" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return False


def up() -> None:
    """Start the stack in the background and wait until it is ready."""
    if running():
        say("the stack already runs")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "ready").unlink(missing_ok=True)
    with LOG.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "run"], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
            cwd=ROOT, start_new_session=True,
        )  # fmt: skip
    while child.poll() is None and not (FOLDER / "ready").exists():
        time.sleep(0.2)
    print(LOG.read_text(), end="")
    if child.poll() is not None:
        raise Failed(f"The stack did not start; see {LOG}.")


def down() -> None:
    """Stop the stack that runs in the background."""
    if not running():
        say("no stack runs")
        return
    pid = int(PID.read_text())
    os.kill(pid, signal.SIGTERM)
    for _ in range(600):
        if not Path(f"/proc/{pid}").exists():
            say("stopped")
            return
        time.sleep(0.1)
    raise Failed(f"The stack (process {pid}) does not stop.")


def show_status() -> None:
    """Say for each process whether it can work."""
    if not running():
        raise Failed("No stack runs: start it with `make up` or `make run`.")
    for name, port in ports_from(BASE).items():
        if name.endswith(("-web", "-worker")):
            code = status(f"http://127.0.0.1:{port}/readyz")
            print(f"{name:18} {'ready' if code == 200 else f'not ready ({code})'}")


def logs() -> None:
    """Follow the logs of all processes."""
    files = sorted(str(path) for path in (FOLDER / "logs").glob("*.log"))
    if not files or not shutil.which("tail"):
        raise Failed("There are no logs yet.")
    os.execvp("tail", ["tail", "-n", "20", "-F", *files])


def demo() -> None:
    """Walk through the main flow against the running stack, or the gateway at URL with the catcher at MAIL_URL."""
    if url := os.environ.get("URL"):
        walk(url.rstrip("/"), os.environ.get("MAIL_URL", "http://127.0.0.1:8026"))
        return
    if not running():
        raise Failed("No stack runs: start it with `make up` or `make run` first.")
    walk(f"http://localhost:{BASE}", f"http://127.0.0.1:{BASE + 26}")


COMMANDS = {"run": run, "up": up, "down": down, "status": show_status, "logs": logs, "demo": demo}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(f"usage: python -m deploy.local {'|'.join(COMMANDS)}")
    try:
        COMMANDS[sys.argv[1]]()
    except Failed as failed:
        sys.exit(f"✗ {failed}")
    except OSError as error:  # A disk that filled up meanwhile, a folder that is not ours.
        sys.exit(f"✗ {error.strerror or type(error).__name__}: {error.filename or FOLDER}")
