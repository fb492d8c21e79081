"""Finds register numbers, plates, places, days and numbers in an utterance, as entities."""

from __future__ import annotations

from datetime import UTC, datetime

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.component import Untrained
from bot.language.values import find


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class MongolianValueExtractor(Untrained, EntityExtractorMixin):
    """Adds the values of `bot.language.values.find`, in both scripts."""

    def process(self, messages: list[Message]) -> list[Message]:
        today = datetime.now(UTC).date()
        for message in messages:
            found = [
                {
                    "entity": entity.kind,
                    "start": entity.start,
                    "end": entity.end,
                    "value": entity.value,
                    "certain": entity.certain,
                    "extractor": type(self).__name__,
                }
                for entity in find(message.get(TEXT) or "", today)
            ]
            if found:
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
