"""What OpenAPI says beyond the schemas: the errors of each route, read from the code, and an example per body.

The slugs of a route are those of each `raise` that its view can reach: through functions, through what the view's
closure holds, and through methods of parameters by their annotation. Nothing is kept by hand.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import re
import textwrap
import typing
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from types import FunctionType
from typing import Any

from flask import Flask

from shared.auth import admit, identify
from shared.errors import Problem
from shared.web import _problem as answer_of_any
from shared.web import mark_of

Slugs = frozenset[tuple[int, str]]
OURS = ("services.", "shared.")
METHODS = ("get", "post", "put", "patch", "delete")
VALUES: dict[str, Any] = {
    "email": "asha.rao@bsnl.co.in", "first_name": "Asha", "last_name": "Rao", "locale": "hi", "mdo_id": "bsnl",
    "password": "A long walk by the Ganga at dawn", "reason": "The order of 3 March says so.", "code": "123456",
    "position_id": "junior-telecom-officer", "position_text": "Junior Telecom Officer", "mobile": "9876543210",
    "declaration": True, "domain": "bsnl.co.in", "sha256": "9f" * 32, "cycle": "2026",
    "quiet_hours": {"from": "21:00", "to": "06:00"}, "from": "21:00", "to": "06:00",
}  # fmt: skip


def enrich(app: Flask, document: dict[str, Any]) -> None:
    """Put error answers and examples into a service's document, in place."""
    views = {}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule)
        for method in rule.methods or ():
            views[path, method.lower()] = rule.endpoint
    schemas = document.get("components", {}).get("schemas", {})
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                _enrich(app, views[path, method], method, item[method], schemas)


def _enrich(
    app: Flask, endpoint: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]
) -> None:
    found = {*slugs_of(view_of(app, endpoint, method)), *slugs_of(answer_of_any)}
    access = mark_of(app, endpoint, "access")
    if access is not None and access.kind != "public":
        other = "role_missing" if access.kind == "service" else "caller_not_allowed"
        refusals = slugs_of(identify) | (slugs_of(admit) if access.names else frozenset())
        found |= {one for one in refusals if one[1] != other}
    if "422" in operation["responses"]:
        found.add((422, "fields_not_valid"))
    by_status: dict[int, set[str]] = defaultdict(set)
    for status, slug in found:
        by_status[status].add(slug)
    for status, names in sorted(by_status.items()):
        operation["responses"][str(status)] = {
            "description": ", ".join(f"`{name}`" for name in sorted(names)),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            "x-slugs": sorted(names),
        }
    for body in operation.get("requestBody", {}).get("content", {}).values():
        body.setdefault("example", example_of(body["schema"], schemas))


def view_of(app: Flask, endpoint: str, method: str) -> FunctionType:
    """The function that a route calls, without its decorators."""
    view: Any = app.view_functions[endpoint]
    if hasattr(view, "view_class"):
        view = getattr(view.view_class, method)
    return typing.cast(FunctionType, inspect.unwrap(view))


@cache
def slugs_of(function: FunctionType) -> Slugs:
    """Status and slug of each problem that a function can raise."""
    found: set[tuple[int, str]] = set()
    seen: set[FunctionType] = set()
    waiting = [function]
    while waiting:
        one = waiting.pop()
        if one in seen or not one.__module__.startswith(OURS):
            continue
        seen.add(one)
        scope = Scope(one)
        for node in scope.nodes():
            if isinstance(node, ast.Call):
                called = scope.value(node.func)
                if isinstance(called, type) and issubclass(called, Problem):
                    found |= {(called.status, slug) for slug in scope.slugs(node)}
                waiting += list(_functions(called))
    return frozenset(found)


def _functions(called: Any) -> Iterator[FunctionType]:
    called = getattr(called, "__func__", called)
    called = inspect.unwrap(called) if callable(called) else called
    if isinstance(called, FunctionType):
        yield called
    elif isinstance(called, type) and called.__module__.startswith(OURS):
        yield from (one for one in (vars(called).get("__init__"),) if isinstance(one, FunctionType))


