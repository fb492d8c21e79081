"""Signs webhooks as Twilio does, with the validator of Twilio's own library. Usage: ... TOKEN

Each line of input is {"url": …, "params": {…}}; each line of output its signature.
"""

from __future__ import annotations

import json
import sys

from twilio.request_validator import RequestValidator


def main(token: str) -> None:
    """Sign until the input ends."""
    validator = RequestValidator(token)
    for line in sys.stdin:
        order = json.loads(line)
        signature = validator.compute_signature(order["url"], order["params"])
        sys.stdout.write(json.dumps({"event": "signed", "signature": signature}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
