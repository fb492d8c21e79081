"""What is answered beside the dialogue: which script to write in, whose phone it is, what is near.

An aside changes nothing of what the dialogue is at; its open question is asked again.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.language.fold import key
from bot.message import Inbound, Reply
from bot.outcome import TalkState
from bot.store.citizens import link_phone
from bot.text.pages import Script

if TYPE_CHECKING:
    from bot.store.database import StoreSession

EARTH_RADIUS_KM = 6371.0
"""Mean radius (IUGG)."""
_SCRIPTS: tuple[Script, ...] = ("latin", "cyrillic")
_FAR_KM = 10
"""Distances above this are told in tens."""


@dataclass(frozen=True)
class Aside:
    """The answer, the state as it leaves it, and what is to be stored with it."""

    replies: tuple[Reply, ...]
    state: TalkState
    effects: tuple[Callable[[StoreSession], Awaitable[object]], ...] = ()


class Asides:
    """Answers what needs no dialogue."""

    def __init__(
        self,
        words: Mapping[str, Mapping[str, Any]],
        centres: Mapping[str, tuple[float, float]],
    ) -> None:
        """Take the sentences and keywords, and the places with latitude and longitude."""
        self._says = {name: str(entry["says"]) for name, entry in words.items()}
        self._keywords: dict[str, Script] = {
            key(keyword): script for script in _SCRIPTS for keyword in words[script]["keywords"]
        }
        self._centres = dict(centres)

    @classmethod
    def load(cls, folder: Path) -> Asides:
        """Return the asides of asides.yml and centres.yml."""
        words = yaml.safe_load((folder / "asides.yml").read_text(encoding="utf-8"))
        centres = yaml.safe_load((folder / "centres.yml").read_text(encoding="utf-8"))
        return cls(words, {name: (north, east) for name, (north, east) in centres.items()})

    def answer(self, inbound: Inbound, state: TalkState) -> Aside | None:
        """Return the aside that the message asks for; None where it is for the dialogue."""
        if inbound.phone is not None and not inbound.address.startswith("+"):
            return self._linked(inbound, inbound.phone, state)
        if inbound.location is not None:
            return self._near(inbound.location, state)
        script = self._keywords.get(key(inbound.text)) if inbound.text else None
        if script is None:
            return None
        return Aside(self._said(script, state), replace(state, script=script))

    def _linked(self, inbound: Inbound, phone: str, state: TalkState) -> Aside:
        async def store(session: StoreSession) -> None:
            await link_phone(
                session, inbound.channel, inbound.address, phone, at=inbound.received_at
            )

        return Aside(self._said("phone", state), state, (store,))

    def _near(self, place: tuple[float, float], state: TalkState) -> Aside:
        km, centre = min((distance_km(place, at), name) for name, at in self._centres.items())
        told = round(km) if km < _FAR_KM else round(km, -1)
        return Aside(self._said("location", state, centre=centre, km=f"{told:.0f}"), state)

    def _said(self, name: str, state: TalkState, **values: str) -> tuple[Reply, ...]:
        """The sentence, and the open question once more."""
        again = tuple(reply for reply in state.last if reply.text and not reply.ends_session)
        open_question = again if again and again[-1].choices else again[-1:]
        asked = open_question if state.dialogue.get("awaiting") or _offers(again) else ()
        return (Reply(self._says[name].format(**values)), *asked)


def _offers(replies: tuple[Reply, ...]) -> bool:
    return bool(replies and replies[-1].choices)


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance between two places, latitude and longitude in degrees (haversine)."""
    (north, east), (north2, east2) = (
        (math.radians(place[0]), math.radians(place[1])) for place in (one, other)
    )
    half = (
        math.sin((north2 - north) / 2) ** 2
        + math.cos(north) * math.cos(north2) * math.sin((east2 - east) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))