class Scope:
    """The names of one function: closure, annotations of its parameters, module, builtins."""

    def __init__(self, function: FunctionType) -> None:
        self._tree = _tree(function)
        names = inspect.getclosurevars(function)
        self._names: dict[str, Any] = {**vars(builtins), **function.__globals__, **names.nonlocals}
        self._classes: dict[str, type] = {}
        for name, hint in _hints(function).items():
            kinds = [one for one in (hint, *typing.get_args(hint)) if isinstance(one, type)]
            if kinds:  # Of `Verifier | None` it is the first.
                self._classes[name] = kinds[0]
        owner = function.__qualname__.rpartition(".")[0]
        if owner in function.__globals__ and isinstance(function.__globals__[owner], type):
            self._classes["self"] = function.__globals__[owner]

    def nodes(self) -> Iterator[ast.AST]:
        """Every node of the function."""
        return ast.walk(self._tree)

    def value(self, node: ast.expr) -> Any:
        """What an expression names: an object, a class for a parameter's methods; None when that is open."""
        if isinstance(node, ast.Name):
            return self._classes.get(node.id) or self._names.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self.value(node.value)
            kind = owner if isinstance(owner, type) else type(owner)
            known = inspect.ismodule(owner) or kind.__module__.startswith(OURS)
            return inspect.getattr_static(owner, node.attr, None) if owner is not None and known else None
        return None

    def slugs(self, call: ast.Call) -> set[str]:
        """The slugs in the first argument of a problem: a text, one of two, or a named pair."""
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Starred):
            pair = self.value(first.value)
            return {pair[0]} if isinstance(pair, tuple) else set()
        if first is None:
            return set()
        texts = {
            one.value
            for one in ast.walk(first)
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        }
        named = self.value(first)
        texts |= {named} if isinstance(named, str) else set()
        return {one for one in texts if re.fullmatch(r"[a-z][a-z0-9_]+", one)}


def _tree(function: FunctionType) -> ast.AST:
    """The function's code; empty for what was generated, like the __init__ of a data class."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):  # A lambda's source may begin in the middle of a call.
        return ast.Module(body=[], type_ignores=[])


def _hints(function: FunctionType) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except (NameError, TypeError):
        return {}


def example_of(schema: dict[str, Any], schemas: dict[str, Any], name: str = "") -> Any:
    """A value that a schema takes, natural where the field's name says what it is."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name)
    for key in ("example", "default"):
        if schema.get(key) is not None:
            return schema[key]
    if schema.get("enum"):
        return next(one for one in schema["enum"] if one is not None)
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema:
            return example_of(schema[key][0], schemas, name)
    if name in VALUES and _takes(schema, VALUES[name]):
        return VALUES[name]
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = next(one for one in kind if one != "null") if isinstance(kind, list) else kind
    if kind == "object":
        given = schema.get("properties", {})
        wanted = schema.get("required") or list(given)
        return {one: example_of(given[one], schemas, one) for one in given if one in wanted}
    if kind == "array":
        return [example_of(schema.get("items", {}), schemas, name.removesuffix("s"))]
    return _plain(schema, kind, name)


def _plain(schema: dict[str, Any], kind: str, name: str) -> Any:
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), 1) if schema.get("maximum", 1) >= 1 else schema["maximum"]
    if kind == "boolean":
        return True
    formats = {"date-time": "2026-03-01T09:00:00+05:30", "date": "2026-03-01", "time": "09:00",
               "email": VALUES["email"], "uuid": "01990b3e-6f0e-7c3a-9d4e-2f6f3f1f0a11",
               "uri": "https://example.gov.in/"}  # fmt: skip
    if schema.get("format") in formats:
        return formats[schema["format"]]
    text = name.removesuffix("_id").replace("_", "-") or "text"
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 200)]


def _takes(schema: dict[str, Any], value: Any) -> bool:
    kind = schema.get("type")
    if kind is None:  # A field of our own, which says no type.
        return True
    kinds = kind if isinstance(kind, list) else [kind]
    return {str: "string", dict: "object", int: "integer"}.get(type(value)) in kinds
