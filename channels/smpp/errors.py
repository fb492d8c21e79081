"""Errors of the SMPP doors.

ChannelError
└── SmppError          anything the doors raise of their own
    └── Malformed      a PDU, a header or a text that cannot be read; `status` is the answer to it
"""

from __future__ import annotations

from channels.base import ChannelError
from channels.smpp.statuses import Status


class SmppError(ChannelError):
    """Base of every error that the SMPP doors raise on purpose."""


class Malformed(SmppError):
    """What came in cannot be read; the reason holds nothing of its content."""

    def __init__(self, reason: str, status: Status = Status.RX_P_APPN) -> None:
        super().__init__(reason)
        self.status = status
