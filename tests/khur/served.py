"""A running simulator and clients of it, as the tests of this area use them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from actions.khur import Answer, Approval, KhurClient, KhurError, groups_of, load_operations
from actions.khur.envelope import Sendable
from actions.khur.simulator import Keys, State

NLU_DATA = Path(__file__).resolve().parents[2] / "nlu_data"
OPERATIONS = load_operations(NLU_DATA)
CATALOGUE = Path(__file__).with_name("catalogue_operations.txt").read_text("utf-8").split()

RICH = "НЯ84031762"
DRIVER = "ЧП89120357"
HERDER = "ДА71060511"
NOBODY = "БИ99013071"
CARD = "WS100101_getCitizenIDCardInfo"
FINES = "WS100403_getVehiclePenaltyList"

_T = TypeVar("_T")


@dataclass(frozen=True)
class Served:
    """A simulator on a real port."""

    url: str
    keys: Keys
    state: State

    def client(self, timeout_s: float = 4.5) -> KhurClient:
        """A client with the right token and key."""
        return client_of(self.url, self.keys, timeout_s)

    def run(self, use: Callable[[KhurClient], Awaitable[_T]], timeout_s: float = 4.5) -> _T:
        """What `use` returns for a client that is closed afterwards."""
        return run(self.client(timeout_s), use)

    def control(self, method: str, path: str, body: object = None) -> httpx.Response:
        """A control request with the right token."""
        headers = {"Authorization": f"Bearer {self.keys.control_token}"}
        url = f"{self.url}/control/{path}"
        return httpx.request(method, url, headers=headers, json=body)


def client_of(url: str, keys: Keys, timeout_s: float = 4.5) -> KhurClient:
    """A client of any base URL."""
    groups = groups_of(OPERATIONS)
    return KhurClient(url, keys.token, keys.private_key_pem, groups, timeout_s=timeout_s)


def run(client: KhurClient, use: Callable[[KhurClient], Awaitable[_T]]) -> _T:
    """What `use` returns for the client, closed afterwards."""

    async def inner() -> _T:
        try:
            return await use(client)
        finally:
            await client.aclose()

    return asyncio.run(inner())


async def approved(
    client: KhurClient, state: State, regnum: str, operations: Sequence[str]
) -> Approval:
    """The approval of a citizen who read the SMS and typed the code."""
    await client.request_code(regnum, operations)
    return Approval(regnum, state.outbox[-1].code)


async def asked(
    client: KhurClient,
    state: State,
    regnum: str,
    operation: str,
    fields: Mapping[str, Sendable] | None = None,
) -> Answer:
    """The answer to an operation that the citizen approved."""
    approval = await approved(client, state, regnum, [operation])
    return await client.call(operation, {"regnum": regnum, **(fields or {})}, approval)


async def failure(call: Awaitable[object]) -> KhurError:
    """The error a call ends with."""
    try:
        await call
    except KhurError as error:
        return error
    raise AssertionError("the call succeeded")
