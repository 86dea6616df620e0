"""What the tree promises and no linter checks."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for folder in ("services", "shared", "portal")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "node_modules" not in path.parts
]


def test_no_file_outside_shared_touches_an_outbox() -> None:
    touching = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if "shared" not in path.relative_to(ROOT).parts[:1]
        and (
            "_outbox" in path.read_text(encoding="utf-8") or "_pending_at" in path.read_text(encoding="utf-8")
        )
    ]

    assert touching == []


def test_no_source_file_is_over_300_lines() -> None:
    long = [path.name for path in SOURCES if len(path.read_text(encoding="utf-8").splitlines()) > 300]

    assert long == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if not path.read_text(encoding="utf-8").lstrip().startswith('"""')
    ]

    assert silent == []


def test_services_hold_only_the_known_file_names() -> None:
    known = {
        *("__init__", "app", "worker", "api", "handlers", "schemas", "commands", "queries", "rules", "store"),
        *("cli", "jobs", "clients", "search", "files", "certificates", "mailer", "sender", "hashing"),
        *("seed", "templates", "fonts", "__pycache__"),
    }
    found = {path.stem for path in (ROOT / "services").glob("*/*") if "__pycache__" not in path.parts}

    assert found - known == set()
