"""Kannel: as an HTTP gateway before its own fake message centre, and before npm `smpp`'s.

Its fake message centre (`fakesmsc`) takes its messages from the command line alone, so that each
message of a citizen is a process of its own; what comes meanwhile waits in Kannel.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import unquote_to_bytes

import httpx

from interop.conversation import Phone, settled
from interop.errors import PeerError
from interop.peer import Check, Lane, Peer
from interop.peers.smpp import SHORT_CODE, Smsc, SmsPhone, joined
from interop.places import PROGRAMS, debian, executable
from interop.process import HOST, Child, Command, child, free_port, wait_until, wire
from interop.program import Site, random_key
from interop.versions import debian as package
from interop.versions import npm

DOOR = "http_gateway"
USER, PASSWORD, ADMIN = "app", secrets.token_hex(8), secrets.token_hex(8)
_LINE = re.compile(r"Got message \d+: <(.*)>$", re.MULTILINE)
_RECEIVED = re.compile(
    r"(?P<sender>\S+) (?P<to>\S+) (?:udh (?P<udh>\S+) )?(?P<kind>text|data|ucs-2) (?P<body>.*)"
)


@dataclass(frozen=True)
class Ports:
    """Where a Kannel listens."""

    admin: int = field(default_factory=free_port)
    boxes: int = field(default_factory=free_port)
    sending: int = field(default_factory=free_port)
    fake: int = field(default_factory=free_port)


def configuration(ports: Ports, centre: str, receive_url: str) -> str:
    """Return Kannel's configuration; `centre` is the group of its message centre."""
    groups = [
        f"""group = core
admin-port = {ports.admin}
admin-interface = {HOST}
admin-password = {ADMIN}
smsbox-port = {ports.boxes}
smsbox-interface = {HOST}
box-allow-ip = "{HOST}"
dlr-storage = internal
sms-combine-concatenated-mo = true
log-level = 1""",
        centre,
        f"""group = smsbox
bearerbox-host = {HOST}
sendsms-port = {ports.sending}
sendsms-interface = {HOST}
mo-recode = true
log-level = 1""",
        f"""group = sendsms-user
username = {USER}
password = {PASSWORD}
max-messages = 10
concatenation = true
user-allow-ip = "{HOST}\"""",
        f"""group = sms-service
keyword = default
get-url = "{receive_url}?from=%p&to=%P&text=%a&charset=%C&id=%I&ts=%T"
catch-all = true
max-messages = 0
omit-empty = true""",
    ]
    return "\n\n".join(groups) + "\n"


@dataclass
class FakeSmsc:
    """Kannel's fake message centre, one process for each message of a citizen."""

    stack: ExitStack
    folder: Path
    port: int
    running: Child | None = None
    ended: str = ""
    """What the processes before the present one have written."""

    def send(self, sender: str, text: str) -> None:
        """Deliver one message."""
        if self.running is not None:
            self.running.stop()
            self.ended += self.running.log.read_text("utf-8", errors="replace")
        command = [debian("fakesmsc"), "-H", HOST, "-r", str(self.port), "-i", "0.1", "-m", "1"]
        message = f"{sender} {SHORT_CODE} text {text}"
        self.running = self.stack.enter_context(child([*command, message], self.folder))

    def received(self, number: str) -> list[str]:
        """Return the whole messages that a number has received, parts put together."""
        return joined(self.parts(number))

    def parts(self, number: str) -> list[dict[str, str | None]]:
        """Return what came for a number, part by part."""
        now = "" if self.running is None else self.running.log.read_text("utf-8", errors="replace")
        parts: list[dict[str, str | None]] = []
        for line in _LINE.findall(self.ended + now):
            if found := _RECEIVED.fullmatch(line):
                parts.append(
                    {
                        "to": found["to"],
                        "text": _text(found["kind"], found["body"]),
                        "udh": unquote_to_bytes(found["udh"]).hex() if found["udh"] else None,
                        "sar": None,
                    }
                )
            elif parts:  # The protocol of the fake message centre knows no line breaks.
                parts[-1]["text"] = f"{parts[-1]['text']}\n{line}"
        return [part for part in parts if str(part["to"]).endswith(number)]


def _text(kind: str, body: str) -> str:
    if kind == "text":
        return body
    octets = unquote_to_bytes(body.replace("+", " "))
    # A part of a long message does not tell its alphabet: our texts in GSM-7 hold no null octet
    # and no high octet of Cyrillic.
    coded = kind == "ucs-2" or b"\x00" in octets or b"\x04" in octets
    return octets.decode("utf-16-be" if coded else "utf-8")


