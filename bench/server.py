"""The servers that benchmarks measure: this program with a separate KHUR simulator, or nothing.

`python -m bench.server urtuu PORT KHUR_PORT` or `python -m bench.server empty PORT`.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import uvicorn


async def empty(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Read the request and answer `CON ok`: what HTTP alone costs."""
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"CON ok"})


def program(port: int, khur_port: int) -> Any:
    """Return this program in demo mode, its KHUR simulator being another process."""
    from actions.khur.simulator.keys import keys_in  # noqa: PLC0415 - not for "empty"
    from bot.app import assemble, web_app  # noqa: PLC0415 - not for "empty"
    from bot.demo import demo_folder, demo_settings  # noqa: PLC0415 - not for "empty"

    keys = keys_in(demo_folder(os.environ) / "khur")
    settings = demo_settings(
        {**os.environ, "URTUU_PORT": str(port)},
        khur_url=f"http://127.0.0.1:{khur_port}",
        khur_token=keys.token,
        khur_key_pem=keys.private_key_pem,
    )
    return web_app(assemble(settings))


def main() -> None:
    """Serve until killed."""
    port = int(sys.argv[2])
    app = empty if sys.argv[1] == "empty" else program(port, int(sys.argv[3]))
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        ws="none",
        lifespan="off" if sys.argv[1] == "empty" else "on",
    )


if __name__ == "__main__":
    main()
