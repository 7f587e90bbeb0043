"""Whose a mark is: the payload that names a project. Without numpy, since every look at a project's chapters asks."""

import hashlib

VERSION = 1  # raise it when a marked chapter gets other samples
PAYLOAD_BITS = 32


def payload_of(identity: str) -> int:
    """The payload that names a project: the first 32 bits of the SHA-256 of its identity, in UTF-8."""
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[: PAYLOAD_BITS // 8], "big")
