"""Personal values at rest: sealed bytes and keyed look-up hashes.

A sealed value is `1 byte key-id length | key id | 12 bytes nonce | AES-256-GCM text and tag`. The
context (table, column and the row's own key) is associated data, so a sealed value copied into
another column or row does not open there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import UrtuuError

_KEY_BYTES = 32
_NONCE_BYTES = 12  # the nonce length GCM is defined for: NIST SP 800-38D, 5.2.1.1
_PEPPER_MIN_BYTES = 16
_KEY_ID_MAX_BYTES = 32


class VaultError(UrtuuError):
    """A sealed value does not open (wrong key, wrong place or altered), or a key is unusable."""


class Vault:
    """Seals with the current key, opens with any known key, and hashes with the pepper."""

    __slots__ = ("_ciphers", "_current", "_nonce", "_pepper")

    def __init__(
        self,
        keys: Mapping[str, bytes],
        current: str,
        pepper: bytes,
        *,
        nonce: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Take 32-byte keys by id, the id that seals, and a pepper of 16 bytes or more.

        Raises VaultError when a key, the current id or the pepper is unusable.
        """
        if current not in keys:
            raise VaultError(f"current key {current!r} is not among the keys")
        for key_id, key in keys.items():
            if not 0 < len(key_id.encode()) <= _KEY_ID_MAX_BYTES:
                raise VaultError("a key id has 1 to 32 bytes")
            if len(key) != _KEY_BYTES:
                raise VaultError(f"key {key_id!r} must have {_KEY_BYTES} bytes, has {len(key)}")
        if len(pepper) < _PEPPER_MIN_BYTES:
            raise VaultError(f"the pepper must have at least {_PEPPER_MIN_BYTES} bytes")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._current = current
        self._pepper = pepper
        self._nonce = nonce

    def __repr__(self) -> str:
        return f"Vault(keys={len(self._ciphers)}, current={self._current!r})"

    def seal(self, plain: bytes, context: str) -> bytes:
        """Return `plain` sealed for `context` with the current key."""
        key_id, nonce = self._current.encode(), self._nonce(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, plain, context.encode())
        return bytes([len(key_id)]) + key_id + nonce + sealed

    def open(self, sealed: bytes, context: str) -> bytes:
        """Return what `seal` was given. Raises VaultError."""
        start = 1 + (sealed[0] if sealed else 0)
        key_id = sealed[1:start].decode("utf-8", "replace")
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise VaultError(f"a sealed value of {_place(context)} needs a key that is not given")
        nonce, body = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, body, context.encode())
        except (InvalidTag, ValueError) as error:
            place = _place(context)
            raise VaultError(f"a sealed value of {place} was altered or moved") from error

    def seal_json(self, value: object, context: str) -> bytes:
        """Return `value` as compressed JSON, sealed."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self.seal(zlib.compress(text.encode()), context)

    def open_json(self, sealed: bytes, context: str) -> Any:
        """Return what `seal_json` was given, as JSON types. Raises VaultError."""
        return json.loads(zlib.decompress(self.open(sealed, context)))

    def lookup(self, kind: str, value: str) -> str:
        """Return the HMAC-SHA256 of `value` as 64 hex digits; kinds never share a hash."""
        message = f"{kind}\0{value}".encode()
        return hmac.new(self._pepper, message, hashlib.sha256).hexdigest()


def _place(context: str) -> str:
    """Return the column of a context, without the row's key."""
    return context.partition("|")[0]
