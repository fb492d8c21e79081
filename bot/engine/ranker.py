"""Which service an utterance asks for: takes the place of Rasa's response selector.

Nothing is trained here: the catalogue itself is searched, so a new service file is found at once.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, RESPONSE_SELECTOR, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.component import Untrained
from bot.language.decide import ASK_SERVICE, Decision, decide
from bot.language.ranker import Ranked
from bot.live import live_catalogue

FALLBACK = "nlu_fallback"
PAYLOAD_SIGN = "/"
_SHOWN = 5
_MAY_ASK = 0.05
"""Below this probability of asking for a service, which one is not worth an embedding."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CatalogueRanker(Untrained):
    """Ranks the services and settles what the utterance is: a service, an act, or unclear."""

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT) or ""
            if text.startswith(PAYLOAD_SIGN):
                continue
            acts = [(act["name"], act["confidence"]) for act in message.get("intent_ranking", [])]
            asks = max((chance for name, chance in acts if name == ASK_SERVICE), default=0.0)
            ranked = live_catalogue().ranker.rank(text, k=_SHOWN, embed=asks >= _MAY_ASK)
            self._settle(message, decide(acts, ranked, text), ranked)
        return messages

    @staticmethod
    def _settle(message: Message, decision: Decision, ranked: tuple[Ranked, ...]) -> None:
        name = {"service": ASK_SERVICE, "choose": ASK_SERVICE, "act": decision.act}.get(
            decision.kind, FALLBACK
        )
        confidence = decision.act_confidence
        message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
        # A rejected utterance still shows its nearest services: the dialogue offers them once.
        services = decision.services or ranked
        found = {
            "kind": decision.kind,
            "services": [{"id": one.id, "score": round(one.score, 4)} for one in services],
            "ranked": [{"id": one.id, "score": round(one.score, 4)} for one in ranked],
            "act": {"name": decision.act, "confidence": round(decision.act_confidence, 4)},
        }
        message.set("decision", found, add_to_output=True)
        message.set(RESPONSE_SELECTOR, _selector(ranked), add_to_output=True)


def _selector(ranked: tuple[Ranked, ...]) -> dict[str, Any]:
    """Return what Rasa's response selector would say, so that `rasa test` sees the services."""
    ranking = [
        {"confidence": one.score, INTENT_RESPONSE_KEY: f"{ASK_SERVICE}/{one.id}"} for one in ranked
    ]
    best = ranking[0] if ranking else {"confidence": 0.0, INTENT_RESPONSE_KEY: None}
    return {
        "all_retrieval_intents": [ASK_SERVICE],
        "default": {"response": best, "ranking": ranking},
        ASK_SERVICE: {"response": best, "ranking": ranking},
    }
