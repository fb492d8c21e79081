"""The turn: one message in, one answer out, one database transaction.

Seen before? The stored answer is given again. Otherwise the conversation is held alone, the
dialogue answers, and everything that follows from it (state, answer, cases, consents, messages to
send, audit) is stored together or not at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal, Protocol

from bot.asides import Aside, Asides
from bot.context import Person, TurnContext
from bot.language.quick import quick_act
from bot.message import Choice, Expects, Inbound, Reply, Session
from bot.outcome import Door, Outcome, TalkState
from bot.review.recorder import Recorder
from bot.store.citizens import find_identity, register_number_of
from bot.store.conversations import (
    Talk,
    conversation_id,
    conversation_of_hop,
    forget_hops,
    hop_history,
    load_conversation,
    save_conversation,
    save_hop_history,
    save_turn,
    stored_turn,
)
from bot.store.database import Store, StoreSession
from bot.store.models import Citizen
from bot.store.notices import identity_channel, set_notices
from bot.store.outbox import (
    OPTED_OUT,
    NewMessage,
    address_sent_to,
    enqueue,
    keep_report,
    mark_delivered,
)
from bot.text.pages import Script

logger = logging.getLogger(__name__)

NEXT_PAGE, PREVIOUS_PAGE = "98", "0"
RESUME_WITHIN = timedelta(minutes=30)
"""How long a request that a dropped session left is offered again."""
OFFER_SMS_ABOVE_PAGES = 3
"""An answer of more pages is also offered as a text message."""
CODES_COUNTED = timedelta(hours=24)
"""How long a one-time code counts against the limit of its conversation."""
TURN_BUDGET_S = 4.6
"""What a turn may take: the strictest provider wants its answer within 5 s."""


class Dialogue(Protocol):
    """The dialogue engine."""

    async def respond(
        self, turn: TurnContext, words: str, payload: str | None, events: list[dict[str, Any]]
    ) -> Any:
        """Return replies, events and the dialogue's state."""


