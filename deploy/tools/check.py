"""`make check-deploy`: everything in deploy/ that can be checked without a cluster, and for each check a control.

A control hands the check something broken on purpose; a check that stays green on it counts as failed.
Runs in the environment of requirements-deploy.lock; KUBECTL, PROMTOOL and AMTOOL name the binaries.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kubernetes_validate
import promql_parser
import yaml

from deploy.tools import crs, places, pss, refs
from deploy.tools.picture import DEPLOY, Resource, read

ROOT = DEPLOY.parent
BIN = Path(sys.executable).parent
MINORS = ("1.32", "1.34")
LEAST = {
    "minimal": 70,
    "prod": 80,
}  # Resources that checkov must have seen: it passes in silence on a file it cannot read.
Mutation = Callable[[list[Resource]], None]


def run(*command: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """One program, its output kept."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=ROOT, **more)


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The end of what a failed program printed, or nothing."""
    return [(done.stdout + done.stderr).strip()[-1500:]] if done.returncode else []


def render(folder: Path) -> list[Resource]:
    """The resources of a kustomization; RuntimeError when it does not render."""
    done = run(os.environ["KUBECTL"], "kustomize", folder)
    if done.returncode:
        raise RuntimeError(f"{folder}: {done.stderr.strip()}")
    return [one for one in yaml.safe_load_all(done.stdout) if one]


def schema(resources: list[Resource]) -> list[str]:
    """Built-in kinds against the strict schemas of the oldest and newest supported minor."""
    found = []
    for one in resources:
        for minor in MINORS if one["apiVersion"] in crs.BUILT_IN else ():
            try:
                kubernetes_validate.validate(one, minor, strict=True)
            except kubernetes_validate.ValidationError as error:
                found.append(f"{one['kind']}/{one['metadata']['name']} on {minor}: {error.message}")
    return found


def hardening(resources: list[Resource], least: int) -> list[str]:
    """checkov, with the count of what it saw."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.yaml"
        path.write_text(yaml.safe_dump_all(resources), encoding="utf-8")
        done = run(BIN / "checkov", "-f", path, "--framework", "kubernetes", "--skip-download", "--compact",
                   "--quiet", "-o", "json")  # fmt: skip
    summary = json.loads(done.stdout)
    summary = summary.get("summary", summary)
    if summary["resource_count"] < least:
        return [f"checkov saw {summary['resource_count']} resources and not {least}"]
    print(f"    checkov: {summary['passed']} passed, {summary['failed']} failed")
    return [f"checkov: {summary['failed']} failed"] if summary["failed"] else []


def rules(folder: Path) -> list[str]:
    """Alert rules and their tests; each alert has a runbook, and no runbook is left over."""
    tool = os.environ["PROMTOOL"]
    found = said(run(tool, "check", "rules", *sorted((folder / "rules").glob("*.yaml"))))
    found += said(run(tool, "test", "rules", *sorted((folder / "tests").glob("*.yaml"))))
    texts = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (folder / "rules").glob("*.yaml")]
    alerts = {rule["alert"] for text in texts for group in text["groups"] for rule in group["rules"]}
    books = {path.stem for path in (ROOT / "docs" / "runbooks").glob("[A-Z]*.md")}
    tested = "".join(path.read_text(encoding="utf-8") for path in (folder / "tests").glob("*.yaml"))
    found += [f"{name} has an alert or a runbook and not both" for name in sorted(alerts ^ books)]
    return found + [
        f"{name} has no test that it {what}"
        for name in sorted(alerts)
        for what in ("fires", "stays quiet")
        if f"{name} {what}" not in tested
    ]


def routing(path: Path) -> list[str]:
    """The example of alert routing: valid, and a page reaches the person on call."""
    tool = os.environ["AMTOOL"]
    found = said(run(tool, "check-config", path))
    for severity, receiver in (("page", "on-call"), ("ticket", "tickets")):
        done = run(tool, "config", "routes", "test", f"--config.file={path}", f"severity={severity}")
        if done.stdout.strip() != receiver:
            found.append(f"severity={severity} goes to {done.stdout.strip()}")
    return found


def boards(folder: Path) -> list[str]:
    """Each expression of each dashboard parses, and its metrics are ones that somebody exports."""
    found, known = [], exported()
    for path in sorted(folder.glob("*.json")):
        board = json.loads(path.read_text(encoding="utf-8"))
        if not board.get("uid") or not board.get("title"):
            found.append(f"{path.name} has no uid or title")
        for panel in board["panels"]:
            for target in panel["targets"]:
                if target["datasource"]["uid"] != "${datasource}":
                    found.append(f"{path.name}: {panel['title']} names a fixed data source")
                found += [f"{path.name}: {text}" for text in _expression(target["expr"], known)]
    return found or ([] if len(list(folder.glob("*.json"))) == 5 else ["there are not five dashboards"])


METRIC = re.compile(
    r"\b([a-z_]+_(?:total|bucket|seconds|bytes|ready|consumers|pending|dead|active|connected|blocked|paused))\b"
)


def _expression(expr: str, known: set[str]) -> list[str]:
    try:
        promql_parser.parse(expr.replace("$__rate_interval", "5m").replace("$service", "identity"))
    except ValueError as error:
        return [f"{expr}: {error}"]
    names = set(METRIC.findall(expr))
    return [f"nobody exports {name}" for name in sorted(names - known)]


