"""The dialogue engine as the turn sees it: words in, replies and new state out."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.utils.log_utils import configure_structlog

from bot.context import TurnContext, enter
from bot.engine.collector import Collector
from bot.engine.endpoint import InProcessEndpoint
from bot.engine.processor import Processor
from bot.engine.tracker import TurnTrackerStore
from bot.language.fold import clean
from bot.language.quick import quick_act
from bot.message import Reply

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What one turn of the dialogue leaves behind."""

    replies: tuple[Reply, ...]
    events: list[dict[str, Any]]
    dialogue: dict[str, Any]


class Engine:
    """Rasa's agent in this process, with actions in this process; it stores nothing itself."""

    def __init__(self, model: Path, actions_package: str = "actions.rasa_actions") -> None:
        configure_structlog(logging.CRITICAL)
        self._trackers = TurnTrackerStore()
        self._agent = Agent(
            tracker_store=self._trackers,
            lock_store=InMemoryLockStore(),
            action_endpoint=InProcessEndpoint(actions_package),
        )
        # Agent wraps the store so that a failing database forgets the conversation; ours must not.
        self._agent.tracker_store = self._trackers
        self._processor = self._load(model)

    def _load(self, model: Path) -> Processor:
        agent = self._agent
        processor = Processor(
            model_path=model,
            tracker_store=self._trackers,
            lock_store=agent.lock_store,
            action_endpoint=agent.action_endpoint,
            generator=agent.nlg,
        )
        agent.processor = processor
        agent.domain = self._trackers.domain = processor.domain
        if isinstance(agent.nlg, TemplatedNaturalLanguageGenerator):
            agent.nlg.responses = processor.domain.responses
        return processor

    async def respond(
        self, turn: TurnContext, words: str, payload: str | None, events: list[dict[str, Any]]
    ) -> Answer:
        """Run one turn of the dialogue.

        `words` is what the citizen wrote; `payload` (such as "/dial") stands instead of words that
        only this program may say. Raises what an action raised; then nothing has been kept.
        """
        enter(turn)
        turn.words = clean(words).lstrip("/")
        collector = Collector(turn.channel)
        self._trackers.begin(turn.conversation_id, events)
        try:
            await self._processor.handle_message(
                UserMessage(
                    payload or turn.words,
                    collector,
                    turn.conversation_id,
                    input_channel=turn.channel,
                    message_id=turn.message_id,
                )
            )
            if turn.failure is not None:
                raise turn.failure
            tracker = await self._trackers.retrieve(turn.conversation_id)
            dialogue = (tracker.get_slot("dialogue") if tracker else None) or {}
            return Answer(
                tuple(collector.replies), self._trackers.finish(turn.conversation_id), dialogue
            )
        except BaseException:
            self._trackers.abandon(turn.conversation_id)
            raise

    async def understand(self, text: str) -> dict[str, Any]:
        """Return what the pipeline makes of one text, with no conversation around it."""
        cleaned = clean(text).lstrip("/")
        act = quick_act(cleaned)
        words = f"/{act}" if act else cleaned
        parsed = await MessageProcessor.parse_message(
            self._processor, UserMessage(words), only_output_properties=False
        )
        return dict(parsed)
