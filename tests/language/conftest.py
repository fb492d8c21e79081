"""The models the language tests share, trained once a run, without sentence embeddings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.language import quick, training
from bot.language.decide import ASK_SERVICE, Decision, decide
from bot.language.evaluate import Understood
from bot.language.intents import IntentModel
from bot.language.ngrams import Ngrams
from bot.language.ranker import ServiceRanker, ServiceText

DATA = Path(__file__).parents[2] / "nlu_data"


@dataclass(frozen=True)
class Trained:
    """The parts of understanding, wired as the engine wires them."""

    ngrams: Ngrams
    acts: IntentModel
    ranker: ServiceRanker
    services: tuple[ServiceText, ...]
    phrases: tuple[str, ...]

    def understand(self, text: str) -> Understood:
        act = quick.quick_act(text)
        if act is not None:
            return Understood(Decision("act", act, 1.0, ()), ())
        ranked = self.ranker.rank(text)
        acts = self.acts.predict(self.ngrams.row(text), text)
        return Understood(decide(acts, ranked, text), ranked)


def _service(path: Path) -> ServiceText:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    short = data.get("short", data["title"])
    return ServiceText(
        data["id"], data["title"], short, data.get("agency"), tuple(data["phrases"])
    )


@pytest.fixture(scope="session")
def trained() -> Trained:
    services = tuple(_service(path) for path in sorted((DATA / "services").glob("*.yml")))
    acts = training.read_acts()
    asking = [training.Example(p, ASK_SERVICE) for s in services for p in (s.title, *s.phrases)]
    ngrams, model = training.train([*acts, *asking], copies=1)
    others = [example.text for example in acts if example.act != "complain"]
    ranker = ServiceRanker.build(services, others=others)
    return Trained(ngrams, model, ranker, services, tuple(e.text for e in (*acts, *asking)))


@pytest.fixture(scope="session")
def understand(trained: Trained) -> Callable[[str], Understood]:
    return trained.understand
