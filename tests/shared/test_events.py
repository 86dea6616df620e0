"""The contract: classified fields, closed on the way out, open on the way in, and the golden list."""

import json
from pathlib import Path

import pytest
from marshmallow import ValidationError

from shared.events import EVENTS, Event, Malformed, decode, encode, event
from shared.events.fields import Id, Pseudonym, PublicText, kind_of
from shared.events.identity import PasswordSet, RegistrationRepeated, UserRegistered
from shared.events.listeners import LISTENERS
from shared.log import Context

GOLDEN = Path(__file__).with_name("events.txt")
CONTEXT = Context("correlation", "cause", "00-trace-span-00")


def registered(**changes: object) -> UserRegistered:
    values = {
        "user_id": "u1",
        "mdo_id": "bsnl",
        "mdo_path": ("moc", "bsnl"),
        "position_id": None,
        "locale": "en",
    }
    return UserRegistered(**{**values, **changes})


def raw(**changes: object) -> bytes:
    body = json.loads(encode(registered(), subject="u1", sequence=7, context=CONTEXT))
    return json.dumps(body | changes).encode()


def test_an_event_comes_back_as_it_was_sent() -> None:
    sent = registered()

    got = decode(encode(sent, subject="u1", sequence=7, context=CONTEXT).encode())

    assert (got.data, got.sequence, got.id) == (sent, 7, sent.event_id)
    assert (got.correlation_id, got.causation_id) == ("correlation", "cause")


def test_an_effect_of_an_event_is_caused_by_it() -> None:
    got = decode(raw())

    assert got.context.correlation_id == "correlation"
    assert got.context.causation_id == got.id


@pytest.mark.parametrize("value", ["a@bsnl.co.in", "two words", "x" * 65, "", "line\n"])
def test_personal_or_free_text_in_an_id_is_refused_before_the_write(value: str) -> None:
    with pytest.raises(ValidationError):
        encode(registered(mdo_id=value), subject="u1", sequence=1, context=CONTEXT)


def test_a_field_that_was_added_later_may_be_absent() -> None:
    body = json.loads(encode(a_password(), subject="u1", sequence=1, context=CONTEXT))
    assert body["data"].pop("position_id") == "clerk"

    got = decode(json.dumps(body).encode()).data

    assert isinstance(got, PasswordSet)
    assert got.position_id is None


def a_password() -> PasswordSet:
    return PasswordSet(
        user_id="u1", mdo_id="bsnl", mdo_path=("bsnl",), first=True, sv=1, locale="en", position_id="clerk"
    )


def default(cls: type[Event], name: str) -> str:
    """How the golden list marks a field that messages of before do not hold."""
    declared = cls.schema.fields[name]
    return "" if declared.required else f" = {declared.load_default}"


def test_an_enum_takes_its_own_values_only() -> None:
    with pytest.raises(ValidationError):
        RegistrationRepeated(user_id="u1", state="anything", locale="en").payload()  # type: ignore[arg-type]


def test_an_unknown_data_field_is_ignored_by_a_listener() -> None:
    body = json.loads(raw())
    body["data"]["added_later"] = 1

    assert decode(json.dumps(body).encode()).data == registered()


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"not json", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[]", "not_a_cloudevent"),
        (b"[" * 100_000, "oversized"),
        (b"[" * 60_000, "not_json"),
        (raw(specversion="2.0"), "not_a_cloudevent"),
        (raw(type="identity.UserRegistered.v9"), "unknown_type"),
        (raw(type={"$ne": 1}), "unknown_type"),
        (raw(data={}), "schema_violated"),
        (raw(data=[1]), "schema_violated"),
        (raw(source="/notifier"), "attribute_not_valid"),
        (raw(sequence="seven"), "attribute_not_valid"),
        (raw(time="yesterday"), "attribute_not_valid"),
        (raw(id=""), "attribute_not_valid"),
    ],
)
def test_s07_what_is_no_valid_event_is_malformed(body: bytes, slug: str) -> None:
    with pytest.raises(Malformed) as caught:
        decode(body)

    assert caught.value.slug == slug


def test_a_field_without_a_class_is_refused() -> None:
    with pytest.raises(TypeError, match="has no class"):

        @event("identity.Unclassified.v1")
        class Unclassified(Event):
            name: str


def test_a_type_is_declared_once() -> None:
    with pytest.raises(TypeError, match="declared twice"):

        @event("identity.UserRegistered.v1")
        class UserRegistered(Event):
            user_id: Pseudonym


def test_public_text_is_a_title_without_an_address() -> None:
    assert kind_of(tuple[PublicText, ...]) == "[public_text]"
    assert kind_of(Id | None) == "id?"


def test_the_contract_is_the_golden_list() -> None:
    """Run `python -m tests.shared.test_events` to write the list anew after an intended change."""
    assert GOLDEN.read_text(encoding="utf-8") == golden()


def golden() -> str:
    rows = []
    for type_, cls in sorted(EVENTS.items()):
        listeners = sorted(name for name, types in LISTENERS.items() if cls in types)
        rows.append(f"{type_} <- {cls.publisher} -> {', '.join(listeners) or 'nobody but the log'}")
        rows += [f"  {name}: {kind_of(hint)}{default(cls, name)}" for name, hint in cls.hints.items()]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    GOLDEN.write_text(golden(), encoding="utf-8")
