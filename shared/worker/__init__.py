"""The event process of a service: handlers, consuming loop, relay, further loops, operators' routes."""

from shared.worker.consumer import Consumer
from shared.worker.handlers import Handlers
from shared.worker.process import Loop, run

__all__ = ["Consumer", "Handlers", "Loop", "run"]
