"""Installs what the local stack needs: Debian packages, the virtual environment, the database stand-in.

Only the standard library: this runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "deploy" / "apt.txt"
PROGRAMS = {"nodejs": "node", "npm": "npm"}
SECANTUS = "SecantusDB==0.7.0b3"


def say(sentence: str) -> None:
    """One line of progress."""
    print(f"· {sentence}", flush=True)


def fail(sentence: str) -> None:
    """Stop with one sentence."""
    sys.exit(f"✗ {sentence}")


def packages(*groups: str) -> None:
    """Install the missing Debian packages of the named groups of apt.txt."""
    wanted = [
        line.split()[0]
        for line in PACKAGES.read_text().splitlines()
        if line.strip() and not line.startswith("#") and line.split()[1] in groups
    ]
    missing = [name for name in wanted if not _installed(name)]
    if not missing:
        return
    names = " ".join(missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        fail(
            f"These packages are missing and cannot be installed from here: {names}. As root: apt-get install {names}"
        )
    say(f"installing Debian packages: {names}")
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:  # A package's own server must not start beside the private one.
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        wait = ["-o", "DPkg::Lock::Timeout=300", "-qq"]
        _run(["apt-get", *wait, "update"], "apt-get update", environ)
        _run(
            ["apt-get", *wait, "install", "-y", "--no-install-recommends", *missing],
            "apt-get install",
            environ,
        )
    finally:
        if ours:
            policy.unlink(missing_ok=True)


def _installed(name: str) -> bool:
    if name in PROGRAMS and shutil.which(PROGRAMS[name]):  # Node comes in many ways; any will do.
        return True
    if not shutil.which("dpkg-query"):
        return bool(shutil.which(name))
    found = subprocess.run(["dpkg-query", "-W", "-f=${Status}", name], capture_output=True, text=True)
    return "install ok installed" in found.stdout


def environment() -> Path:
    """Make `.venv` from requirements-dev.lock, with hashes, when the lock is new; returns its python."""
    return _environment(ROOT / ".venv", ["--require-hashes", "-r", str(ROOT / "requirements-dev.lock")],
                        (ROOT / "requirements-dev.lock").read_bytes())  # fmt: skip


def database() -> None:
    """Make the stand-in's environment unless a MongoDB server is on the path or given by address."""
    if os.environ.get("MONGODB_URI") or shutil.which("mongod") or shutil.which("secantusd-rs"):
        return
    _environment(tools() / "secantus", [SECANTUS], SECANTUS.encode())


def browser_tools() -> None:
    """Install the Node tools of `make browser` by their lock, once for each lock."""
    folder = ROOT / "tests" / "portal" / "tools"
    stamp = folder / "node_modules" / ".installed"
    digest = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    say("installing tests/portal/tools")
    _run(["npm", "ci", "--loglevel=error", "--prefix", str(folder)], "npm ci")
    stamp.write_text(digest)


def tools() -> Path:
    """Where tools of the local stack live."""
    return ROOT / ".local" / "tools"


def _environment(folder: Path, what: list[str], mark: bytes) -> Path:
    python, stamp = folder / "bin" / "python", folder / ".installed"
    digest = hashlib.sha256(mark).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text() == digest:
        return python
    say(f"installing {folder.relative_to(ROOT)}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not python.exists():
        _run([sys.executable, "-m", "venv", str(folder)], "python3 -m venv (Debian package python3-venv)")
    _run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *what], "pip install")
    stamp.write_text(digest)
    return python


def _run(command: list[str], what: str, environ: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=environ)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no message"]
        fail(f"{what} failed: {last[0]}")


def main() -> None:
    """Install everything that the command needs, then become the stack inside the environment."""
    if sys.version_info < (3, 11):  # noqa: UP036  (this file is what says so)
        fail("Python 3.11 or later is needed.")
    free = shutil.disk_usage(ROOT).free
    if free < 1_500_000_000:
        fail(f"The disk is nearly full: {free // 1_000_000} MB are free, 1,500 MB are needed.")
    command = (sys.argv[1:] or [""])[0]
    groups = {"test-tools": ["stack", "test"], "browser-tools": ["stack", "test"]}
    if command != "lint-tools":
        packages(*groups.get(command, ["stack"]))
        database()
    python = environment()
    if command in groups:
        browser_tools()
    if command not in (*groups, "lint-tools"):
        os.chdir(ROOT)
        os.execv(python, [str(python), "-m", "deploy.local", *sys.argv[1:]])


if __name__ == "__main__":
    main()
