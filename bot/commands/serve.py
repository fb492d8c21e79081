"""`urtuu serve`: answer messages until stopped."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys

import uvicorn
from starlette.applications import Starlette

from bot.errors import SettingsError

HELP = "serve every configured channel; with --demo among simulators on this machine"
EXAMPLE = "urtuu serve --demo --port 8080"

WS_MAX_BYTES = 64 * 1024
"""Of one WebSocket message: the largest that any channel reads, as over HTTP."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument(
        "--demo", action="store_true", help="made-up citizens, simulated providers"
    )
    parser.add_argument("--port", type=int, help="port to listen on (URTUU_PORT, 8080)")
    parser.add_argument("--host", help="address to listen on (URTUU_HOST, 127.0.0.1)")


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted; return 0."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for name in ("httpx", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    environ = dict(os.environ)
    if options.port is not None:
        environ["URTUU_PORT"] = str(options.port)
    if options.host is not None:
        environ["URTUU_HOST"] = options.host
    _require_model()
    sys.stderr.write("urtuu: loading the model and the catalogue\n")
    if options.demo:
        if options.host not in (None, "127.0.0.1"):
            raise SettingsError("--host: demo mode serves this machine alone (127.0.0.1)")
        asyncio.run(_serve_demo(environ))
    else:
        asyncio.run(_serve(environ))
    return 0


def _require_model() -> None:
    from bot.training import model_path  # noqa: PLC0415 - quick to import, so checked first

    if not model_path().exists():
        raise SettingsError(f"no trained model at {model_path()}; run `urtuu train`")


async def _serve(environ: dict[str, str]) -> None:
    from bot.settings import read_settings  # noqa: PLC0415 - not in demo mode

    settings = read_settings(environ)
    from bot.app import assemble, web_app  # noqa: PLC0415 - Rasa takes seconds to import

    app = web_app(assemble(settings))
    await _server(app, settings.host, settings.port).serve()


async def _serve_demo(environ: dict[str, str]) -> None:
    from bot.demo_app import demo  # noqa: PLC0415 - Rasa takes seconds to import

    running = demo(environ)
    settings = running.assembly.settings
    await running.assembly.start()
    await running.seed()
    async with running.khur_running():
        sys.stderr.write(
            f"\n  Phone simulator: http://{settings.host}:{settings.port}/\n"
            f"  Dial {settings.short_code} there. Stop with Ctrl-C.\n\n"
        )
        await _server(running.app, settings.host, settings.port).serve()


def _server(app: Starlette, host: str, port: int) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            ws="wsproto",
            ws_max_size=WS_MAX_BYTES,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=8,
        )
    )