@dataclass
class FakePhone:
    """A phone of the fake message centre; its numbers are the eight digits of home."""

    smsc: FakeSmsc
    number: str

    def says(self, text: str) -> str:
        """Return the messages that answer."""
        seen = len(self.smsc.parts(self.number))
        self.smsc.send(self.number, text)
        if not settled(lambda: len(self.smsc.parts(self.number)), seen):
            raise PeerError("no answer came")
        return "\n".join(joined(self.smsc.parts(self.number)[seen:]))


@contextmanager
def _boxes(site: Site, ports: Ports, centre: str, receive_url: str) -> Iterator[None]:
    config = site.folder / "kannel.conf"
    config.write_text(configuration(ports, centre, receive_url), encoding="utf-8")
    with child([debian("bearerbox"), config], site.folder) as bearer:
        bearer.wait_for_port(ports.boxes)
        with child([debian("smsbox"), config], site.folder) as smsbox:
            smsbox.wait_for_port(ports.sending)
            yield


def _gateway(site: Site, ports: Ports, secret: str, script: str) -> dict[str, str]:
    file = site.folder / "gateways.yml"
    file.write_text(
        f"""gateways:
  - name: kannel
    preset: kannel
    plain: true
    secret: ${{INTEROP_SECRET}}
    script: {script}
    callback: {site.url}
    values:
      base: http://{HOST}:{ports.sending}
      username: {USER}
      password: ${{INTEROP_PASSWORD}}
      from: "{SHORT_CODE}"
""",
        encoding="utf-8",
    )
    return {
        "URTUU_GATEWAYS_FILE": str(file),
        "URTUU_GATEWAYS_KEY": random_key(),
        "INTEROP_SECRET": secret,
        "INTEROP_PASSWORD": PASSWORD,
    }


def _delivered(ports: Ports) -> tuple[int, int]:
    """Return how many messages Kannel has sent, and how many reports wait in it."""
    status = httpx.get(
        f"http://{HOST}:{ports.admin}/status.txt", params={"password": ADMIN}, trust_env=False
    ).text
    sent = re.search(r"SMS: received .*?sent (\d+)", status)
    queued = re.search(r"DLR: .*?(\d+) queued", status)
    return int(sent[1]) if sent else 0, int(queued[1]) if queued else 0


@contextmanager
def _with_fake(site: Site) -> Iterator[Lane]:
    ports, secret = Ports(), secrets.token_urlsafe(24)
    centre = f"""group = smsc
smsc = fake
smsc-id = FAKE
port = {ports.fake}
connect-allow-ip = {HOST}"""
    with ExitStack() as stack:
        stack.enter_context(_boxes(site, ports, centre, f"{site.url}/gateway/kannel/{secret}"))
        smsc = FakeSmsc(stack, site.folder / "fake", ports.fake)

        def phone(number: str) -> Phone:
            return FakePhone(smsc, number.removeprefix("+976"))

        yield Lane(
            _gateway(site, ports, secret, "cyrillic"),
            {DOOR: phone},
            checks=partial(_checks, ports),
        )


@contextmanager
def _with_centre(site: Site) -> Iterator[Lane]:
    ports, secret, password = Ports(), secrets.token_urlsafe(24), secrets.token_hex(4)
    port = free_port()
    centre = f"""group = smsc
smsc = smpp
smsc-id = OPERATOR
host = {HOST}
port = {port}
transceiver-mode = true
smsc-username = "kannel"
smsc-password = "{password}"
system-type = ""
interface-version = 34
source-addr-autodetect = true
reconnect-delay = 1"""
    command: Command = [
        executable("node"),
        PROGRAMS / "smpp_smsc.js",
        str(port),
        password,
    ]
    with wire(command, site.folder) as operator:
        operator.hear("ready")
        smsc = Smsc(operator, "udh8")
        with _boxes(site, ports, centre, f"{site.url}/gateway/kannel/{secret}"):
            wait_until(lambda: smsc.count("bound") > 0, "Kannel's bind")

            def phone(number: str) -> Phone:
                return SmsPhone(smsc, number.removeprefix("+"))

            yield Lane(
                _gateway(site, ports, secret, "latin"),
                {DOOR: phone},
                checks=partial(_checks, ports),
            )


def _checks(ports: Ports) -> Iterator[Check]:
    sent, queued = _delivered(ports)
    yield Check("Kannel has sent the answers", sent > 0, f"{sent} messages")
    yield Check("Kannel has handed over its delivery reports", queued == 0, f"{queued} wait")


_Open = Callable[[Site], Iterator[Lane]]
FAKE = Peer(
    "kannel",
    lambda: f"{package('kannel')} as HTTP gateway, its fakesmsc as message centre",
    (DOOR,),
    _with_fake,
)
CENTRE = Peer(
    "kannel-smpp",
    lambda: f"{package('kannel')} as HTTP gateway and SMPP client of {npm('smpp')}",
    (DOOR,),
    _with_centre,
)
