"""Twilio: its own description of its REST interface, a stateful server, its own signatures.

What the program sends passes prism, which holds every request against Twilio's OpenAPI document
and forwards it to npm `twillio-sms-mock`, which keeps it. What citizens send is posted as Twilio
posts it, signed by the validator of Twilio's Python library for an address behind a proxy.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from interop.conversation import Phone, settled
from interop.errors import PeerError
from interop.peer import Check, Lane, Peer
from interop.places import MODULES, PROGRAMS, PYTHON, executable
from interop.process import HOST, Child, Command, Wire, child, free_port, wire
from interop.program import Site
from interop.versions import npm, pypi

DOOR = "twilio_sms"
SENDER = "+15005550006"
PUBLIC_URL = "https://urtuu.example.mn"
PATH = "/twilio/sms"
SPEC = MODULES / "@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json"
_VIOLATION = re.compile(r"Violation: (request\S* .*)")


def sid(kind: str) -> str:
    """Return an identifier as Twilio makes them, such as SM and 32 hexadecimal digits."""
    return kind + secrets.token_hex(16)


@dataclass
class Twilio:
    """What stands for Twilio."""

    client: httpx.Client
    signer: Wire
    store_url: str
    program_url: str
    account: str

    def sent_to(self, number: str) -> list[dict[str, Any]]:
        """Return the messages that a number was sent, oldest first."""
        stored: list[dict[str, Any]] = self.client.get(f"{self.store_url}/api/messages").json()
        return [message for message in reversed(stored) if message["to"] == number]

    def post(self, path: str, fields: Mapping[str, str], signature: str | None = None) -> int:
        """Call the program as Twilio does; return the status of its answer."""
        if signature is None:
            self.signer.tell(url=f"{PUBLIC_URL}{path}", params=dict(fields))
            signature = str(self.signer.hear("signed")["signature"])
        headers = {"X-Twilio-Signature": signature}
        url = f"{self.program_url}{path}"
        return self.client.post(url, data=dict(fields), headers=headers).status_code

    def message(self, sender: str, text: str, message_sid: str) -> dict[str, str]:
        """Return the fields of an incoming message."""
        return {
            "MessageSid": message_sid,
            "SmsSid": message_sid,
            "SmsMessageSid": message_sid,
            "AccountSid": self.account,
            "From": sender,
            "To": SENDER,
            "Body": text,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsStatus": "received",
            "FromCountry": "MN",
            "FromCity": "",
            "ApiVersion": "2010-04-01",
        }


@dataclass
class TwilioPhone:
    """A phone whose messages come through Twilio."""

    twilio: Twilio
    number: str

    def says(self, text: str) -> str:
        """Return the messages that answer."""
        seen = len(self.twilio.sent_to(self.number))
        fields = self.twilio.message(self.number, text, sid("SM"))
        if (status := self.twilio.post(PATH, fields)) != httpx.codes.OK:
            raise PeerError(f"the program answered {status} to a message")
        if not settled(lambda: len(self.twilio.sent_to(self.number)), seen):
            raise PeerError("no answer came")
        return "\n".join(m["body"] for m in self.twilio.sent_to(self.number)[seen:])


@contextmanager
def _open(site: Site) -> Iterator[Lane]:
    store_port, port, token = free_port(), free_port(), secrets.token_hex(16)
    store: Command = [executable("node"), PROGRAMS / "twilio_store.js", str(store_port)]
    store_url, account = f"http://{HOST}:{store_port}", sid("AC")
    prism: Command = [
        MODULES / ".bin/prism", "proxy", SPEC, store_url,
        "-h", HOST, "-p", str(port), "--cors", "false",
    ]  # fmt: skip
    with (
        wire(store, site.folder) as stored,
        child(prism, site.folder) as proxy,
        wire([PYTHON, PROGRAMS / "twilio_signer.py", token], site.folder) as signer,
        httpx.Client(trust_env=False, timeout=15) as client,
    ):
        stored.hear("ready")
        proxy.wait_for_port(port)
        twilio = Twilio(client, signer, store_url, site.url, account)

        def phone(number: str) -> Phone:
            return TwilioPhone(twilio, number)

        environ = {
            "URTUU_PUBLIC_URL": PUBLIC_URL,
            "URTUU_TWILIO_ACCOUNT": account,
            "URTUU_TWILIO_TOKEN": token,
            "URTUU_TWILIO_FROM": SENDER,
            "URTUU_TWILIO_URL": f"http://{HOST}:{port}",
            "URTUU_TWILIO_RATE": "20",
        }
        yield Lane(environ, {DOOR: phone}, checks=lambda: _checks(twilio, proxy))


def _checks(twilio: Twilio, proxy: Child) -> Iterator[Check]:
    number = "+97688000002"
    sent = twilio.sent_to(number)
    found = sorted(set(_VIOLATION.findall(proxy.log.read_text("utf-8"))))
    yield Check("every request keeps Twilio's own description", not found, "; ".join(found))
    fields = twilio.message(number, "цэс", sid("SM"))
    forged = twilio.post(PATH, fields, signature="Zm9yZ2VkIHNpZ25hdHVyZSE=")
    yield Check("a forged signature is refused", forged == httpx.codes.FORBIDDEN, str(forged))
    report = {
        "MessageSid": sent[-1]["sid"],
        "SmsSid": sent[-1]["sid"],
        "MessageStatus": "delivered",
        "SmsStatus": "delivered",
        "AccountSid": twilio.account,
        "From": SENDER,
        "To": number,
        "ApiVersion": "2010-04-01",
    }
    taken = twilio.post(f"{PATH}/status", report)
    yield Check("a signed status callback is taken", taken in (200, 204), str(taken))
    count = len(twilio.sent_to(number))
    TwilioPhone(twilio, number).says("цэс")
    single = len(twilio.sent_to(number)) - count
    statuses = [twilio.post(PATH, fields) for _ in range(2)]
    settled(lambda: len(twilio.sent_to(number)), count + single)
    double = len(twilio.sent_to(number)) - count - single
    right = set(statuses) == {httpx.codes.OK} and double == single
    yield Check("a message delivered twice is answered once", right, f"{double} of {single}")


PEER = Peer(
    "twilio",
    lambda: (
        f"{npm('@stoplight/prism-cli')} with Twilio's OpenAPI of {npm('@twilio/cli-core')}, "
        f"before {npm('twillio-sms-mock')}; signatures of {pypi('twilio')}"
    ),
    (DOOR,),
    _open,
)
