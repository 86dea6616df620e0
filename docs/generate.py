"""Writes the references from the code: events, their schemas, AsyncAPI, and OpenAPI per service and combined.

`make docs` runs it; `python docs/generate.py --check` fails when a file on disk differs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from deploy.local.apps import unconnected  # noqa: E402  (the path is set above)
from deploy.local.stack import SERVICES  # noqa: E402
from docs.problems import enrich  # noqa: E402
from shared.events import EVENTS, Event  # noqa: E402
from shared.events.fields import kind_of  # noqa: E402
from shared.events.listeners import LISTENERS  # noqa: E402

DOCS = ROOT / "docs"
EXAMPLES = {"pseudonym": "01990b3e-6f0e-7c3a-9d4e-2f6f3f1f0a11", "id": "bsnl", "locale": "en", "number": 2,
            "time": "2026-01-01T00:00:00Z", "public_text": "Public procurement"}  # fmt: skip


def listeners(cls: type[Event]) -> list[str]:
    """The services that handle a type."""
    return sorted(name for name, types in LISTENERS.items() if cls in types)


def json_type(hint: Any) -> dict[str, Any]:
    """The JSON Schema of one field."""
    kind = kind_of(hint)
    made = _json_type(kind.removesuffix("?"))
    return (
        {"oneOf": [made, {"type": "null"}], "x-class": kind}
        if kind.endswith("?")
        else made | {"x-class": kind}
    )


def _json_type(kind: str) -> dict[str, Any]:
    if kind.startswith("["):
        return {"type": "array", "items": _json_type(kind[1:-1]), "maxItems": 200}
    if kind.startswith("{"):
        return {"type": "object", "additionalProperties": _json_type(kind[1:-1].split(": ", 1)[1])}
    if kind.startswith("enum("):
        return {"type": "string", "enum": kind[5:-1].split("|")}
    plain: dict[str, dict[str, Any]] = {
        "enum": {"type": "boolean"},
        "number": {"type": "number"},
        "time": {"type": "string", "format": "date-time"},
        "public_text": {"type": "string", "maxLength": 300},
    }
    return plain.get(kind, {"type": "string", "maxLength": 64, "pattern": "^[^\\s@]+$"})


def example(hint: Any) -> Any:
    """A value that the field takes."""
    kind = kind_of(hint).removesuffix("?")
    if kind.startswith("["):
        inner = kind[1:-1]
        return [inner[5:-1].split("|")[0] if inner.startswith("enum(") else EXAMPLES.get(inner, "bsnl")]
    if kind.startswith("{"):
        of = kind[1:-1].split(": ", 1)[1]
        value = of[5:-1].split("|")[0] if of.startswith("enum(") else EXAMPLES[of]
        return {"en" if of == "public_text" else "bsnl": value}
    if kind.startswith("enum("):
        return kind[5:-1].split("|")[0]
    return True if kind == "enum" else EXAMPLES[kind]


def schema(cls: type[Event]) -> dict[str, Any]:
    """The JSON Schema of the data of one type; listeners ignore fields they do not know."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:karmayogi:schema:{cls.type}",
        "title": cls.__name__,
        "description": (cls.__doc__ or "").strip(),
        "type": "object",
        "properties": {name: json_type(hint) for name, hint in cls.hints.items()},
        "required": [name for name in cls.hints if cls.schema.fields[name].required],
        "examples": [{name: example(hint) for name, hint in cls.hints.items()}],
    }


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0 of the exchange, a channel per type."""
    channels, operations, messages = {}, {}, {}
    for type_, cls in sorted(EVENTS.items()):
        key = type_.replace(".", "_")
        messages[key] = {
            "name": type_, "title": cls.__name__, "summary": (cls.__doc__ or "").strip(),
            "contentType": "application/cloudevents+json", "payload": schema(cls),
        }  # fmt: skip
        channels[key] = {
            "address": type_,
            "messages": {key: {"$ref": f"#/components/messages/{key}"}},
            "bindings": {"amqp": {"is": "routingKey", "exchange": {
                "name": "karmayogi.events", "type": "topic", "durable": True, "autoDelete": False}}},
        }  # fmt: skip
        operations[f"receive_{key}"] = {"action": "receive", "channel": {"$ref": f"#/channels/{key}"}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Karmayogi events", "version": "1.0.0",
                 "description": "The payload is the data of a CloudEvents 1.0 envelope in structured JSON."},
        "channels": channels, "operations": operations, "components": {"messages": messages},
    }  # fmt: skip


def catalogue() -> str:
    """The page of all events."""
    lines = ["# Events", "", "Written by `make docs` from `shared/events`; do not edit.", ""]
    for type_, cls in sorted(EVENTS.items()):
        heard = ", ".join(listeners(cls)) or "nobody but the log"
        lines += [f"## {type_}", "", (cls.__doc__ or "").strip(), ""]
        lines += [f"Published by {cls.publisher}; heard by {heard}.", "", "| field | class |", "|---|---|"]
        lines += [
            f"| `{name}` | {kind_of(hint).replace('|', ' or ')}"
            f"{'' if cls.schema.fields[name].required else ', may be absent'} |"
            for name, hint in cls.hints.items()
        ]
        body = json.dumps(schema(cls)["examples"][0], ensure_ascii=False)
        lines += ["", f"Example of `data`: `{body}`", ""]
    return "\n".join(lines)


def openapi(service: str) -> dict[str, Any]:
    """The OpenAPI document of one service's public routes."""
    with unconnected(service) as app:
        made: dict[str, Any] = json.loads(json.dumps(app.extensions["openapi"]()))
        enrich(app, made)
    made["paths"] = {
        f"/api/{service}{path}": item
        for path, item in made["paths"].items()
        if not path.startswith("/internal")
    }
    return made


def combined(documents: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """One document of all services; their schemas are told apart by a prefix."""
    made: dict[str, Any] = {
        "openapi": "3.1.0", "info": {"title": "Karmayogi", "version": "v1"}, "paths": {}, "components": {},
    }  # fmt: skip
    for service, document in documents.items():
        text = json.dumps({"paths": document["paths"], "components": document.get("components", {})})
        for kind in ("schemas", "responses", "parameters", "headers"):
            text = text.replace(f"#/components/{kind}/", f"#/components/{kind}/{service}.")
        part = json.loads(text)
        made["paths"] |= part["paths"]
        for kind, items in part["components"].items():
            target = made["components"].setdefault(kind, {})
            target |= {f"{service}.{name}": item for name, item in items.items()}
    return made


def render() -> dict[Path, str]:
    """Each file with its text."""
    documents = {service: openapi(service) for service in SERVICES}
    files = {DOCS / "events.md": catalogue(), DOCS / "asyncapi.json": dumped(asyncapi())}
    files |= {DOCS / "schemas" / f"{type_}.json": dumped(schema(cls)) for type_, cls in EVENTS.items()}
    files |= {
        DOCS / "openapi" / f"{service}.json": dumped(document) for service, document in documents.items()
    }
    return files | {DOCS / "openapi.json": dumped(combined(documents))}


def dumped(value: Any) -> str:
    """JSON as it stands on disk."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write the files, or with --check name those that differ."""
    different = []
    for path, text in render().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            different.append(path.relative_to(ROOT).as_posix())
            if "--check" not in sys.argv:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    print("changed: " + (", ".join(different) or "nothing"))
    if different and "--check" in sys.argv:
        sys.exit("The reference is out of date: run `make docs`.")


if __name__ == "__main__":
    main()
