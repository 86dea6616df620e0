"""The bus: topology, publishing with own confirm tracking, consuming, operators' tools.

The only package that imports a client of the broker. Only the relay and the worker's side ways publish.
"""

from shared.bus.link import BLOCKED, LOST, Delivery, Link
from shared.bus.publisher import Message, Outcome, Publisher
from shared.bus.stream import LogReader, LogSilent
from shared.bus.topology import DEAD, EVENTS_EXCHANGE, LOG, Topology, TopologyWrong, permissions

__all__ = [
    "BLOCKED",
    "DEAD",
    "EVENTS_EXCHANGE",
    "LOG",
    "LOST",
    "Delivery",
    "Link",
    "LogReader",
    "LogSilent",
    "Message",
    "Outcome",
    "Publisher",
    "Topology",
    "TopologyWrong",
    "permissions",
]
