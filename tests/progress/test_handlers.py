"""The handlers are those of the table of listeners."""

from services.progress.handlers import handlers
from shared.events.listeners import LISTENERS


def test_the_table_of_handlers_is_the_table_of_listeners() -> None:
    assert set(handlers.events) == set(LISTENERS["progress"])
