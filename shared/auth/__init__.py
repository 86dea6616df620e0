"""Who asks: tokens signed by identity, verified in every service; roles with scope; who is known stale.

Every view says who may call it: `@public`, `@allow(...)` or `@internal(...)`; `shared.web` refuses to build
an app that holds a route without one. `subjects` keeps the highest subject version (`sv`) and the disabled
state known here.
"""

from shared.auth.keys import KeyRing, Keys, RingFile, Signer, fetch_keys
from shared.auth.person import Access, Principal, Role, allow, internal, principal, public
from shared.auth.service import ServiceClient
from shared.auth.subjects import Subjects, note_subject
from shared.auth.verifier import Verifier, admit, authorize, identify

__all__ = [
    "Access",
    "KeyRing",
    "Keys",
    "Principal",
    "RingFile",
    "Role",
    "ServiceClient",
    "Signer",
    "Subjects",
    "Verifier",
    "admit",
    "allow",
    "authorize",
    "fetch_keys",
    "identify",
    "internal",
    "note_subject",
    "principal",
    "public",
]
