"""The values of `command_status` that the doors use (SMPP 3.4, 5.1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

from channels.base import Trouble


class Status(IntEnum):
    """Answers to a PDU."""

    ROK = 0x00
    RINVMSGLEN = 0x01
    RINVCMDLEN = 0x02
    RINVCMDID = 0x03
    RINVBNDSTS = 0x04
    RSYSERR = 0x08
    RINVSRCADR = 0x0A
    RINVDSTADR = 0x0B
    RMSGQFUL = 0x14
    RINVSERTYP = 0x15
    RSUBMITFAIL = 0x45
    RTHROTTLED = 0x58
    RX_T_APPN = 0x64
    """Not now: send it again later."""
    RX_P_APPN = 0x65
    """Never: it cannot be accepted."""
    RX_R_APPN = 0x66
    """Refused: do not send it again."""
    RINVOPTPARSTREAM = 0xC0
    RINVPARLEN = 0xC2
    RINVOPTPARAMVAL = 0xC4


THROTTLES = frozenset({Status.RTHROTTLED, Status.RMSGQFUL})
"""The SMSC asks for a pause."""

REFUSALS: Mapping[int, tuple[str, bool]] = MappingProxyType(
    {
        Status.RINVMSGLEN: ("message_too_long", False),
        Status.RSYSERR: ("provider_error", True),
        Status.RINVSRCADR: ("invalid_sender", False),
        Status.RINVDSTADR: ("invalid_number", False),
        Status.RSUBMITFAIL: ("provider_error", True),
    }
)
"""Status of a submit_sm_resp: our code, and whether to try again. Any other is "refused"."""

TROUBLES: Mapping[Trouble, Status] = MappingProxyType(
    {
        Trouble.BUSY: Status.RX_T_APPN,
        Trouble.LIMITED: Status.RX_R_APPN,
        Trouble.FAILED: Status.RX_P_APPN,
    }
)
"""The answer to a message that the assistant did not take: only a busy one comes again."""
