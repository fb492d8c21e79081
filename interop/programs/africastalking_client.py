"""The provider's own Python client, sending what it is told. Usage: ... BASE_URL API_KEY"""

from __future__ import annotations

import json
import sys

from africastalking.Service import AfricasTalkingException
from africastalking.SMS import SMSService


def main(base: str, api_key: str) -> None:
    """Send one message for each line of input."""
    service = SMSService("live", api_key)
    # The client has no setting for its address.
    service._baseUrl = f"{base}/version1"
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"event": "sent", "answer": service.send(order["text"], [order["to"]])}
        except (AfricasTalkingException, ValueError, RuntimeError) as error:
            answer = {"event": "refused", "error": type(error).__name__}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
