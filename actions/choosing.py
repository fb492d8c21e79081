"""Finding the service: named outright, picked from a menu, or asked back for."""

from __future__ import annotations

from dataclasses import replace

from actions.dialogue import Dialogue
from actions.heard import Heard
from actions.office import Desk
from actions.performing import ask_payload
from actions.result import Result
from actions.speech import say
from actions.steps import advance, ask_slot
from actions.words import words
from bot.catalogue.service import Service
from bot.language.fold import key
from bot.language.values import PLACE, find
from bot.message import Choice, Expects

MAX_CHOICES = 3
"""Services offered when an utterance may mean several: a "which?" has to fit one screen."""
MIN_LABEL = 3
"""Letters a label must have to be looked for in an utterance."""
PAGE = 6
"""Entries of one menu: what a keypad and a listener's memory hold (channels research, §4)."""


async def find_service(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Begin the service that was asked for, or ask which of a few is meant."""
    known = [name for name in heard.services if name in desk.catalogue.services]
    if not known:
        return await not_understood(desk, dialogue, heard)
    if heard.decision == "choose":
        response = "utter_which" if len(known) > 1 else "utter_which_unsure"
        return _which(desk, dialogue, known[:MAX_CHOICES], response)
    return await begin(desk, dialogue, known[0])


async def choose_service(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Begin the service picked from a menu."""
    return await begin(desk, dialogue, heard.given.get("service", ""))


async def begin(desk: Desk, dialogue: Dialogue, name: str) -> Result:
    """Begin a service, taking what the utterance already says of its slots.

    A place in it may be where something happened, so the question for one is asked all the same.
    """
    if name == dialogue.service and dialogue.awaiting:
        return await advance(desk, dialogue)
    fresh = dialogue.begin(name)
    service = desk.catalogue.services.get(name)
    if service is not None:
        said = {
            entity.kind: entity.value
            for entity in find(desk.turn.words, desk.turn.now.date())
            if entity.certain and entity.kind in service.ask and entity.kind != PLACE
        }
        said |= _chosen(desk, service)
        fresh = replace(fresh, values={**fresh.values, **said})
    return await advance(desk, fresh)


def _chosen(desk: Desk, service: Service) -> dict[str, str]:
    """Return the choice slots whose option the utterance names outright ("юань хэд болсон бэ")."""
    said = key(desk.turn.words).split()
    named = {}
    for name in service.ask:
        options = desk.catalogue.slots[name].options
        found = [value for value, label in options.items() if _is_named(key(label), said)]
        if len(found) == 1:
            named[name] = found[0]
    return named


def _is_named(label: str, words: list[str]) -> bool:
    """Return whether a word is the label or begins with it, as Mongolian case endings make it."""
    return len(label) >= MIN_LABEL and any(word.startswith(label) for word in words)


async def not_understood(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Ask once which of the nearest services is meant, then offer the menu and a person."""
    again = replace(dialogue, rejections=dialogue.rejections + 1)
    near = [name for name in heard.services if name in desk.catalogue.services][:MAX_CHOICES]
    if near and dialogue.rejections == 0 and heard.decision != "act":
        return _which(desk, again, near, response="utter_which_unsure")
    return _menu(desk, again, "utter_not_understood")


async def menu(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Offer the groups of services."""
    return _menu(desk, dialogue, "utter_menu", int(heard.given.get("page", "0")))


async def category(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Offer the services of one group."""
    name = heard.given.get("category", "")
    if name not in desk.catalogue.categories:
        return _menu(desk, dialogue, "utter_menu")
    leading = list(words().first.get(name, ()))
    listed = sorted(
        desk.catalogue.by_category(name),
        key=lambda one: leading.index(one.id) if one.id in leading else len(leading),
    )
    page = int(heard.given.get("page", "0"))
    choices = [Choice(one.short, ask_payload(one.id)) for one in listed[page * PAGE :][:PAGE]]
    if len(listed) > (page + 1) * PAGE:
        choices.append(more(f'/category{{"category": "{name}", "page": "{page + 1}"}}'))
    line = say("utter_category", *choices, category=desk.catalogue.categories[name])
    return Result((line.but(expects=Expects.CHOICE),), dialogue)


async def wrong_key(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """A number that no option has: say so and say the options again."""
    question, name = dialogue.question
    if question == "slot":
        return ask_slot(desk.catalogue.slots[name], dialogue)
    last = desk.turn.last
    if last and last[-1].choices:
        line = say("utter_wrong_key", *last[-1].choices).but(expects=last[-1].expects)
        return Result((line,), dialogue)
    return _menu(desk, dialogue, "utter_menu")


def more(payload: str) -> Choice:
    """Return the choice that leads to the rest of a list."""
    return Choice(MORE_LABEL, payload)


MORE_LABEL = "…"


def _menu(desk: Desk, dialogue: Dialogue, response: str, page: int = 0) -> Result:
    groups = [
        (name, title)
        for name, title in desk.catalogue.categories.items()
        if desk.catalogue.by_category(name)
    ]
    choices = [
        Choice(title, f'/category{{"category": "{name}"}}')
        for name, title in groups[page * PAGE :][:PAGE]
    ]
    if len(groups) > (page + 1) * PAGE:
        choices.append(more(f'/menu{{"page": "{page + 1}"}}'))
    return Result((say(response, *choices).but(expects=Expects.CHOICE),), dialogue)


def _which(
    desk: Desk, dialogue: Dialogue, names: list[str], response: str = "utter_which"
) -> Result:
    services = [desk.catalogue.services[name] for name in names]
    choices = tuple(Choice(one.short, ask_payload(one.id)) for one in services)
    return Result((say(response, *choices).but(expects=Expects.CHOICE),), dialogue)
