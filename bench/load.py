"""A small HTTP client for load on loopback: one connection per simulated phone network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode


class Connection:
    """One kept-alive HTTP/1.1 connection; far cheaper than a general client."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post_form(self, path: str, form: dict[str, str]) -> tuple[int, bytes, float]:
        """Return status, body and seconds of one form POST."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        body = urlencode(form).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        started = time.perf_counter()
        writer.write(head.encode() + body)
        header = await reader.readuntil(b"\r\n\r\n")
        content = await _content(reader, header)
        return int(header[9:12]), content, time.perf_counter() - started


async def _content(reader: asyncio.StreamReader, header: bytes) -> bytes:
    fields = dict(
        line.lower().split(b": ", 1) for line in header.split(b"\r\n")[1:] if b": " in line
    )
    if fields.get(b"transfer-encoding") == b"chunked":
        whole = b""
        while size := int((await reader.readline()).strip(), 16):
            whole += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return whole
    return await reader.readexactly(int(fields.get(b"content-length", b"0")))


@dataclass(frozen=True)
class Measured:
    """Latencies in milliseconds and throughput of one run."""

    turns: int
    turns_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


async def measure(
    session: Callable[[int], Awaitable[list[float]]], sessions: int, clients: int
) -> Measured:
    """Return what `sessions` sessions cost when `clients` run at a time.

    `session(number)` runs one and returns the seconds of each of its turns.
    """
    numbers = iter(range(sessions))
    seconds: list[float] = []

    async def client() -> None:
        for number in numbers:
            seconds.extend(await session(number))

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    elapsed = time.perf_counter() - started
    ordered = sorted(seconds)

    def quantile(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 2)

    return Measured(
        len(seconds),
        round(len(seconds) / elapsed, 1),
        quantile(0.5),
        quantile(0.95),
        quantile(0.99),
    )
