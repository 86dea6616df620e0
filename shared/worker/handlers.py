"""The table of a service's handlers: one per event, so that a retry never repeats a sibling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from shared.events import Envelope, Event

E = TypeVar("E", bound=Event)
Handler = Callable[[Any, E, Envelope], None]


class Handlers:
    """`@handlers.on(UserRegistered)` names the effect of an event."""

    def __init__(self) -> None:
        self._table: dict[str, tuple[type[Event], Handler[Any]]] = {}

    def on(self, *events: type[E]) -> Callable[[Handler[E]], Handler[E]]:
        """Register a function for these events; TypeError when one has a handler already."""

        def register(handler: Handler[E]) -> Handler[E]:
            for event in events:
                if event.type in self._table:
                    raise TypeError(f"{event.type} has two handlers")
                self._table[event.type] = (event, handler)
            return handler

        return register

    @property
    def events(self) -> tuple[type[Event], ...]:
        """The event classes listened to."""
        return tuple(event for event, _ in self._table.values())

    def knows(self, type_: str) -> bool:
        """Whether there is a handler for this type."""
        return type_ in self._table

    def handle(self, service: Any, envelope: Envelope) -> None:
        """Run the handler of an event."""
        self._table[envelope.type][1](service, envelope.data, envelope)
