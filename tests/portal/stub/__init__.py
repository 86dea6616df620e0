"""A gateway with all services behind it that lives in memory; speaks the public API and remembers every call."""

from tests.portal.stub.gateway import Stub
from tests.portal.stub.identity import CODE, DOMAINS, MDOS, ME, PASSWORD, POSITIONS

__all__ = ["CODE", "DOMAINS", "MDOS", "ME", "PASSWORD", "POSITIONS", "Stub"]