class Turns:
    """Answers messages."""

    def __init__(
        self,
        store: Store,
        engine: Dialogue,
        *,
        zone: tzinfo,
        sms_offer: Choice,
        on_queued: Callable[[], None] = lambda: None,
        recorder: Recorder | None = None,
        asides: Asides | None = None,
    ) -> None:
        """`on_queued` is called after a commit that left something to send.

        `recorder` keeps redacted what was not understood; None: nothing is kept.
        """
        self._store = store
        self._engine = engine
        self._zone = zone
        self._sms_offer = sms_offer
        self._on_queued = on_queued
        self._recorder = recorder
        self._asides = asides

    async def handle(self, inbound: Inbound, door: Door) -> Outcome:
        """Return the answer to one message. Raises Busy, StoreUnavailable, VaultError."""
        held = conversation_id(self._store.vault, inbound.channel, inbound.address)
        # Waiting for an earlier message of the same conversation uses up the same time.
        deadline = asyncio.get_running_loop().time() + TURN_BUDGET_S
        async with self._store.hold(held, wait_s=TURN_BUDGET_S):
            async with self._store.read() as session:
                stored = await stored_turn(session, inbound.channel, inbound.message_id)
                if stored is not None:
                    return Outcome.from_json(stored)
                talk = await load_conversation(session, inbound.channel, inbound.address)
                person = await self._person(session, inbound)
            state = TalkState.from_json(talk.state)
            turned = _turned_page(inbound, state, door)
            if turned is not None:
                await self._keep(inbound, talk, replace(state, page=turned.page), turned, (), door)
                return turned
            aside = self._asides.answer(inbound, state) if self._asides else None
            if aside is not None:
                return await self._beside(aside, inbound, talk, door)
            return await self._answer(inbound, door, talk, state, person, deadline)

    async def history(self, channel: str, session_id: str) -> str | None:
        """Return what a provider's session had sent by its latest hop."""
        async with self._store.read() as session:
            return await hop_history(session, channel, session_id)

    async def drop(self, channel: str, session_id: str) -> None:
        """Forget the hops and the answer of a session that the provider has ended.

        A request left in the middle stays, to be offered at the next dial.
        """
        async with self._store.write() as session:
            talk = await conversation_of_hop(session, channel, session_id)
            if talk is not None and talk.state:
                state = TalkState.from_json(talk.state).forgetful().to_json()
                at = talk.updated_at or self._store.clock()
                await save_conversation(session, replace(talk, state=state), at=at)
            await forget_hops(session, channel, session_id)

    async def delivery(
        self, channel: str, provider_id: str, status: str, error_code: str | None
    ) -> None:
        """Note what became of a sent message."""
        if status not in ("delivered", "failed"):
            return
        ended: Literal["delivered", "failed"]
        ended = "delivered" if status == "delivered" else "failed"
        async with self._store.write() as session:
            known = await mark_delivered(session, channel, provider_id, ended, error=error_code)
            if error_code == OPTED_OUT:
                await self._opted_out(session, channel, provider_id)
            if not known:
                now = self._store.clock()
                await keep_report(session, channel, provider_id, ended, error=error_code, at=now)

    async def _opted_out(self, session: StoreSession, channel: str, provider_id: str) -> None:
        """Take a provider's word that the citizen wants no messages as the citizen's own."""
        address = await address_sent_to(session, channel, provider_id)
        if address is not None:
            who = identity_channel(channel, address)
            await set_notices(session, who, address, wanted=False, at=self._store.clock())

    async def _beside(self, aside: Aside, inbound: Inbound, talk: Talk, door: Door) -> Outcome:
        """Answer an aside; the dialogue stays where it is."""
        outcome = self._composed(aside.replies, door, True, aside.state.script)
        pages = outcome.texts if door.paged and len(outcome.texts) > 1 else ()
        state = replace(aside.state, texts=pages, page=0)
        await self._keep(inbound, talk, state, outcome, aside.effects, door)
        return outcome

    async def _answer(
        self,
        inbound: Inbound,
        door: Door,
        talk: Talk,
        state: TalkState,
        person: Person | None,
        deadline: float,
    ) -> Outcome:
        is_new = inbound.session is Session.NEW
        context = self._context(inbound, talk, state, person)
        context.deadline = deadline
        answer = await self._engine.respond(
            context,
            inbound.text or inbound.keys or "",
            "/dial" if is_new and not inbound.text and not inbound.keys else None,
            [] if is_new else state.events,
        )
        is_open = bool(answer.dialogue.get("service"))
        outcome = self._composed(answer.replies, door, is_open, state.script)
        pending = {} if is_new else state.review
        review = self._recorder.watch(context, answer.dialogue, pending) if self._recorder else {}
        kept = TalkState(
            events=answer.events,
            dialogue=answer.dialogue,
            last=_keepable(outcome, door),
            texts=outcome.texts if door.paged and len(outcome.texts) > 1 else (),
            page=0,
            codes=tuple(context.codes),
            script=state.script,
            review=review,
        )
        if context.forgets:
            kept = TalkState(texts=kept.texts, last=kept.last, codes=kept.codes)
        await self._keep(inbound, talk, kept, outcome, tuple(context.effects), door)
        return outcome

    def _context(
        self, inbound: Inbound, talk: Talk, state: TalkState, person: Person | None
    ) -> TurnContext:
        is_new = inbound.session is Session.NEW
        return TurnContext(
            conversation_id=talk.id,
            channel=inbound.channel,
            address=inbound.address,
            message_id=inbound.message_id,
            now=inbound.received_at,
            store=self._store,
            zone=self._zone,
            identity_channel=_identity_channel(inbound),
            owner_id=conversation_id(
                self._store.vault, _identity_channel(inbound), inbound.address
            ),
            person=person,
            script=state.script,
            unfinished=_unfinished(talk, state, inbound.received_at) if is_new else {},
            last=() if is_new else state.last,
            dialogue={} if is_new else state.dialogue,
            codes=[at for at in state.codes if inbound.received_at - at < CODES_COUNTED],
        )

    async def _person(self, session: StoreSession, inbound: Inbound) -> Person | None:
        identity = await find_identity(
            session, _identity_channel(inbound), inbound.address, at=inbound.received_at
        )
        if identity is None or identity.citizen_id is None:
            return None
        citizen = await session.get(Citizen, identity.citizen_id)
        number = register_number_of(session, citizen) if citizen else None
        return Person(identity.citizen_id, number) if number else None

    def _composed(
        self, replies: tuple[Reply, ...], door: Door, is_open: bool, script: Script | None
    ) -> Outcome:
        texts = door.compose(replies, script)
        if door.paged and not is_open and replies and len(texts) > OFFER_SMS_ABOVE_PAGES:
            offered = replace(
                replies[-1],
                choices=(*replies[-1].choices, self._sms_offer),
                expects=Expects.CHOICE,
                ends_session=False,
            )
            replies = (*replies[:-1], offered)
            texts = door.compose(replies, script)
        ends = any(reply.ends_session for reply in replies)
        return Outcome(replies, texts, 0, ends, script)

    async def _keep(
        self,
        inbound: Inbound,
        talk: Talk,
        state: TalkState,
        outcome: Outcome,
        effects: tuple[Callable[[StoreSession], Any], ...],
        door: Door,
    ) -> None:
        """Store all that follows from the turn, in one transaction."""
        now = inbound.received_at
        async with self._store.write() as session:
            await save_conversation(session, replace(talk, state=state.to_json()), at=now)
            await save_turn(
                session,
                inbound.channel,
                inbound.message_id,
                conversation=talk.id,
                outcome=outcome.to_json(),
                at=now,
            )
            if inbound.session_id and inbound.history is not None:
                await save_hop_history(
                    session,
                    inbound.channel,
                    inbound.session_id,
                    inbound.history,
                    conversation=talk.id,
                    at=now,
                )
            bodies = door.bodies(inbound, outcome) if door.pushes else ()
            for number, body in enumerate(bodies):
                key = f"{inbound.channel}|{inbound.message_id}|reply|{number}"
                message = NewMessage(inbound.channel, inbound.address, body, dedupe_key=key)
                await enqueue(session, message, at=now)
            for effect in effects:
                await effect(session)
        if door.pushes or effects:
            self._on_queued()


