"""The outbox: events stored in the documents whose change they report, and the relay that publishes them."""

from shared.outbox.lease import Lease
from shared.outbox.relay import Relay
from shared.outbox.waiting import Waiting
from shared.outbox.watch import Watch

__all__ = ["Lease", "Relay", "Waiting", "Watch"]
