"""Two message centres that others wrote, npm `smpp` and Perl Net::SMPP, for SMS and for USSD."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.text.pages import Script
from interop.conversation import ANSWER_LIMIT_S, Phone, settled
from interop.errors import Disagreement, PeerError
from interop.peer import Check, Lane, Peer
from interop.places import PROGRAMS, executable
from interop.process import HOST, Command, Wire, free_port, wait_until, wire
from interop.program import Site
from interop.versions import debian, npm

SHORT_CODE, USSD_CODE = "141111", "*1111#"
DOORS = ("smpp_sms", "smpp_ussd")
PSSR_INDICATION, USSR_REQUEST, PSSR_RESPONSE, USSR_CONFIRM = 1, 2, 17, 18
"""`ussd_service_op` of SMPP 3.4, 5.3.2.44."""
ROK, BUSY = 0x00, frozenset({0x14, 0x58, 0x64})
"""Done; and "later", after which a message centre delivers again."""
_UCS2, _GSM7 = 8, 0
_USSD_UCS2, _USSD_GSM7 = 0x48, 0x0F
_SAME_AGAIN_S = 1.2
"""The program takes the same keys that come sooner for a repetition; nobody reads so quickly."""
_PART_CHARS = 30
"""Messages of citizens are cut far below what a part holds, so that many come in parts."""
_RETRY_S = 1.0
_MORE = "98 "


@dataclass
class Smsc:
    """A message centre to which the program is bound."""

    wire: Wire
    parts: str
    """How long messages are cut: `udh8` or `sar`."""
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    references: Iterator[int] = field(default_factory=lambda: itertools.cycle(range(1, 256)))

    def submits(self, to: str, service: str) -> list[dict[str, Any]]:
        """Return what the program has sent to a number, in order."""
        return [
            event
            for event in list(self.wire.seen)
            if event["event"] == "submit" and event["to"] == to and event["service"] == service
        ]

    def count(self, kind: str, **fields: Any) -> int:
        """Return how many events of a kind have these values."""
        return sum(
            event["event"] == kind and all(event[name] == value for name, value in fields.items())
            for event in list(self.wire.seen)
        )

    def deliver(self, fields: dict[str, Any]) -> None:
        """Deliver a message as often as the program asks for it. Raises PeerError."""
        deadline_s = time.monotonic() + ANSWER_LIMIT_S
        while (status := self._deliver(fields)) in BUSY and time.monotonic() < deadline_s:
            time.sleep(_RETRY_S)
        if status != ROK:
            raise PeerError(f"the program answered a delivery with status {status:#x}")

    def _deliver(self, fields: dict[str, Any]) -> int:
        delivery = next(self.ids)
        self.wire.tell(do="deliver", id=delivery, fields=fields)
        wait_until(lambda: self.count("taken", id=delivery) > 0, "a response", ANSWER_LIMIT_S)
        taken = [e for e in self.wire.seen if e["event"] == "taken" and e["id"] == delivery]
        return int(taken[0]["status"])

    def send(self, sender: str, text: str) -> None:
        """Deliver a text message, in parts where it is long."""
        coding = _GSM7 if text.isascii() else _UCS2
        fields = {
            "source_addr": sender,
            "source_addr_ton": 1,
            "source_addr_npi": 1,
            "destination_addr": SHORT_CODE,
            "data_coding": coding,
        }
        chunks = [text[at : at + _PART_CHARS] for at in range(0, len(text), _PART_CHARS)]
        if len(chunks) == 1:
            self.deliver({**fields, "text": text})
            return
        reference = next(self.references)
        for number, chunk in enumerate(chunks, 1):
            part = self._part(reference, len(chunks), number)
            self.deliver({**fields, **part, "text": chunk})

    def _part(self, reference: int, total: int, number: int) -> dict[str, Any]:
        if self.parts == "sar":
            return {
                "sar_msg_ref_num": reference,
                "sar_total_segments": total,
                "sar_segment_seqnum": number,
            }
        return {"udh": f"050003{reference:02x}{total:02x}{number:02x}", "esm_class": 0x40}


@dataclass
class SmsPhone:
    """A phone that writes text messages."""

    smsc: Smsc
    number: str

    def says(self, text: str) -> str:
        """Return the messages that answer."""
        seen = len(self._received())
        self.smsc.send(self.number, text)
        if not settled(lambda: len(self._received()), seen):
            raise PeerError("no answer came")
        return "\n".join(joined(self._received()[seen:]))

    def _received(self) -> list[dict[str, Any]]:
        return self.smsc.submits(self.number, "")


def joined(submits: list[dict[str, Any]]) -> list[str]:
    """Return the whole messages. Raises Disagreement where a part of one is missing."""
    whole: dict[Any, dict[int, str]] = {}
    totals: dict[Any, int] = {}
    for place, submit in enumerate(submits):
        reference, total, number = _part_of(submit) or (f"alone {place}", 1, 1)
        totals[reference] = total
        whole.setdefault(reference, {})[number] = submit["text"]
    for reference, parts in whole.items():
        if sorted(parts) != list(range(1, totals[reference] + 1)):
            raise Disagreement(f"of {totals[reference]} parts came {sorted(parts)}")
    return ["".join(parts[number] for number in sorted(parts)) for parts in whole.values()]


def _part_of(submit: dict[str, Any]) -> tuple[Any, int, int] | None:
    if submit["sar"]:
        reference, total, number = submit["sar"]
        return reference, total, number
    if submit["udh"] is None:
        return None
    header = bytes.fromhex(submit["udh"])
    if header[1] not in (0x00, 0x08):
        raise Disagreement(f"the header {submit['udh']} is not of concatenation")
    return header[3:-2], header[-2], header[-1]


@dataclass
class UssdPhone:
    """A phone that dials where no session is open, and reads an answer to its end."""

    smsc: Smsc
    number: str
    dialogs: Iterator[int]
    dialog: int = 0
    is_open: bool = False
    last: str = ""

    def says(self, text: str) -> str:
        """Return all pages of the answer."""
        if not self.is_open:
            self.dialog = next(self.dialogs)
            self._hop(PSSR_INDICATION, USSD_CODE)
        pages = [self._hop(USSR_CONFIRM, text)]
        while _MORE in pages[-1] and self.is_open:
            pages.append(self._hop(USSR_CONFIRM, "98"))
        return "\n".join(pages)

    def _hop(self, op: int, text: str) -> str:
        if text == self.last:
            time.sleep(_SAME_AGAIN_S)
        self.last = text
        seen = len(self.smsc.submits(self.number, "USSD"))
        self.smsc.deliver(
            {
                "service_type": "USSD",
                "source_addr": self.number,
                "source_addr_ton": 1,
                "source_addr_npi": 1,
                "destination_addr": USSD_CODE,
                "data_coding": _USSD_GSM7 if text.isascii() else _USSD_UCS2,
                "text": text,
                "ussd_service_op": op,
                "its_session_info": f"{self.dialog:02x}00",
            }
        )
        received: Callable[[], int] = lambda: len(self.smsc.submits(self.number, "USSD"))  # noqa: E731
        wait_until(lambda: received() > seen, "a USSD page", ANSWER_LIMIT_S)
        page = self.smsc.submits(self.number, "USSD")[seen]
        if page["op"] not in (USSR_REQUEST, PSSR_RESPONSE):
            raise Disagreement(f"a page came as operation {page['op']}")
        if int(page["session"][:2], 16) != self.dialog:
            raise Disagreement(f"a page of session {page['session']} in session {self.dialog}")
        self.is_open = page["op"] == USSR_REQUEST
        return str(page["text"])


def _open(interpreter: str, program: str, parts: str, script: Script) -> Callable[[Site], Any]:
    @contextmanager
    def opened(site: Site) -> Iterator[Lane]:
        port, password = free_port(), secrets.token_hex(4)
        command: Command = [executable(interpreter), PROGRAMS / program, str(port), password]
        with wire(command, site.folder) as centre:
            centre.hear("ready")
            smsc, dialogs = Smsc(centre, parts), itertools.cycle(range(1, 255))

            def sms(number: str) -> Phone:
                return SmsPhone(smsc, number.removeprefix("+"))

            def ussd(number: str) -> Phone:
                return UssdPhone(smsc, number.removeprefix("+"), dialogs)

            environ = {
                "URTUU_SMPP_HOST": HOST,
                "URTUU_SMPP_PORT": str(port),
                "URTUU_SMPP_SYSTEM_ID": "urtuu",
                "URTUU_SMPP_PASSWORD": password,
                "URTUU_SMPP_SOURCE": SHORT_CODE,
                "URTUU_SMPP_CONCATENATION": parts,
                "URTUU_SMPP_DIALECT": "standard",
                "URTUU_SMPP_CODE": USSD_CODE,
                "URTUU_SMPP_TLS": "off",
                "URTUU_SMPP_SCRIPT": script,
                "URTUU_SMPP_SCREEN": script,
            }
            yield Lane(
                environ,
                {"smpp_sms": sms, "smpp_ussd": ussd},
                ready=lambda: wait_until(lambda: smsc.count("bound") > 0, "the bind"),
                checks=lambda: _checks(smsc, script, cuts=script == "cyrillic"),
            )

    return opened


def _checks(smsc: Smsc, script: Script, *, cuts: bool) -> Iterator[Check]:
    sent = [event for event in smsc.wire.seen if event["event"] == "submit"]
    parts = sum(_part_of(event) is not None for event in sent)
    yield Check("long answers leave in parts", parts > 1, f"{parts} parts")
    gsm7 = sum(event["coding"] in (_GSM7, _USSD_GSM7) for event in sent)
    right = gsm7 == len(sent) if script == "latin" else gsm7 < len(sent)
    yield Check(f"a {script} route has its alphabet", right, f"{gsm7} of {len(sent)} in GSM-7")
    due = [event["id"] for event in sent if event["receipt"]]
    taken = sum(smsc.count("receipt", id=each, status=ROK) for each in due)
    right = 0 < taken == len(due)
    yield Check("every delivery receipt is taken", right, f"{taken} of {len(due)}")
    if cuts:
        yield from _hardships(smsc)


def _hardships(smsc: Smsc) -> Iterator[Check]:
    phone = SmsPhone(smsc, "97688000001")
    smsc.wire.tell(do="throttle", count=1)
    yield Check("a throttled message is sent again", bool(phone.says("цэс")))
    bound = smsc.count("bound")
    smsc.wire.tell(do="cut")
    wait_until(lambda: smsc.count("bound") > bound, "the second bind")
    yield Check("after a cut it binds again and answers", bool(phone.says("тусламж")))


NODE = Peer(
    "smpp-node",
    lambda: f"{npm('smpp')} as message centre",
    DOORS,
    _open("node", "smpp_smsc.js", "udh8", "cyrillic"),
)
PERL = Peer(
    "smpp-perl",
    lambda: f"{debian('libnet-smpp-perl')} (Net::SMPP) as message centre",
    DOORS,
    _open("perl", "smpp_smsc.pl", "sar", "latin"),
)
