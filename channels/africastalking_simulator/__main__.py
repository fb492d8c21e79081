"""`python -m channels.africastalking_simulator`: the simulator as a server of its own."""

from __future__ import annotations

import argparse

import uvicorn

from channels.africastalking_simulator import SimulatorConfig, build_at_simulator


def main() -> None:
    """Serve the simulator on this machine until interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m channels.africastalking_simulator",
        description="A stand-in for Africa's Talking: phones in JSON, the rest in its wire form.",
    )
    parser.add_argument("--ussd-url", required=True, help="our USSD webhook, with its secret")
    parser.add_argument("--sms-url", required=True, help="our SMS webhook, with its secret")
    parser.add_argument("--username", default="sandbox", help="account name (%(default)s)")
    parser.add_argument("--api-key", default="simulator-key", help="its key (%(default)s)")
    parser.add_argument("--ussd-code", default="*1111#", help="code to dial (%(default)s)")
    parser.add_argument("--sms-code", default="141111", help="number to write to (%(default)s)")
    parser.add_argument("--port", type=int, default=5001, help="port on 127.0.0.1 (%(default)s)")
    options = parser.parse_args()
    config = SimulatorConfig(
        ussd_url=options.ussd_url,
        sms_url=options.sms_url,
        username=options.username,
        api_key=options.api_key,
        ussd_code=options.ussd_code,
        sms_code=options.sms_code,
        controls=True,
    )
    uvicorn.run(build_at_simulator(config), host="127.0.0.1", port=options.port, ws="none")


if __name__ == "__main__":
    main()
