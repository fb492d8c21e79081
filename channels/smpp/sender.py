"""Sends SMS over the link: one submit_sm for each part of a text."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels.base import SendFailed
from channels.smpp.addresses import INTERNATIONAL, ISDN, wire_number
from channels.smpp.parts import Concatenation, Part, parts_of
from channels.smpp.thread import Submits

_WITH_RECEIPT = 0x01
"""registered_delivery: a receipt for the final outcome, good or bad (SMPP 3.4, 5.2.17)."""


@dataclass(frozen=True)
class Origin:
    """Whom messages come from, and how their parts are joined."""

    address: str
    """Short code, number or name."""
    ton: int = 0
    npi: int = 0
    concatenation: Concatenation = "udh8"
    receipts: bool = True
    budget_s: float = 25
    """What one message may take, throttling included: less than half of the outbox's lease."""


class SmppSender:
    """Satisfies channels.base.Sender."""

    def __init__(self, link: Submits, origin: Origin) -> None:
        self._link = link
        self._origin = origin

    async def send(self, address: str, body: Any, dedupe_key: str) -> str:
        """The SMSC's id of the message's last part, the only one to ask a receipt for.

        The reference that joins the parts comes from `dedupe_key`, so that a telephone which gets
        them twice after a retry shows the message once. Raises SendFailed.
        """
        reference = int.from_bytes(hashlib.sha256(dedupe_key.encode()).digest()[:2], "big")
        try:
            parts = parts_of(str(body), self._origin.concatenation, reference)
        except ValueError as error:
            raise SendFailed("does_not_fit", retryable=False) from error
        provider_id, sent = "", 0
        try:
            async with asyncio.timeout(self._origin.budget_s):
                for part in parts:
                    is_last = sent == len(parts) - 1
                    fields = self._fields(address, part, with_receipt=is_last)
                    provider_id = await self._link.submit(fields, part.tlvs)
                    sent += 1
        except TimeoutError as error:
            raise SendFailed("no_answer", retryable=True, maybe_sent=True) from error
        except SendFailed as error:
            raise _after(error, sent) from error
        return provider_id

    def _fields(
        self, address: str, part: Part, *, with_receipt: bool
    ) -> Mapping[str, int | str | bytes]:
        origin = self._origin
        return {
            "source_addr_ton": origin.ton,
            "source_addr_npi": origin.npi,
            "source_addr": origin.address,
            "dest_addr_ton": INTERNATIONAL,
            "dest_addr_npi": ISDN,
            "destination_addr": wire_number(address),
            "esm_class": part.esm_class,
            "registered_delivery": _WITH_RECEIPT if with_receipt and origin.receipts else 0,
            "data_coding": part.coding,
            "sm_length": len(part.octets),
            "short_message": part.octets,
        }


def _after(error: SendFailed, sent: int) -> SendFailed:
    """The failure of a message of which some parts have left already."""
    return SendFailed(
        error.code,
        retryable=error.retryable,
        maybe_sent=error.maybe_sent or sent > 0,
        retry_after_s=error.retry_after_s,
    )
