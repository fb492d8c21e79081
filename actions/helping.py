"""Help, a person, emergency numbers, complaints, advice on life events, answers by SMS."""

from __future__ import annotations

from actions.choosing import begin
from actions.dialogue import Dialogue
from actions.heard import Heard
from actions.office import Desk, LifeEvent
from actions.performing import ask_payload
from actions.result import Result
from actions.speech import say
from actions.steering import resume
from bot.message import Choice, Expects
from bot.store.database import StoreSession
from bot.store.outbox import NewMessage, enqueue

COMPLAINT = "complaint_create"
SURE_EVENT = 0.35
"""Score above which an utterance is taken to tell of a life event."""


async def help_(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Explain what can be done here; an open question is asked again."""
    if dialogue.service and dialogue.awaiting:
        return (await resume(desk, dialogue, heard)).after(say("utter_help_here"))
    return Result((say("utter_help").but(expects=Expects.CHOICE),), dialogue)


async def human(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Say which number reaches a person."""
    return Result((say("utter_human"),), dialogue)


async def emergency(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """List the emergency numbers and helplines."""
    urgent = heard.given.get("page") != "help"
    lines = [line for line in desk.catalogue.helplines if line.emergency == urgent]
    listed = "\n".join(f"{line.number} {line.short}" for line in lines)
    response = "utter_emergency" if urgent else "utter_helplines"
    return Result((say(response, numbers=listed),), dialogue)


async def complain(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Begin a complaint."""
    if COMPLAINT not in desk.catalogue.services:
        return await human(desk, dialogue, heard)
    return await begin(desk, dialogue, COMPLAINT)


async def recommend(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Suggest services for what happened in the citizen's life, or ask what happened."""
    ranked = desk.office.life_event_ranker.rank(desk.turn.words, k=1)
    if ranked and ranked[0].score >= SURE_EVENT:
        return _suggest(desk, dialogue, desk.office.life_events[ranked[0].id])
    choices = tuple(
        Choice(event.title, f'/life_event{{"event": "{event.id}"}}')
        for event in list(desk.office.life_events.values())[:6]
    )
    return Result((say("utter_which_event", *choices).but(expects=Expects.CHOICE),), dialogue)


async def life_event(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Suggest services for the life event picked from the menu."""
    event = desk.office.life_events.get(heard.given.get("event", ""))
    return _suggest(desk, dialogue, event) if event else await recommend(desk, dialogue, heard)


async def send_sms(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Send the last answer by SMS to the phone that asks for it."""
    turn, office = desk.turn, desk.office
    if not turn.last or turn.identity_channel != "phone":
        return Result((say("utter_no_sms"),), dialogue)
    said = [reply for reply in turn.last if reply.text]
    texts = office.sms_texts(said, turn.address, turn.script)

    async def store(session: StoreSession) -> None:
        for number, body in enumerate(texts):
            key = f"{turn.channel}|{turn.message_id}|{number}"
            message = NewMessage(office.sms_channel, turn.address, body, dedupe_key=key)
            await enqueue(session, message, at=turn.now)

    turn.stage(store)
    return Result((say("utter_sms_sent").but(ends_session=True),), dialogue)


def _suggest(desk: Desk, dialogue: Dialogue, event: LifeEvent) -> Result:
    known = [name for name in event.services if name in desk.catalogue.services]
    choices = tuple(
        Choice(desk.catalogue.services[name].short, ask_payload(name)) for name in known[:3]
    )
    line = say("utter_suggest", *choices, event=event.title, why=event.why)
    return Result((line.but(expects=Expects.CHOICE),), dialogue)
