"""The event process of a service: handlers, consuming loop, relay, further loops, operators' routes."""

from shared.worker.consumer import Consumer
from shared.worker.handlers import Handlers
from shared.worker.process import Loop, run
from shared.worker.rebuild import Report, rebuild, rebuild_asked

__all__ = ["Consumer", "Handlers", "Loop", "Report", "rebuild", "rebuild_asked", "run"]
