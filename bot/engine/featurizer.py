"""Script-folded character and word n-grams as Rasa features: one sparse row per utterance."""

from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.component import Trained
from bot.language.ngrams import Ngrams


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class FoldedNgramFeaturizer(Trained):
    """Fits the n-grams of the training texts; adds (1, n-grams) float32 rows to messages."""

    part_type = Ngrams

    def train(self, training_data: TrainingData) -> Resource:
        texts = [e.get(TEXT) for e in training_data.training_examples if e.get(INTENT)]
        return self.keep(Ngrams.fit([text for text in texts if text]))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process([e for e in training_data.training_examples if e.get(TEXT)])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            row = self.part.transform([message.get(TEXT) or ""])
            message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self.name))
        return messages
