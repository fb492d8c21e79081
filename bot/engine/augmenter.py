"""Adds what people really type to the training data: informal Latin, clipped vowels, typos.

Nothing made here is stored as if people had written it; every run with one seed makes the same.
"""

from __future__ import annotations

import random
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.galig import augment

GROUP = "phrase_group"
"""Message property: writings of one phrase share its number, so no fold splits them."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class LatinAugmenter(GraphComponent):
    """Adds `copies` made-up writings of every example; leaves messages alone when serving."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._copies = int(config["copies"])
        self._seed = int(config["seed"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"copies": 3, "seed": 7}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LatinAugmenter:
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        rng = random.Random(self._seed)  # noqa: S311 - reproducible on purpose
        examples: list[Message] = []
        for group, example in enumerate(training_data.training_examples):
            if not example.get(TEXT) or not example.get(INTENT):
                examples.append(example)
                continue
            for text in (example.get(TEXT), *augment(example.get(TEXT), rng, self._copies)):
                data = {**example.as_dict(), TEXT: text, GROUP: group}
                data.pop("text_tokens", None)
                examples.append(Message(data=data))
        return TrainingData(
            training_examples=examples,
            regex_features=training_data.regex_features,
            lookup_tables=training_data.lookup_tables,
            responses=training_data.responses,
        )

    def process(self, messages: list[Message]) -> list[Message]:
        return messages