def _identity_channel(inbound: Inbound) -> str:
    return identity_channel(inbound.channel, inbound.address)


def _turned_page(inbound: Inbound, state: TalkState, door: Door) -> Outcome | None:
    """Return the page that 98 or 0 leads to; None where the message is for the dialogue."""
    if not door.paged or inbound.session is Session.NEW or not state.texts:
        return None
    said = (inbound.text or inbound.keys or "").strip()
    page = {NEXT_PAGE: state.page + 1, PREVIOUS_PAGE: state.page - 1}.get(said)
    if page is None and _picks_unseen(said, state):
        page = state.page + 1
    if page is None or not 0 <= page < len(state.texts):
        return None
    ends = any(reply.ends_session for reply in state.last)
    return Outcome(state.last, state.texts, page, ends)


def _picks_unseen(said: str, state: TalkState) -> bool:
    """Return whether an option is picked, or a yes given, that has not been on the screen yet.

    What is agreed to has to be shown first (law on personal data, article 8.2).
    """
    if state.page + 1 >= len(state.texts) or not state.last:
        return False
    if state.last[-1].expects is Expects.YES_NO and quick_act(said) == "affirm":
        return True
    shown = "\n".join(state.texts[: state.page + 1]).splitlines()
    is_option = said.isdecimal() and 0 < int(said) <= len(state.last[-1].choices)
    return is_option and not any(line.startswith(f"{int(said)} ") for line in shown)


def _unfinished(talk: Talk, state: TalkState, now: datetime) -> dict[str, Any]:
    """Return the dialogue that an earlier session left open not long ago."""
    if not state.dialogue.get("service") and not state.dialogue.get("stack"):
        return {}
    if talk.updated_at is None or now - talk.updated_at > RESUME_WITHIN:
        return {}
    return state.dialogue


def _keepable(outcome: Outcome, door: Door) -> tuple[Reply, ...]:
    """Return what may be kept of an answer: private text only while its pages are turned."""
    if door.paged and len(outcome.texts) > 1:
        return outcome.replies
    return tuple(replace(r, text="") if r.private else r for r in outcome.replies)
