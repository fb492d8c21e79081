"""Errors of the KHUR gateway.

KhurError
├── Unavailable      no usable answer: network, deadline, 801, 802, HTTP error, not XML (retry)
├── NotFound         1: the agency has no record (do not retry)
├── ApprovalNeeded   200-202: the citizen has not approved this call (ask for a code)
└── Refused          any other code: our access, our request or the code is not accepted

No message holds a personal value, nor `resultMessage`, which may hold one.
Source of the codes: the KHUR 1.5.0 portal; 203 for a wrong code is the simulator's reading of it.
"""

from __future__ import annotations

from bot.errors import UrtuuError


class KhurError(UrtuuError):
    """Base of every failure of a KHUR call."""

    def __init__(
        self, message: str, *, code: int | None = None, request_id: str | None = None
    ) -> None:
        """Keep the gateway's `resultCode` and `requestId`, None where it gave none."""
        super().__init__(message)
        self.code = code
        self.request_id = request_id


class Unavailable(KhurError):
    """The gateway or the agency behind it gave no usable answer in time."""

    retryable = True


class NotFound(KhurError):
    """The agency answered that it has no record."""


class ApprovalNeeded(KhurError):
    """The operation needs the citizen's one-time code."""


class Refused(KhurError):
    """The gateway does not accept the call: token, signature, code, input or its own error."""


_CLASS_OF_CODE: dict[int, type[KhurError]] = {
    1: NotFound,
    200: ApprovalNeeded,
    201: ApprovalNeeded,
    202: ApprovalNeeded,
    801: Unavailable,
    802: Unavailable,
}


def error_of_code(code: int, operation: str, request_id: str | None) -> KhurError:
    """The error that stands for a `resultCode` other than 0."""
    kind = _CLASS_OF_CODE.get(code, Refused)
    return kind(f"{operation}: result code {code}", code=code, request_id=request_id)
