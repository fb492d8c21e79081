"""The three headers by which KHUR knows an organisation.

The signature is base64 of RSA PKCS#1 v1.5 over SHA-256 of "{accessToken}.{timeStamp}", as in the
official XypSign sample.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key


class Signer:
    """Signs each call with the organisation's token and private key."""

    def __init__(self, token: str, private_key_pem: bytes, clock: Callable[[], float]) -> None:
        """Take a PEM key without password; raise ValueError unless it is an RSA key."""
        key = load_pem_private_key(private_key_pem, password=None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("the KHUR private key must be an RSA key in PEM")
        self._token = token
        self._key = key
        self._clock = clock

    def __repr__(self) -> str:
        return "Signer(***)"

    def headers(self) -> dict[str, str]:
        """Return accessToken, timeStamp (Unix seconds) and signature for a call made now."""
        stamp = str(int(self._clock()))
        signature = self._key.sign(f"{self._token}.{stamp}".encode(), PKCS1v15(), hashes.SHA256())
        return {
            "accessToken": self._token,
            "timeStamp": stamp,
            "signature": base64.b64encode(signature).decode("ascii"),
        }
