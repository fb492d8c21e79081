"""The gateway's first checks: is the caller the organisation we know, and speaking just now?"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from actions.khur.simulator.settings import SimulatorSettings

STAMP_MAX_DIGITS = 12


class Gate:
    """Checks accessToken, timeStamp and signature."""

    def __init__(self, settings: SimulatorSettings) -> None:
        """Raise ValueError unless the settings hold an RSA public key in PEM."""
        key = load_pem_public_key(settings.public_key_pem)
        if not isinstance(key, RSAPublicKey):
            raise ValueError("the simulator's public key must be an RSA key in PEM")
        self._key = key
        self._settings = settings

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether all three headers are there and right."""
        token, stamp, signature = (
            headers.get(name, "") for name in ("accessToken", "timeStamp", "signature")
        )
        return (
            hmac.compare_digest(token.encode(), self._settings.token.encode())
            and self._is_fresh(stamp)
            and self._is_signed(f"{token}.{stamp}", signature)
        )

    def _is_fresh(self, stamp: str) -> bool:
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= STAMP_MAX_DIGITS):
            return False
        return abs(self._settings.clock() - int(stamp)) <= self._settings.clock_skew_max_s

    def _is_signed(self, text: str, signature: str) -> bool:
        try:
            raw = base64.b64decode(signature, validate=True)
            self._key.verify(raw, text.encode(), PKCS1v15(), hashes.SHA256())
        except (binascii.Error, InvalidSignature, ValueError):
            return False
        return True
