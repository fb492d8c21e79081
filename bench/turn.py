"""Turns per second of a 4-turn USSD session with one KHUR question, against an empty handler.

Dial, ask whether a phone is reported stolen, answer with a wrong IMEI, answer with a right one:
the last turn asks the KHUR simulator, which is a process of its own. The baseline is an ASGI
handler that does nothing, under the same server, client and load, in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.load import Connection, Measured, measure

HOPS = ("", "утасны IMEI хулгайд бүртгэлтэй эсэхийг шалгах", "123", "490154203237518")
READY_TIMEOUT_S = 60.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="urtuu bench turn", description=__doc__)
    parser.add_argument("--sessions", type=int, default=150)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = _measured(Path(folder), options.sessions, options.clients)
    if options.json:
        print(json.dumps(report, indent=1))
        return
    for name in ("urtuu", "urtuu_one_client", "empty_handler"):
        row = report[name]
        print(
            f"{name:18} {row['turns_per_s']:>8} turns/s   p50 {row['p50_ms']} ms   "
            f"p95 {row['p95_ms']} ms   p99 {row['p99_ms']} ms   ({row['turns']} turns)"
        )
    print(f"ratio to an empty ASGI handler: {report['ratio_to_empty_handler']}")


def _measured(folder: Path, sessions: int, clients: int) -> dict[str, Any]:
    port, khur_port, empty_port = _free_ports(3)
    environ = {**os.environ, "URTUU_VAR": str(folder)}
    keys = str(folder / "demo" / "khur")
    khur = ["actions.khur.simulator", "--port", str(khur_port), "--keys", keys]
    commands = [khur, ["bench.server", "urtuu", str(port), str(khur_port)]]
    commands.append(["bench.server", "empty", str(empty_port)])
    running = []
    try:
        for command in commands:
            line = [sys.executable, "-m", *command]
            running.append(subprocess.Popen(line, env=environ, stderr=subprocess.DEVNULL))  # noqa: S603
            _wait_for(int(command[-1]) if command[1] == "empty" else _port_of(command))
        secret = json.loads((folder / "demo" / "keys.json").read_text())["at_secret"]
        return asyncio.run(_compare(port, empty_port, f"/ussd/{secret}", sessions, clients))
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(10)


async def _compare(
    port: int, empty_port: int, path: str, sessions: int, clients: int
) -> dict[str, Any]:
    await _run(port, path, 20, clients, "warm", check=True)
    many = await _run(port, path, sessions, clients, "many", check=True)
    one = await _run(port, path, max(1, sessions // 4), 1, "one", check=True)
    empty = await _run(empty_port, path, sessions * 4, clients, "empty", check=False)
    return {
        "urtuu": asdict(many),
        "urtuu_one_client": asdict(one),
        "empty_handler": asdict(empty),
        "ratio_to_empty_handler": round(many.turns_per_s / empty.turns_per_s, 4),
    }


async def _run(
    port: int, path: str, sessions: int, clients: int, label: str, *, check: bool
) -> Measured:
    free: list[Connection] = [Connection(port) for _ in range(clients)]

    async def session(number: int) -> list[float]:
        connection = free.pop()
        history, seconds = "", []
        for step, hop in enumerate(HOPS):
            history = f"{history}*{hop}" if step > 1 else hop
            form = {
                "sessionId": f"ATUid_{label}_{number}",
                "phoneNumber": f"+9768{hash_of(label)}{number:06d}",
                "networkCode": "99999",
                "serviceCode": "*1111#",
                "text": history,
            }
            status, body, elapsed = await connection.post_form(path, form)
            seconds.append(elapsed)
            if check and (status != 200 or not body.startswith((b"CON ", b"END "))):
                raise SystemExit(f"bench turn: hop {step} answered {status}: {body[:80]!r}")
        if check and "цагдаа эрж".encode() not in body and "бүртгэлд алга".encode() not in body:
            raise SystemExit(f"bench turn: no answer from KHUR: {body.decode()[:120]}")
        free.append(connection)
        return seconds

    return await measure(session, sessions, clients)


def hash_of(label: str) -> int:
    """Return a digit that keeps the phones of two runs apart."""
    return sum(label.encode()) % 10


def _port_of(command: list[str]) -> int:
    return int(command[command.index("--port") + 1]) if "--port" in command else int(command[2])


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"bench turn: nothing listens on port {port} after {READY_TIMEOUT_S:.0f} s")


if __name__ == "__main__":
    main()
