"""KHUR, the state's data exchange: the client, its errors, and beside it a faithful simulator."""

from __future__ import annotations

from actions.khur.approval import Approval
from actions.khur.client import Answer, Khur, KhurClient
from actions.khur.errors import ApprovalNeeded, KhurError, NotFound, Refused, Unavailable
from actions.khur.fields import Fields, Value, field, read_flag, rows
from actions.khur.operations import Operation, groups_of, load_operations

__all__ = [
    "Answer",
    "Approval",
    "ApprovalNeeded",
    "Fields",
    "Khur",
    "KhurClient",
    "KhurError",
    "NotFound",
    "Operation",
    "Refused",
    "Unavailable",
    "Value",
    "field",
    "groups_of",
    "load_operations",
    "read_flag",
    "rows",
]
