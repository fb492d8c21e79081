"""Script-folded character and word n-grams as Rasa features: one sparse row per utterance."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.ngrams import Ngrams


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class FoldedNgramFeaturizer(GraphComponent):
    """Fits the n-grams of the training texts; adds (1, n-grams) float32 rows to messages."""

    def __init__(
        self, name: str, storage: ModelStorage, resource: Resource, ngrams: Ngrams | None = None
    ) -> None:
        self._name = name
        self._storage = storage
        self._resource = resource
        self._ngrams = ngrams

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
    ) -> FoldedNgramFeaturizer:
        return cls(execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_kwargs: Any,
    ) -> FoldedNgramFeaturizer:
        with model_storage.read_from(resource) as folder:
            ngrams = Ngrams.load(folder)
        return cls(execution_context.node_name, model_storage, resource, ngrams)

    def train(self, training_data: TrainingData) -> Resource:
        texts = [e.get(TEXT) for e in training_data.training_examples if e.get(INTENT)]
        self._ngrams = Ngrams.fit([text for text in texts if text])
        with self._storage.write_to(self._resource) as folder:
            self._ngrams.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process([e for e in training_data.training_examples if e.get(TEXT)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        if self._ngrams is None:
            return messages
        for message in messages:
            row = self._ngrams.transform([message.get(TEXT) or ""])
            message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._name))
        return messages
