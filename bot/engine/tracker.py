"""The tracker store of one turn: events come in with the turn and leave with it.

The turn owns the database transaction, so Rasa itself stores nothing: the live session is handed
in as plain dictionaries and taken out again, sealed and saved by `bot.turn`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

_LEFT_OUT = frozenset({"text_tokens", "intent_ranking", "response_selector", "decision"})


class TurnTrackerStore(TrackerStore):
    """Keeps the tracker of the running turns, by conversation id."""

    def __init__(self) -> None:
        super().__init__(None)
        self._trackers: dict[str, DialogueStateTracker] = {}

    def begin(self, conversation_id: str, events: list[dict[str, Any]]) -> None:
        """Make the tracker of a turn from the stored events of the live session."""
        self._trackers[conversation_id] = DialogueStateTracker.from_dict(
            conversation_id, events, self.domain.slots
        )

    def finish(self, conversation_id: str) -> list[dict[str, Any]]:
        """Take the tracker out; return the events of its live session, ready to be stored."""
        tracker = self._trackers.pop(conversation_id)
        return _without_old_values([_slim(event) for event in _live_session(tracker.events)])

    def abandon(self, conversation_id: str) -> None:
        """Forget the tracker of a turn that failed."""
        self._trackers.pop(conversation_id, None)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        return self._trackers.get(sender_id)

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        return self._trackers.get(conversation_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        self._trackers[tracker.sender_id] = tracker

    async def keys(self) -> Iterable[str]:
        return list(self._trackers)


def _live_session(events: Iterable[Event]) -> list[Event]:
    kept: list[Event] = []
    for event in events:
        if isinstance(event, ActionExecuted) and event.action_name == "action_session_start":
            kept = []
        kept.append(event)
    return kept


def _without_old_values(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep only the last value of each slot.

    Earlier ones hold answers and codes long used, and Rasa repeats all of them whenever a session
    starts anew. No slot of domain.yml influences a prediction, so none is missed.
    """
    last = {
        event["name"]: place
        for place, event in enumerate(events)
        if event.get("event") == SlotSet.type_name
    }
    return [
        event
        for place, event in enumerate(events)
        if event.get("event") != SlotSet.type_name or last[event["name"]] == place
    ]


def _slim(event: Event) -> dict[str, Any]:
    """Return what the policies need of an event: no words of the citizen, no private answers."""
    stored: dict[str, Any] = event.as_dict()
    if isinstance(event, UserUttered):
        parse = stored.get("parse_data") or {}
        stored["text"] = parse["text"] = ""
        stored["parse_data"] = {k: v for k, v in parse.items() if k not in _LEFT_OUT}
        stored["parse_data"]["entities"] = []
    elif isinstance(event, BotUttered):
        stored["text"], stored["data"] = "", {}
    elif isinstance(event, DefinePrevUserUtteredFeaturization):
        stored.pop("metadata", None)
    return stored
