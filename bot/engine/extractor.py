"""Finds register numbers, plates, phones, dates and numbers in an utterance, as entities."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.language.values import find


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class MongolianValueExtractor(GraphComponent, EntityExtractorMixin):
    """Adds the values of `bot.language.values.find`, in both scripts."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MongolianValueExtractor:
        return cls()

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
