"""Which act of a dialogue an utterance is: n-grams, and the sentence embedding where unsure."""

from __future__ import annotations

from pathlib import Path
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
from bot.language.intents import IntentModel
from bot.language.ngrams import Row
from bot.live import phrase_encoder, word_encoder

_SHOWN = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ActClassifier(Trained, IntentClassifier):
    """Sets the act and the ranking of acts, with calibrated probabilities."""

    part_type = IntentModel

    @classmethod
    def part_of(cls, folder: Path) -> IntentModel:
        return IntentModel.load(folder).with_encoder(word_encoder())

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        return self.keep(
            IntentModel.train(
                sparse.vstack([_features(example) for example in examples]).tocsr(),
                [example.get(TEXT) for example in examples],
                [example.get(INTENT) for example in examples],
                [example.get(GROUP) for example in examples],
                phrase_encoder(),
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
                    for name, probability in self.part.predict(_row(message), message.get(TEXT))[
                        :_SHOWN
                    ]
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
