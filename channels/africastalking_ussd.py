"""USSD in the wire form of Africa's Talking, which several other aggregators have copied.

Source: the USSD callback documented at developers.africastalking.com/docs/ussd/overview and the
end-of-session notification beside it. The provider signs nothing, so the path carries a secret.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from types import MappingProxyType

from starlette.responses import PlainTextResponse, Response

from bot.message import Inbound, Reply, Session
from bot.outcome import Outcome
from bot.text.pages import Screen, Script, paginate
from channels.base import BadRequest, HttpChannel, Posted, Trouble, Turn
from channels.form import Form, read_form, read_keys, read_text
from channels.guard import Gate
from channels.plan import Opened, Plan, Setting, Tools, Values
from channels.sentences import sentence

_MAX_HISTORY_CHARS = 4000
_SERVICE_CODE = re.compile(r"[*#0-9]{2,40}")
_NETWORK_CODE = re.compile(r"[0-9]{0,8}")
_ENDINGS = frozenset({"Success", "Failed", "Incomplete"})
"""`status` of the end-of-session notification: answered to the end, broken, left."""


class AfricasTalkingUssd(HttpChannel):
    """The channel "africastalking_ussd"."""

    name = "africastalking_ussd"
    paged = True
    path = "ussd"

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.notices = MappingProxyType({"events": self._session_ended})

    def compose(self, replies: Sequence[Reply], script: Script | None = None) -> tuple[str, ...]:
        """Pages that each fit the screen; the last reply's choices are the options."""
        text = "\n".join(reply.text for reply in replies)
        labels = [choice.label for choice in replies[-1].choices] if replies else []
        return paginate(text, labels, self._screen.carrying(script))

    def sender(self, posted: Posted) -> str:
        """The telephone number that dials."""
        return read_form(posted).phone("phoneNumber")

    async def parse(self, posted: Posted, turn: Turn) -> Inbound:
        """One hop of a session; `text` of the wire repeats all hops so far, joined by "*"."""
        form = read_form(posted)
        phone, session_id = form.phone("phoneNumber"), form.token("sessionId")
        form.match("serviceCode", _SERVICE_CODE, "a USSD code such as *1111#")
        _optional_network(form)
        history = form.required("text", _MAX_HISTORY_CHARS)
        previous = await turn.history(self.name, session_id)
        hop = _this_hop(history, previous)
        return Inbound(
            channel=self.name,
            address=phone,
            message_id=hashlib.sha256(f"{session_id}\0{history}".encode()).hexdigest(),
            session=Session.NEW if not history or previous is None else Session.RESUME,
            text=read_text(hop),
            keys=read_keys(hop),
            audio=None,
            received_at=posted.received_at,
            session_id=session_id,
            history=history,
        )

    def render(self, outcome: Outcome) -> Response:
        """`CON` with more to come, `END` on the last page of the last answer."""
        last_page = outcome.page == len(outcome.texts) - 1
        verb = "END" if outcome.ends_session and last_page else "CON"
        return PlainTextResponse(f"{verb} {outcome.texts[outcome.page]}")

    def apologise(self, trouble: Trouble) -> Response:
        """`END` with a sentence; status 200, because the provider shows nothing of an error."""
        text = self._screen.written(sentence(self.name, trouble.value))
        return PlainTextResponse(f"END {text}")

    async def _session_ended(self, posted: Posted, turn: Turn) -> None:
        form = read_form(posted)
        if form.required("status", 32) not in _ENDINGS:
            raise BadRequest("field status is not one of " + ", ".join(sorted(_ENDINGS)))
        await turn.drop(self.name, form.token("sessionId"))


def _this_hop(history: str, previous: str | None) -> str:
    """What the citizen typed now. An answer may hold "*", so the stored history decides."""
    if previous == "":
        return history
    if previous is not None and history.startswith(f"{previous}*"):
        return history[len(previous) + 1 :]
    return history.rpartition("*")[2]


def _optional_network(form: Form) -> None:
    if not _NETWORK_CODE.fullmatch(form.optional("networkCode", 8)):
        raise BadRequest("field networkCode is not a number")


SHARED: tuple[Setting, ...] = (
    Setting(
        "URTUU_AT_SECRET",
        "a long random word, the last part of the callback addresses",
        secret=True,
    ),
    Setting("URTUU_AT_ALLOW", "networks that may call, separated by commas; empty: any", ""),
)
"""Settings that the provider's channels have in common."""


def _opens(values: Values, tools: Tools) -> Opened:
    latin = values.script("URTUU_USSD_SCRIPT") == "latin"
    gate = Gate(values.secret("URTUU_AT_SECRET"), values.networks("URTUU_AT_ALLOW"))
    return Opened(AfricasTalkingUssd(Screen.LATIN if latin else Screen.CYRILLIC), gate)


PLAN = Plan(
    AfricasTalkingUssd.name,
    "USSD through Africa's Talking, and through those that speak its form",
    (
        *SHARED,
        Setting("URTUU_USSD_SCRIPT", "letters of the screens: cyrillic or latin", "cyrillic"),
    ),
    _opens,
)
