"""KHUR within a turn: all calls of one turn together end before the provider gives up on us."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from actions.khur.approval import Approval
from actions.khur.client import Answer, Khur
from actions.khur.envelope import Sendable
from actions.khur.errors import Unavailable
from bot.context import current


class WithinTurn:
    """A KHUR client whose calls raise Unavailable when the running turn's time is up."""

    def __init__(self, khur: Khur) -> None:
        self._khur = khur

    async def call(
        self,
        operation: str,
        fields: Mapping[str, Sendable],
        approval: Approval | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Answer:
        """As `Khur.call`; a call that acts carries the message's id as idempotency key."""
        async with _in_time(operation):
            return await self._khur.call(
                operation, fields, approval, idempotency_key=idempotency_key
            )

    async def request_code(self, register_number: str, operations: Sequence[str]) -> None:
        """As `Khur.request_code`."""
        async with _in_time("request_code"):
            await self._khur.request_code(register_number, operations)

    async def check_code(self, register_number: str, code: str) -> bool:
        """As `Khur.check_code`."""
        async with _in_time("check_code"):
            return await self._khur.check_code(register_number, code)


@asynccontextmanager
async def _in_time(operation: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout_at(current().deadline):
            yield
    except TimeoutError as error:
        raise Unavailable(f"{operation}: the turn's time is up") from error
