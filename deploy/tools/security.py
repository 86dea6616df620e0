"""`make security`: bandit, our rules for semgrep, and detect-secrets; each must first report a seeded fault.

Only the standard library: this runs before anything is installed. The tools have an environment of their own
(requirements-security.lock), for they bring many libraries that the product has nothing to do with.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.local.install import ROOT, _environment, fail, say, tools

CODE = ("shared", "services", "portal", "deploy", "examples", "docs")
RULES = ROOT / "deploy" / "security" / "rules.yaml"
BASELINE = ROOT / "deploy" / "security" / "secrets.json"
GENERATED = (
    r"(\.lock|package-lock\.json|\.svg|\.patch|\.webm|\.mp3|\.pdf|\.po|docs/openapi.*|docs/asyncapi.*|docs/schemas/.*"
    r"|portal/static/.*|tests/.*)$"
)
LEAST = 300  # Files that each must have seen: a scan of nothing finds nothing.
Finding = tuple[str, str]
FAULTS = {
    "bandit": "import subprocess\n\n\ndef run(what):\n    subprocess.call(what, shell=True)\n",
    "semgrep": "\n".join(
        (
            "from email.utils import parseaddr\n\nimport hmac\n\nimport jwt\nfrom flask import request\n\n",
            "def find(rows, smtp):",
            "    asked = request.get_json()",
            '    rows.find_one({"_id": asked["id"]})',
            '    rows.find({"$where": "this.a"})',
            '    parseaddr("a")',
            '    jwt.decode("x", options={"verify_signature": False})',
            '    if hmac.new(b"", b"", "sha256").hexdigest() == asked["mac"]:',
            '        smtp.sendmail("a", "b", "c")\n',
        )
    ),
    "detect-secrets": 'KEY = "' + "AKIA" + "Z7Q3M5X2P8R4T6W1" + '"\n',
}


def main() -> None:
    """Install, run the three, say what they found; `--accept` writes the present secrets as the baseline."""
    lock = ROOT / "requirements-security.lock"
    binaries = _environment(
        tools() / "security", ["--require-hashes", "-r", str(lock)], lock.read_bytes()
    ).parent
    if "--accept" in sys.argv:
        accept(binaries)
        return
    failed = [name for name, scan in SCANS.items() if not passes(name, scan, binaries)]
    if failed:
        fail(f"Not clean: {', '.join(failed)}.")


def passes(name: str, scan: Callable[[Path, Path, tuple[str, ...]], list[Finding]], binaries: Path) -> bool:
    """Whether a tool reports the seeded fault, every part of it, and nothing in the code."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="karmayogi-security-") as folder:
        (Path(folder) / "seeded.py").write_text(FAULTS[name], encoding="utf-8")
        seeded = {rule for rule, _ in scan(binaries, Path(folder), ())}
    missing = EXPECTED[name] - seeded
    found = scan(binaries, ROOT, CODE)
    for rule, place in found:
        print(f"  {name}: {rule} {place}")
    for rule in sorted(missing):
        print(f"  {name}: the control stayed green: {rule}")
    say(f"{name}: {len(found)} findings, {len(seeded)} seeded faults seen, {time.monotonic() - began:.0f} s")
    return not found and not missing


def bandit(binaries: Path, folder: Path, parts: tuple[str, ...]) -> list[Finding]:
    """Findings of medium severity and above; `# nosec` with its reason stands beside what is meant so."""
    said = _json(binaries, folder, "bandit", "-q", "-r", "-ll", "-f", "json", *(parts or (".",)))
    _seen(folder, len(said["metrics"]) - 1)
    return [(one["test_id"], f"{one['filename']}:{one['line_number']}") for one in said["results"]]


def semgrep(binaries: Path, folder: Path, parts: tuple[str, ...]) -> list[Finding]:
    """Findings of the rules in deploy/security; no rule and no figure goes over the network."""
    quiet = ("--metrics", "off", "--disable-version-check", "--quiet", "--json")
    said = _json(binaries, folder, "semgrep", "scan", "--config", str(RULES), *quiet, *(parts or (".",)))
    if said["errors"]:
        fail(f"semgrep: {said['errors'][0].get('message', 'an error')}")
    _seen(folder, len(said["paths"]["scanned"]))
    return [
        (one["check_id"].rpartition(".")[2], f"{one['path']}:{one['start']['line']}")
        for one in said["results"]
    ]


def secrets(binaries: Path, folder: Path, parts: tuple[str, ...]) -> list[Finding]:
    """What looks like a secret and was not accepted in the baseline."""
    known = json.loads(BASELINE.read_text(encoding="utf-8")) if parts else {}
    return [
        (kind, f"{name}:{line}")
        for name, kind, digest, line in _secrets(binaries, folder, bool(parts))
        if digest not in known.get(name, ())
    ]


def accept(binaries: Path) -> None:
    """Write the baseline: digests by file, of what somebody has looked at and found to be no secret."""
    made: dict[str, list[str]] = {}
    for name, _, digest, _ in _secrets(binaries, ROOT, True):
        made.setdefault(name, []).append(digest)
    text = json.dumps({name: sorted(set(found)) for name, found in made.items()}, indent=1, sort_keys=True)
    BASELINE.write_text(text + "\n", encoding="utf-8")


def _secrets(binaries: Path, folder: Path, tracked: bool) -> list[tuple[str, str, str, int]]:
    options = ("--exclude-files", GENERATED) if tracked else ("--all-files",)
    said = _json(binaries, folder, "detect-secrets", "scan", *options)
    return [
        (name, one["type"], one["hashed_secret"], one["line_number"])
        for name, found in said["results"].items()
        if name != BASELINE.relative_to(ROOT).as_posix()
        for one in found
    ]


def _json(binaries: Path, folder: Path, program: str, *arguments: str) -> dict[str, Any]:
    environ = os.environ | {"PATH": f"{binaries}:{os.environ['PATH']}", "SEMGREP_SEND_METRICS": "off"}
    done = subprocess.run(
        [str(binaries / program), *arguments], cwd=folder, env=environ, capture_output=True, text=True
    )
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        fail(f"{program} failed: {(done.stderr or done.stdout).strip()[-500:]}")
        raise
    return said


def _seen(folder: Path, files: int) -> None:
    if folder == ROOT and files < LEAST:
        fail(f"Only {files} files were looked at: the scan is broken.")


SCANS = {"bandit": bandit, "semgrep": semgrep, "detect-secrets": secrets}
EXPECTED = {
    "bandit": {"B602"},
    "semgrep": {
        "request-json-into-query", "operator-that-runs-code", "address-by-parseaddr", "token-not-verified",
        "secret-compared-by-equals", "mail-header-by-hand",
    },
    "detect-secrets": {"AWS Access Key"},
}  # fmt: skip

if __name__ == "__main__":
    main()
