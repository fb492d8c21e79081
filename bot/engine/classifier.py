"""Which act of a dialogue an utterance is: a linear model over the n-gram features."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy import sparse

from bot.engine.augmenter import GROUP
from bot.engine.component import Trained
from bot.language.linear import ActModel
from bot.language.ngrams import Row

_SHOWN = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ActClassifier(Trained, IntentClassifier):
    """Sets the act and the ranking of acts, with calibrated probabilities."""

    part_type = ActModel

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        return self.keep(
            ActModel.train(
                sparse.vstack([_features(example) for example in examples]).tocsr(),
                [example.get(INTENT) for example in examples],
                groups=[example.get(GROUP) for example in examples],
            )
        )

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            ranking: list[dict[str, Any]] = []
            if message.get(TEXT):
                ranking = [
                    {"name": name, "confidence": round(probability, 4)}
                    for name, probability in self.part.predict(_row(message))[:_SHOWN]
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
