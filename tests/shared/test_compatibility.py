"""Each event's schema against all its former versions: what was ever published is read today and tomorrow.

`tests/shared/schemas/<type>/<n>.json` keeps every version that was released; `python -m
tests.shared.test_compatibility` adds the present one when it differs from the newest kept.
"""

from __future__ import annotations

import copy
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from shared.events import CONTENT_TYPE, EVENTS, decode

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).with_name("schemas")
Schema = dict[str, Any]


def generator() -> Any:
    """docs/generate.py, which makes the schemas that others read."""
    found = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


GENERATOR = generator()


def shape(cls: Any) -> Schema:
    """What of a schema binds: the fields, which are needed, an example."""
    whole = GENERATOR.schema(cls)
    return {name: whole[name] for name in ("properties", "required", "examples")}


def versions(type_: str) -> list[Schema]:
    """The kept versions of a type, oldest first."""
    found = sorted((KEPT / type_).glob("*.json"), key=lambda path: int(path.stem))
    return [json.loads(path.read_text(encoding="utf-8")) for path in found]


def breaks(old: Schema, new: Schema) -> Iterator[str]:
    """Why data written to one version cannot be read by the other, in either direction."""
    gone = sorted(set(old["properties"]) - set(new["properties"]))
    if gone:
        yield f"fields were removed: {gone}"
    added = sorted(set(new["required"]) - set(old["required"]))
    if added:
        yield f"fields became required: {added}"
    for name in set(old["properties"]) & set(new["properties"]):
        before, after = (_kinds(one["properties"][name]) for one in (old, new))
        if not set(before) <= set(after) or before.keys() - after.keys():
            yield f"{name} was narrowed or retyped"
        for kind, values in before.items():
            if values is not None and not values <= (after.get(kind) or values):
                yield f"{name} lost values: {sorted(values - (after[kind] or set()))}"


def _kinds(field: Schema) -> dict[str, set[str] | None]:
    """The JSON types that a field takes, with the values of an enum."""
    if "oneOf" in field:
        return {kind: values for one in field["oneOf"] for kind, values in _kinds(one).items()}
    kind = field["type"] + (":" + ",".join(_kinds(field["items"])) if "items" in field else "")
    return {kind: set(field["enum"]) if "enum" in field else None}


def test_every_type_is_kept_and_the_newest_kept_is_the_present_one() -> None:
    different = [
        type_ for type_, cls in EVENTS.items() if not versions(type_) or versions(type_)[-1] != shape(cls)
    ]

    assert different == [], "run python -m tests.shared.test_compatibility after an additive change"
    assert {path.name for path in KEPT.iterdir()} == set(EVENTS)


@pytest.mark.parametrize("type_", sorted(EVENTS))
def test_a_schema_agrees_with_all_its_former_versions(type_: str) -> None:
    kept = versions(type_)

    found = [reason for old in kept for reason in breaks(old, shape(EVENTS[type_]))]

    assert found == []


@pytest.mark.parametrize("type_", sorted(EVENTS))
def test_examples_of_every_version_are_read_today_and_fit_the_published_schema(type_: str) -> None:
    published = json.loads((ROOT / "docs" / "schemas" / f"{type_}.json").read_text(encoding="utf-8"))
    for kept in versions(type_):
        for example in kept["examples"]:
            jsonschema.validate(example, published)
            body = {
                "specversion": "1.0", "id": "e1", "source": f"/{type_.split('.')[0]}", "type": type_, "subject": "s",
                "time": "2026-01-01T00:00:00Z", "sequence": "1", "data": example,
            }  # fmt: skip
            assert decode(json.dumps(body).encode()).type == type_


def test_a_break_is_seen() -> None:
    old = shape(EVENTS["identity.RegistrationRepeated.v1"])

    def changed(**change: Any) -> list[str]:
        new = copy.deepcopy(old)
        for path, value in change.items():
            if value is None:
                del new["properties"][path]
            else:
                new["properties"][path] = value
        return list(breaks(old, new))

    assert changed(locale=None)
    assert changed(locale={"type": "number"})
    assert changed(state={"type": "string", "enum": ["invited"]})
    assert list(breaks(old, {**old, "required": [*old["required"], "extra"]}))
    assert not changed(extra={"type": "string"})


def test_asyncapi_is_whole() -> None:
    """The rules of AsyncAPI 3.0 that a parser checks, on the document itself."""
    document = json.loads((ROOT / "docs" / "asyncapi.json").read_text(encoding="utf-8"))

    assert document["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(document["info"])
    assert set(document) <= {
        *("asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"),
    }
    for key, channel in document["channels"].items():
        assert set(channel) <= {
            "address",
            "title",
            "summary",
            "description",
            "servers",
            "messages",
            "bindings",
            "tags",
        }
        for reference in channel["messages"].values():
            assert _resolved(document, reference["$ref"])["contentType"] == CONTENT_TYPE, key
    for operation in document["operations"].values():
        assert operation["action"] in ("send", "receive")
        assert _resolved(document, operation["channel"]["$ref"])["address"] in EVENTS
    for message in document["components"]["messages"].values():
        jsonschema.Draft202012Validator.check_schema(message["payload"])


def _resolved(document: Schema, reference: str) -> Any:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def keep() -> list[str]:
    """Add the present version of each type whose newest kept one differs; refuses a break."""
    added = []
    for type_, cls in EVENTS.items():
        kept, present = versions(type_), shape(cls)
        if kept and kept[-1] == present:
            continue
        for old in kept:
            if found := list(breaks(old, present)):
                raise SystemExit(f"{type_}: {found}. Make a new major version beside it.")
        folder = KEPT / type_
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(present, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        (folder / f"{len(kept) + 1}.json").write_text(text, encoding="utf-8")
        added.append(type_)
    return added


if __name__ == "__main__":
    print("kept:", ", ".join(keep()) or "nothing new")
