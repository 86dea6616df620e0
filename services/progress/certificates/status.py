"""The bits of a W3C Bitstring Status List: one per certificate, set when it was revoked."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterable

BITS = 131_072  # The least that the specification allows, so that an index tells nothing about a person.


def encoded(indexes: Iterable[int]) -> str:
    """The list with these bits set: multibase base64url of the gzipped bits, most significant first."""
    bits = bytearray(BITS // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decoded(text: str) -> set[int]:
    """The indexes of the bits that are set, as a verifier reads them."""
    packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
    bits = gzip.decompress(packed)
    return {at * 8 + bit for at, byte in enumerate(bits) if byte for bit in range(8) if byte & (0x80 >> bit)}
