"""What the events of others cause here: each mail is a keyed insert, so a second delivery changes nothing."""

from services.notifier.handlers import accounts, community, learning
from services.notifier.handlers.table import Notifier, handlers

__all__ = ["Notifier", "accounts", "community", "handlers", "learning"]
