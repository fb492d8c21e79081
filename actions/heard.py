"""What the pipeline understood of an utterance, taken out of Rasa's message once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Heard:
    """The act, the services it may mean, and what a menu's payload carried."""

    act: str
    decision: str
    """"service", "choose", "act" or "reject"."""
    services: tuple[str, ...]
    """Ids by falling score."""
    score: float
    """Probability of the first of them; 0 where there is none."""
    given: Mapping[str, str]
    """Values of a payload, such as {"service": "vehicle_fines"}."""

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Heard:
        """Return what `tracker.latest_message` holds."""
        decision = message.get("decision") or {}
        services = decision.get("services") or ()
        return cls(
            act=(message.get("intent") or {}).get("name") or "",
            decision=decision.get("kind") or "act",
            services=tuple(found["id"] for found in services),
            score=services[0]["score"] if services else 0.0,
            given={
                entity["entity"]: str(entity["value"])
                for entity in message.get("entities") or ()
                if entity.get("extractor") != "MongolianValueExtractor"
            },
        )
