"""THE CONTRACT: event classes, their CloudEvents envelope and the catalogue of all types.

A class per event stands in the module of its publishing service. On the wire an event is a CloudEvents 1.0
message in structured JSON; its body is one text, unchanged from the outbox to the log.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar, cast, dataclass_transform, get_type_hints

import uuid6
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError

from shared.events.fields import field_for
from shared.log import Context

CONTENT_TYPE = "application/cloudevents+json"
SIZE_LIMIT = 65536
EVENTS: dict[str, type[Event]] = {}


class Malformed(Exception):
    """The bytes are no valid event of a known type; `slug` says why."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def new_id() -> str:
    """A UUIDv7: sortable by time; an id, never a secret."""
    return str(uuid6.uuid7())


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of the event classes; `event_id` is made with the instance and travels in the envelope."""

    type: ClassVar[str]
    publisher: ClassVar[str]
    hints: ClassVar[dict[str, Any]]
    schema: ClassVar[Schema]
    event_id: str = dataclasses.field(default_factory=new_id, compare=False, repr=False)

    def payload(self) -> dict[str, Any]:
        """The fields as JSON values, checked against the closed schema; ValidationError names the field."""
        values: dict[str, Any] = self.schema.dump(self)
        self.schema.load(values, unknown=RAISE)
        return values


@dataclass(frozen=True)
class Envelope:
    """An event as it came: the attributes of CloudEvents and the typed data."""

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    sequence: int
    correlation_id: str
    causation_id: str
    traceparent: str
    data: Event

    @property
    def context(self) -> Context:
        """The context in which an effect of this event happens."""
        return Context(self.correlation_id, self.id, self.traceparent)


E = TypeVar("E", bound=Event)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(type_: str) -> Callable[[type[E]], type[E]]:
    """Declare an event class as `<service>.<EventName>.v<major>`; a type declared twice is refused."""

    def declare(cls: type[E]) -> type[E]:
        publisher, name, major = type_.split(".")
        if type_ in EVENTS or cls.__name__ not in (name, f"{name}{major.upper()}"):
            raise TypeError(f"{type_} is declared twice, or its class has another name")
        made = cast(type[E], dataclass(frozen=True, kw_only=True)(cls))
        hints = get_type_hints(made, include_extras=True)
        own = {f.name: f for f in dataclasses.fields(made) if f.name != "event_id"}
        made.type, made.publisher, made.hints = type_, publisher, {name: hints[name] for name in own}
        made.schema = Schema.from_dict(
            {name: field_for(hints[name], **_default_of(f)) for name, f in own.items()},
            name=f"{cls.__name__}Data",
        )()
        EVENTS[type_] = made
        return made

    return declare


def _default_of(declared: dataclasses.Field[Any]) -> dict[str, Any]:
    return {} if declared.default is dataclasses.MISSING else {"load_default": declared.default}


def encode(happened: Event, *, subject: str, sequence: int, context: Context) -> str:
    """The body of one event as exact JSON text; ValidationError or ValueError when it may not go out."""
    body = json.dumps(
        {
            "specversion": "1.0",
            "id": happened.event_id,
            "source": f"/{happened.publisher}",
            "type": happened.type,
            "subject": subject,
            "time": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "dataschema": f"urn:karmayogi:schema:{happened.type}",
            "sequence": f"{sequence:012d}",
            "correlationid": context.correlation_id,
            "causationid": context.causation_id,
            "traceparent": context.traceparent,
            "data": happened.payload(),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    if len(body.encode()) > SIZE_LIMIT:
        raise ValueError(f"{happened.type} is larger than {SIZE_LIMIT} bytes")
    return body


def decode(body: bytes) -> Envelope:
    """Parse and check one event; unknown data fields are ignored, missing ones refused (Malformed)."""
    if len(body) > SIZE_LIMIT:
        raise Malformed("oversized")
    try:
        raw = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Malformed("not_json") from None
    if not isinstance(raw, dict) or raw.get("specversion") != "1.0":
        raise Malformed("not_a_cloudevent")
    cls = EVENTS.get(raw["type"]) if isinstance(raw.get("type"), str) else None
    if cls is None:
        raise Malformed("unknown_type")
    try:
        values = cls.schema.load(raw.get("data") or {}, unknown=EXCLUDE)
    except ValidationError:
        raise Malformed("schema_violated") from None
    return _envelope(raw, cls, cast(dict[str, Any], values))


def _envelope(raw: dict[str, Any], cls: type[Event], values: dict[str, Any]) -> Envelope:
    texts = {}
    for name in (
        "id",
        "source",
        "subject",
        "time",
        "sequence",
        "correlationid",
        "causationid",
        "traceparent",
    ):
        value = raw.get(name, "")
        if not isinstance(value, str) or len(value) > 256:
            raise Malformed("attribute_not_valid")
        texts[name] = value
    if texts["source"] != f"/{cls.publisher}" or not texts["id"] or not texts["subject"]:
        raise Malformed("attribute_not_valid")
    try:
        time, sequence = datetime.fromisoformat(texts["time"]), int(texts["sequence"])
    except ValueError:
        raise Malformed("attribute_not_valid") from None
    data = cls(**values, event_id=texts["id"])
    return Envelope(
        texts["id"], cls.type, texts["source"], texts["subject"], time, sequence,
        texts["correlationid"], texts["causationid"], texts["traceparent"], data,
    )  # fmt: skip


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


from shared.events import catalog, community, identity, notifier, onboarding, progress  # noqa: E402,F401  (the catalogue is complete once this package is imported)
