"""Prove that the tests can fail: break the code with each patch, in a copy, and demand that its test is red.

python -m tests.controls.run [name of a patch ...]
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import servers

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RED = "red as it must be"
TEST_FAILED = 1  # pytest's code for failed tests; anything else means that it did not even run them.


def main(names: list[str]) -> int:
    """Run the named controls, or all; the number of those that stayed green or fit the code no more."""
    patches = [p for p in sorted(HERE.glob("*.patch")) if not names or p.stem in names]
    green = []
    with servers.mongodb() as uri:
        for patch in patches:
            said = verdict(patch, uri)
            print(f"{said}: {patch.stem}", flush=True)
            if said != RED:
                green.append(patch.stem)
    return len(green)


def verdict(patch: Path, mongodb_uri: str) -> str:
    """What became of one control."""
    if not applies(patch):
        return "DOES NOT APPLY"
    return RED if is_red(patch, mongodb_uri) else "STAYED GREEN"


def applies(patch: Path) -> bool:
    """Whether the patch still fits the code."""
    done = subprocess.run(["git", "apply", "--check", str(patch)], cwd=ROOT, capture_output=True)
    return done.returncode == 0


def named_test(patch: Path) -> str:
    """The test that a patch must turn red."""
    named = re.search(r"^Test: (\S+)$", patch.read_text(encoding="utf-8"), re.M)
    if named is None:
        raise SystemExit(f"{patch.name} names no test.")
    return named[1]


def is_red(patch: Path, mongodb_uri: str) -> bool:
    """Whether the test named in the patch fails on a copy of HEAD with the patch applied."""
    with tempfile.TemporaryDirectory(prefix="karmayogi-control-") as folder:
        copy = Path(folder) / "copy"
        git("worktree", "add", "--quiet", "--detach", str(copy), "HEAD")
        try:
            git("-C", str(copy), "apply", str(patch))
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", named_test(patch)],
                cwd=copy,
                env={**os.environ, "TEST_MONGODB_URI": mongodb_uri},
                capture_output=True,
                text=True,
            )
        finally:
            git("worktree", "remove", "--force", str(copy))
    if done.returncode not in (0, TEST_FAILED):
        raise SystemExit(f"{patch.stem}: the test could not run.\n{done.stdout[-2000:]}")
    return done.returncode == TEST_FAILED and " failed" in done.stdout


def git(*arguments: str) -> None:
    """Run git in the repository."""
    subprocess.run(["git", "-C", str(ROOT), *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