def exported() -> set[str]:
    """Names of metrics in our code and those of the broker and the client library that we use."""
    names = {"process_cpu_seconds_total", "process_resident_memory_bytes",
             "rabbitmq_detailed_queue_messages_ready", "rabbitmq_detailed_queue_consumers"}  # fmt: skip
    for path in [*(ROOT / "shared").rglob("*.py"), *(ROOT / "services").rglob("*.py")]:
        for kind, name in re.findall(
            r"(Counter|Gauge|Histogram)\(\s*\"([a-z_]+)\"", path.read_text(encoding="utf-8")
        ):
            base = name.removesuffix("_total")
            names |= {f"{base}_total"} if kind == "Counter" else {name, f"{name}_bucket"}
    return names


def images(folder: Path = DEPLOY) -> list[str]:
    """hadolint and checkov on the Dockerfiles."""
    found = []
    for path in sorted(folder.glob("Dockerfile.*")):
        found += said(run(BIN / "hadolint", path))
        found += said(
            run(
                BIN / "checkov",
                "-f",
                path,
                "--framework",
                "dockerfile",
                "--skip-download",
                "--compact",
                "--quiet",
            )
        )
    return found


def overlay(name: str, check: str, resources: list[Resource]) -> list[str]:
    """One check of a rendered overlay."""
    match check:
        case "schema":
            return schema(resources)
        case "custom resources":
            return crs.problems(resources)
        case "restricted":
            return pss.problems(resources)
        case "references":
            return refs.problems(resources, read(), DEPLOY / "gateway" / "cluster" / "upstreams.conf")
        case _:
            return hardening(resources, LEAST[name])


def deployment(resources: list[Resource]) -> Resource:
    """The first Deployment."""
    return next(one for one in resources if one["kind"] == "Deployment")


def broken() -> dict[str, Mutation]:
    """For each check of an overlay a change that it must see."""

    def unknown_field(found: list[Resource]) -> None:
        deployment(found)["spec"]["replicaz"] = 3

    def misspelt(found: list[Resource]) -> None:
        one = next(one for one in found if one["kind"] == "ScaledObject")
        one["spec"]["minReplicaCnt"] = one["spec"].pop("minReplicaCount")

    def escalating(found: list[Resource]) -> None:
        del deployment(found)["spec"]["template"]["spec"]["containers"][0]["securityContext"]["capabilities"]

    def dangling(found: list[Resource]) -> None:
        found.remove(next(one for one in found if one["kind"] == "Service"))

    return {"schema": unknown_field, "custom resources": misspelt, "restricted": escalating,
            "references": dangling, "hardening": escalating}  # fmt: skip


def tell(name: str, found: list[str]) -> int:
    """Print one result; 1 when there is something to mend."""
    print(f"{'✗' if found else '✓'} {name}", *(f"    {text}" for text in found[:20]), sep="\n", flush=True)
    return 1 if found else 0


def main() -> int:
    """Run all checks and controls; the number of those that failed."""
    failed = 0
    folders = [DEPLOY / "base", DEPLOY / "platform" / "rabbitmq", DEPLOY / "platform" / "mongodb"]
    for folder in folders:
        found = render(folder)
        failed += tell(
            f"{folder.relative_to(DEPLOY)}: {len(found)} resources", schema(found) + crs.problems(found)
        )
    for name in LEAST:
        found = render(DEPLOY / "overlays" / name)
        for check in broken():
            failed += tell(f"overlay {name}: {check} ({len(found)} resources)", overlay(name, check, found))
    failed += controls(found)
    failed += tell("rules, their tests, runbooks", rules(DEPLOY / "observability"))
    failed += tell("alert routing", routing(DEPLOY / "observability" / "alertmanager.example.yaml"))
    failed += tell("dashboards", boards(DEPLOY / "observability" / "dashboards"))
    failed += tell("Dockerfiles", images())
    with tempfile.TemporaryDirectory() as scratch:
        failed += places.results(tell, Path(scratch))
    print(f"{failed} failed" if failed else "All checks passed.")
    return failed


def controls(found: list[Resource]) -> int:
    """Break the last overlay in one way per check; the number of checks that did not see it."""
    blind = 0
    for check, mutate in broken().items():
        copied = copy.deepcopy(found)
        mutate(copied)
        seen = overlay("prod", check, copied)
        if check == "schema" and not all(any(f" on {minor}:" in text for text in seen) for minor in MINORS):
            seen = []  # Each minor must have seen it.
        blind += tell(
            f"control of {check}: {'seen' if seen else 'NOT seen'}", [] if seen else ["stayed green"]
        )
    unread = hardening(found[:5], LEAST["prod"])
    blind += tell_control("the count of resources", [text for text in unread if "checkov saw" in text])
    with tempfile.TemporaryDirectory() as scratch:
        copied_folder = Path(scratch) / "observability"
        shutil.copytree(DEPLOY / "observability", copied_folder)
        path = copied_folder / "rules" / "bus.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("> 60", "> 600000"), encoding="utf-8")
        blind += tell_control("rules", rules(copied_folder))
        path = copied_folder / "dashboards" / "overview.json"
        path.write_text(
            path.read_text(encoding="utf-8").replace("outbox_oldest_seconds", "outbox_elder_seconds"),
            encoding="utf-8",
        )
        blind += tell_control("dashboards", boards(copied_folder / "dashboards"))
        path = copied_folder / "alertmanager.example.yaml"
        path.write_text(
            path.read_text(encoding="utf-8").replace('severity="page"', 'severity="pager"'), encoding="utf-8"
        )
        blind += tell_control("routing", routing(path))
        path = Path(scratch) / "Dockerfile.broken"
        path.write_text("FROM debian:latest\nRUN apt-get install curl\n", encoding="utf-8")
        blind += tell_control("Dockerfiles", images(Path(scratch)))
    return blind


def tell_control(check: str, seen: list[str]) -> int:
    """Print whether a control was seen; 1 when not."""
    return tell(f"control of {check}: {'seen' if seen else 'NOT seen'}", [] if seen else ["stayed green"])


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
