"""A phone on the wire form of Africa's Talking: posts at the webhooks, reads its inbox."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from channels.africastalking_simulator.ussd import violations

SMS_CODE = "141111"
WAIT_S = 10.0
_POLL_S = 0.05
_TELLING_CHARS = 6
"""A shorter line, such as "1" or "тийм", tells nothing of anybody."""
_CODE = re.compile(r"\b\d{6}\b")


class Reached(Protocol):
    """A program that phones can reach."""

    @property
    def url(self) -> str:
        """Where it answers."""

    @property
    def secret(self) -> str:
        """The last part of the webhooks' paths."""


@dataclass
class Said:
    """What citizens and the program said in a test; none of it may be in a log."""

    words: list[str] = field(default_factory=list)

    def note(self, *words: str) -> None:
        """Remember words of a message."""
        self.words += words

    def is_not_in(self, log: str) -> None:
        """Fail where a log holds a telling part of what was said."""
        lowered = log.lower()
        told = {line.strip() for words in self.words for line in words.lower().splitlines()}
        telling = {line for line in told if len(line) >= _TELLING_CHARS}
        telling |= {line.removeprefix("+976") for line in telling if line.startswith("+976")}
        found = [
            line for line in telling if re.search(rf"(?<!\w){re.escape(line)}(?!\w)", lowered)
        ]
        assert found == []


Inbox = Callable[[str], list[dict[str, Any]]]
"""Returns the messages of a phone, oldest first."""


@dataclass
class Phone:
    """One phone. `inbox` asks the simulated network what the phone has received."""

    program: Reached
    client: httpx.Client
    number: str
    inbox: Inbox
    said: Said = field(default_factory=Said)
    session: str = ""
    history: str = ""
    screen: str = ""
    is_open: bool = False

    # --- USSD

    def dials(self) -> str:
        """Return the first screen of a new session."""
        self.session, self.history, self.is_open = f"ATUid_{uuid.uuid4().hex}", "", True
        return self._hop()

    def presses(self, keys: str) -> str:
        """Return the screen that follows an input."""
        self.history = f"{self.history}*{keys}" if self.history else keys
        self.said.note(keys)
        return self._hop()

    def reads_on(self) -> str:
        """Return the whole answer whose first screen is shown, turning its pages."""
        screens = [self.screen]
        while "98 Цааш" in self.screen:
            screens.append(self.presses("98"))
        return "\n".join(screens)

    def hop_again(self) -> str:
        """Return the screen for the same input, as a provider that lost the answer asks again."""
        return self._hop()

    def post_hop(self) -> httpx.Response:
        """Return the answer of the USSD webhook as it is."""
        form = {
            "sessionId": self.session,
            "phoneNumber": self.number,
            "networkCode": "99999",
            "serviceCode": "*1111#",
            "text": self.history,
        }
        return self.client.post(f"{self.program.url}/ussd/{self.program.secret}", data=form)

    def _hop(self) -> str:
        started_s = time.monotonic()
        response = self.post_hop()
        assert violations(response, time.monotonic() - started_s) == []
        verb, _, self.screen = response.text.partition(" ")
        self.is_open = verb == "CON"
        self.said.note(self.screen)
        return self.screen

    # --- SMS

    def says(self, text: str, message_id: str | None = None) -> str:
        """Return all that is answered to one text message."""
        seen = len(self.answers())
        response = self.post_sms(text, message_id)
        assert response.status_code == httpx.codes.OK, response.status_code
        return self.hears(seen)

    def post_sms(self, text: str, message_id: str | None = None) -> httpx.Response:
        """Return the answer of the SMS webhook as it is."""
        self.said.note(text)
        form = {
            "linkId": "",
            "text": text,
            "to": SMS_CODE,
            "id": message_id or uuid.uuid4().hex,
            "date": "2026-11-23T06:04:45Z",
            "from": self.number,
            "networkCode": "99999",
        }
        return self.client.post(f"{self.program.url}/sms/{self.program.secret}", data=form)

    def hears(self, seen: int) -> str:
        """Return the answers after the first `seen`, once the last of them has come."""
        until(lambda: len(self.answers()) > seen)
        count = 0
        while count != len(self.answers()):
            count = len(self.answers())
            time.sleep(_SETTLE_S)
        heard = self.answers()[seen:]
        self.said.note(*heard)
        return "\n".join(heard)

    def answers(self) -> list[str]:
        """Return the texts that the program has sent to this phone."""
        return [sms["text"] for sms in self.inbox(self.number) if sms["from"] == SMS_CODE]

    def codes(self) -> list[str]:
        """Return the one-time codes that KHUR has sent to this phone."""
        received = [sms["text"] for sms in self.inbox(self.number) if sms["from"] != SMS_CODE]
        return [code for text in received for code in _CODE.findall(text)]

    def code(self, seen: int) -> str:
        """Return the one-time code that comes after the first `seen`."""
        until(lambda: len(self.codes()) > seen)
        self.said.note(self.codes()[-1])
        return self.codes()[-1]


_SETTLE_S = 0.6
"""The parts of one answer follow each other more quickly than this."""


def until(found: Callable[[], bool], limit_s: float = WAIT_S) -> None:
    """Return once it is so."""
    deadline = time.monotonic() + limit_s
    while not found():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(_POLL_S)


def inbox_over_http(client: httpx.Client, base: str) -> Inbox:
    """Return the inboxes of a simulated network that serves phones at `base`."""

    def inbox(phone: str) -> list[dict[str, Any]]:
        answer = client.get(f"{base}/phone/inbox", params={"phone": phone}).json()
        messages: list[dict[str, Any]] = answer["messages"]
        return messages

    return inbox


@contextmanager
def took_at_most(limit_s: float) -> Iterator[None]:
    """Fail where the block takes longer."""
    started = time.monotonic()
    yield
    taken_s = time.monotonic() - started
    assert taken_s <= limit_s, f"{taken_s:.2f} s"
