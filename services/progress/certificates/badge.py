"""Open Badges 3.0: the certificate as a verifiable credential, signed as a JWT with the platform's key."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.progress.certificates.paper import title_in
from services.progress.certificates.status import encoded
from shared.auth import KeyRing

Document = dict[str, Any]
VC = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
STATUS_KEPT = timedelta(minutes=5)


class Issuer:
    """The platform as issuer of badges: its profile, its public keys, what it signs; `url` is public."""

    def __init__(self, ring: KeyRing, public_url: str) -> None:
        self._site = public_url.rstrip("/")
        self._api = f"{self._site}/api/progress/v1"
        self._active = ring.active
        self._keys = {kid: Ed25519PrivateKey.from_private_bytes(key) for kid, key in ring.keys.items()}

    @property
    def id(self) -> str:
        """The URL at which the profile stands."""
        return f"{self._api}/badges/issuer"

    def verify_url(self, certificate_id: str) -> str:
        """The page that says whether a certificate holds; it is in the QR code."""
        return f"{self._site}/verify/{certificate_id}"

    def profile(self) -> Document:
        """Who issues the badges."""
        return {
            "@context": [VC, OPEN_BADGES],
            "id": self.id,
            "type": ["Profile"],
            "name": "Karmayogi",
            "url": self._site,
            "jwks_uri": f"{self._api}/badges/jwks",
        }

    def jwks(self) -> Document:
        """The public keys of all badges that are still out (RFC 7517, RFC 8037)."""
        return {"keys": [self._jwk(kid) for kid in self._keys]}

    def badge(self, certificate: Document, names: dict[str, str]) -> str:
        """The credential of one certificate as a signed JWT; `names` are those of competencies."""
        made = certificate["issued_at"]
        subject = f"urn:karmayogi:person:{certificate['user_id']}"
        credential = {
            "@context": [VC, OPEN_BADGES],
            "id": f"urn:karmayogi:certificate:{certificate['_id']}",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {"id": self.id, "type": ["Profile"], "name": "Karmayogi", "url": self._site},
            "name": title_in(certificate["title"], "en"),
            "validFrom": made.isoformat().replace("+00:00", "Z"),
            "awardedDate": certificate["completed_at"].isoformat().replace("+00:00", "Z"),
            "credentialSubject": {
                "id": subject,
                "type": ["AchievementSubject"],
                "identifier": [
                    {
                        "type": "IdentityObject",
                        "hashed": False,
                        "identityType": "name",
                        "identityHash": certificate["name"],
                    }
                ],
                "achievement": self._achievement(certificate, names),
            },
            "credentialStatus": self._status_of(certificate),
        }
        return self._signed(credential, made, subject)

    def status_list(self, number: str, indexes: Iterable[int], now: datetime) -> str:
        """The signed list of revoked certificates with this number."""
        url = self._list_url(number)
        credential = {
            "@context": [VC],
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.id,
            "validFrom": now.isoformat().replace("+00:00", "Z"),
            "validUntil": (now + STATUS_KEPT).isoformat().replace("+00:00", "Z"),
            "credentialSubject": {
                "id": f"{url}#list",
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": encoded(indexes),
                "ttl": int(STATUS_KEPT.total_seconds() * 1000),
            },
        }
        return self._signed(credential, now, f"{url}#list", now + STATUS_KEPT)

    def _achievement(self, certificate: Document, names: dict[str, str]) -> Document:
        course, title = certificate["course_id"], title_in(certificate["title"], "en")
        return {
            "id": f"{self._site}/courses/{course}?version={certificate['course_version']}",
            "type": ["Achievement"],
            "achievementType": "Course",
            "name": title,
            "description": f"Completed the course {title} ({certificate['minutes']} minutes).",
            "criteria": {"narrative": "All required resources and the final assessment, judged by evidence."},
            "alignment": [
                {
                    "type": ["Alignment"],
                    "targetName": f"{names.get(id_, id_)}, level {level}",
                    "targetUrl": f"{self._site}/competencies/{id_}",
                    "targetCode": id_,
                }
                for id_, level in sorted(certificate["competencies"].items())
            ],
        }

    def _status_of(self, certificate: Document) -> Document:
        url = self._list_url(certificate["list"])
        return {
            "id": f"{url}#{certificate['index']}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(certificate["index"]),
            "statusListCredential": url,
        }

    def _list_url(self, number: str) -> str:
        return f"{self._api}/badges/status/{number}"

    def _signed(self, credential: Document, at: datetime, subject: str, until: datetime | None = None) -> str:
        claims = credential | {
            "iss": self.id,
            "sub": subject,
            "jti": credential["id"],
            "nbf": int(at.timestamp()),
        }
        if until is not None:
            claims["exp"] = int(until.timestamp())
        headers = {"kid": self._active, "typ": "JWT"}
        return jwt.encode(claims, self._keys[self._active], algorithm="EdDSA", headers=headers)

    def _jwk(self, kid: str) -> dict[str, str]:
        raw = self._keys[kid].public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": "EdDSA"}
