"""The addresses that gateways report to: each names one message of ours and is signed by us.

A gateway such as Kannel signs nothing, so who learns the secret of the path could otherwise report
on messages that were never theirs.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

OWN_ID = re.compile(r"[0-9a-f]{32}")
ID_FIELD, SIGNATURE_FIELD = "urtuu_id", "urtuu_sig"


def own_id(gateway: str, dedupe_key: str) -> str:
    """Our id of a message, 32 hexadecimal digits; the same for the same message."""
    return hashlib.sha256(f"{gateway}\0{dedupe_key}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class ReportAddress:
    """Where one gateway reports."""

    url: str = field(repr=False)
    """Without a query; it holds the secret of the path."""
    gateway: str
    key: bytes = field(repr=False)

    def of(self, message_id: str) -> str:
        """The address of one message."""
        query = {ID_FIELD: message_id, SIGNATURE_FIELD: self._signature(message_id)}
        return f"{self.url}?{urlencode(query)}"

    def is_ours(self, message_id: str, signature: str) -> bool:
        """Whether we gave out this address."""
        right = self._signature(message_id).encode()
        given = signature.encode(errors="replace")
        return bool(OWN_ID.fullmatch(message_id)) and hmac.compare_digest(right, given)

    def _signature(self, message_id: str) -> str:
        signed = f"{self.gateway}\0{message_id}".encode()
        return hmac.new(self.key, signed, hashlib.sha256).hexdigest()[:32]
