"""`python -m channels.telegram_simulator`: the simulator as a server of its own."""

from __future__ import annotations

import argparse

import uvicorn

from channels.telegram_simulator import (
    SimulatorConfig,
    TelegramNetwork,
    build_telegram_simulator,
)


def main() -> None:
    """Serve the simulator on this machine until interrupted."""
    default = SimulatorConfig()
    parser = argparse.ArgumentParser(
        prog="python -m channels.telegram_simulator",
        description="A stand-in for Telegram's Bot API; people write to the bot by /phone/write.",
    )
    parser.add_argument("--token", default=default.token, help="the bot's token (%(default)s)")
    parser.add_argument("--port", type=int, default=5002, help="port on 127.0.0.1 (%(default)s)")
    options = parser.parse_args()
    app = build_telegram_simulator(TelegramNetwork(SimulatorConfig(token=options.token)))
    uvicorn.run(app, host="127.0.0.1", port=options.port, ws="none", access_log=False)


if __name__ == "__main__":
    main()
