"""Which act of a dialogue an utterance is: a linear model over the n-gram features."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy import sparse

from bot.engine.augmenter import GROUP
from bot.language.linear import ActModel
from bot.language.ngrams import Row


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ActClassifier(GraphComponent, IntentClassifier):
    """Sets the act and the ranking of acts, with calibrated probabilities."""

    def __init__(
        self, storage: ModelStorage, resource: Resource, model: ActModel | None = None
    ) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model

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
    ) -> ActClassifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_kwargs: Any,
    ) -> ActClassifier:
        with model_storage.read_from(resource) as folder:
            model = ActModel.load(folder)
        return cls(model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        rows = sparse.vstack([_features(example) for example in examples]).tocsr()
        self._model = ActModel.train(
            rows,
            [example.get(INTENT) for example in examples],
            groups=[example.get(GROUP) for example in examples],
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            ranking: list[dict[str, Any]] = []
            if self._model is not None and message.get(TEXT):
                ranking = [
                    {"name": name, "confidence": round(probability, 4)}
                    for name, probability in self._model.predict(_row(message))[:10]
                ]
            best = ranking[0] if ranking else {"name": None, "confidence": 0.0}
            message.set(INTENT, best, add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages


def _features(message: Message) -> sparse.csr_matrix:
    _, sentence = message.get_sparse_features(TEXT)
    return sentence.features


def _row(message: Message) -> Row:
    features = _features(message)
    return features.indices, features.data
