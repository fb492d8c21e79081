"""Africa's Talking: nobody publishes its network, so ours is first tried by what others wrote.

The simulated network (channels/africastalking_simulator) is read by two independent callback
applications, npm `africastalking` and npm `ussd-menu-builder`, and is written to by the provider's
own Python client; then it carries the conversations.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx

from actions.khur.simulator.serve import serve_in_thread
from channels.africastalking_simulator import SimulatorConfig, build_at_simulator
from interop.conversation import settled
from interop.errors import PeerError
from interop.peer import Check, Lane, Peer, PhoneOf
from interop.places import PROGRAMS, PYTHON, executable
from interop.process import HOST, free_port, wait_until, wire
from interop.program import Site
from interop.versions import npm, pypi

API_KEY = "the-key-of-this-run"
DOORS = ("africastalking_ussd", "africastalking_sms")
PHONE = "+97699112233"
_MORE = "98 "
_SECRET_BYTES = 32
_DELIVERY_S = 5.0


@dataclass
class Network:
    """The JSON interface of the simulated network."""

    client: httpx.Client

    def post(self, path: str, **data: Any) -> dict[str, Any]:
        """Return the answer to one order. Raises PeerError."""
        response = self.client.post(path, json=data)
        if not response.is_success:
            raise PeerError(f"the network answered {response.status_code} to {path}")
        answer: dict[str, Any] = response.json()
        return answer

    def inbox(self, phone: str) -> list[str]:
        """Return the texts that a phone has received, oldest first."""
        answer = self.client.get("/phone/inbox", params={"phone": phone}).json()
        return [message["text"] for message in answer["messages"]]

    def has(self, phone: str, text: str) -> bool:
        """Return whether a phone has received a text."""
        return text in self.inbox(phone)

    def violations(self) -> list[str]:
        """Return what our answers did against the provider's rules."""
        found = self.client.get("/violations").json()["violations"]
        return [f"{each['code']} {each['detail']}" for each in found]


@dataclass
class UssdPhone:
    """A phone that dials where no session is open, and reads an answer to its end."""

    network: Network
    number: str
    session: str | None = None

    def says(self, text: str) -> str:
        """Return all pages of the answer."""
        if self.session is None:
            self._show(self.network.post("/phone/dial", phone=self.number, code="*1111#"))
        pages = [self._press(text)]
        while _MORE in pages[-1] and self.session is not None:
            pages.append(self._press("98"))
        return "\n".join(pages)

    def _press(self, keys: str) -> str:
        return self._show(self.network.post("/phone/keys", session=self.session, text=keys))

    def _show(self, page: dict[str, Any]) -> str:
        if page["error"] or page["violations"]:
            raise PeerError(f"the network found {page['error']} {page['violations']}")
        self.session = page["session"] if page["open"] else None
        return str(page["text"])


@dataclass
class SmsPhone:
    """A phone that writes text messages."""

    network: Network
    number: str

    def says(self, text: str) -> str:
        """Return the messages that answer."""
        seen = len(self.network.inbox(self.number))
        sent = self.network.post("/phone/sms", phone=self.number, text=text)
        if not sent["sent"]:
            raise PeerError(f"the program did not take a message: {sent['error']}")
        if not settled(lambda: len(self.network.inbox(self.number)), seen):
            raise PeerError("no answer came")
        return "\n".join(self.network.inbox(self.number)[seen:])


@contextmanager
def _network(ussd_url: str, sms_url: str) -> Iterator[tuple[Network, str]]:
    config = SimulatorConfig(ussd_url, sms_url, "live", API_KEY, report_delay_s=0.02)
    with (
        serve_in_thread(build_at_simulator(config)) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=15) as client,
    ):
        yield Network(client), url


@contextmanager
def _conversing(site: Site) -> Iterator[Lane]:
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    with _network(f"{site.url}/ussd/{secret}", f"{site.url}/sms/{secret}") as (network, url):
        phones: dict[str, PhoneOf] = {
            "africastalking_ussd": lambda number: UssdPhone(network, number),
            "africastalking_sms": lambda number: SmsPhone(network, number),
        }

        def checks() -> Iterator[Check]:
            found = network.violations()
            yield Check("every answer keeps the provider's rules", not found, "; ".join(found))

        environ = {
            "URTUU_AT_SECRET": secret,
            "URTUU_AT_USERNAME": "live",
            "URTUU_AT_API_KEY": API_KEY,
            "URTUU_AT_URL": url,
        }
        yield Lane(environ, phones, checks=checks)


@contextmanager
def _reading(site: Site) -> Iterator[Lane]:
    port = free_port()
    with ExitStack() as stack:
        apps = stack.enter_context(
            wire([executable("node"), PROGRAMS / "africastalking_apps.js", str(port)], site.folder)
        )
        apps.hear("ready")
        base = f"http://{HOST}:{port}"

        def checks() -> Iterator[Check]:
            for path, title in (("sdk", "africastalking"), ("menu", "ussd-menu-builder")):
                with _network(f"{base}/{path}", f"{base}/sms") as (network, _):
                    yield from _dialogue(network, title)
            with _network(f"{base}/sdk", f"{base}/sms") as (network, url):
                yield from _sending(network, url, site)
                network.post("/phone/sms", phone=PHONE, text="Паспорт авъя, ӨҮ")
                heard = apps.hear("sms")["form"]
                passed = heard["from"] == PHONE and heard["text"] == "Паспорт авъя, ӨҮ"
                yield Check("an incoming message is read by an independent form reader", passed)

        yield Lane({}, {}, checks=checks)


def _dialogue(network: Network, title: str) -> Iterator[Check]:
    page = network.post("/phone/dial", phone=PHONE, code="*1111#")
    yield Check(f"npm {title} opens a session", page["open"] and "1.Паспорт" in page["text"])
    page = network.post("/phone/keys", session=page["session"], text="1")
    yield Check(f"npm {title} is asked again", page["open"] and "Дугаар" in page["text"])
    page = network.post("/phone/keys", session=page["session"], text="99112233")
    ended = not page["open"] and "99112233" in page["text"]
    yield Check(f"npm {title} ends the session", ended and not page["violations"])


def _sending(network: Network, url: str, site: Site) -> Iterator[Check]:
    with wire([PYTHON, PROGRAMS / "africastalking_client.py", url, API_KEY], site.folder) as sdk:
        for text in ("Сайн байна уу, Ө Ү", "Sain baina uu, ö ü"):
            sdk.tell(to=PHONE, text=text)
            answer = sdk.hear("sent")["answer"]
            [recipient] = answer["SMSMessageData"]["Recipients"]
            wait_until(partial(network.has, PHONE, text), "a message", _DELIVERY_S)
            passed = recipient["status"] == "Success" and recipient["number"] == PHONE
            yield Check(f"the provider's own client sends {text!r}", passed)
        sdk.tell(to="99112233", text="а")
        yield Check("the provider's own client reads a refusal", "error" in sdk.hear("refused"))


APPS = Peer(
    "africastalking-apps",
    lambda: (
        f"{npm('africastalking')}, {npm('ussd-menu-builder')} and {pypi('africastalking')}, "
        "reading and writing our simulated network"
    ),
    (),
    _reading,
)
NETWORK = Peer(
    "africastalking",
    lambda: "our simulated network, as tried by africastalking-apps",
    DOORS,
    _conversing,
)
