"""The catalogue and its ranker as they are now: a changed file is taken in while serving."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import yaml

from bot.catalogue.loader import Catalogue, load_catalogue
from bot.errors import CatalogueError
from bot.language.encoder import CachedEncoder, E5Encoder, Encoder, RecentEncoder
from bot.language.ranker import Calibration, ServiceRanker, ServiceText
from bot.language.training import read_acts
from bot.places import PROJECT, data_folder, model_folder

logger = logging.getLogger(__name__)

ADAPTER = "mn"
"""The adapter of the sentence encoder, a file of nlu_data/adapters."""


class LiveCatalogue:
    """One catalogue folder, read and made searchable; `refresh` takes in what has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = _stamp(folder)
        self.catalogue = load_catalogue(folder)
        self.ranker = build_ranker(self.catalogue, folder)

    def refresh(self) -> bool:
        """Return whether changed files were taken in; a wrong file leaves all as it was."""
        stamp = _stamp(self._folder)
        if stamp == self._seen:
            return False
        self._seen = stamp
        try:
            catalogue = load_catalogue(self._folder)
        except CatalogueError as error:
            logger.error("the catalogue stays as it was: %s", error)
            return False
        self.catalogue, self.ranker = catalogue, build_ranker(catalogue, self._folder)
        logger.info("catalogue read again: %s services", len(catalogue.services))
        return True


def warm_ranker(folder: Path, say: Callable[[str], object]) -> None:
    """Compute the embeddings of every phrase once, telling how far it is."""

    def progress(done: int, total: int) -> None:
        say(f"encoding phrases: {done} of {total}")

    catalogue = load_catalogue(folder)
    services = [p for s in catalogue.services.values() for p in (s.title, s.short, *s.phrases)]
    acts = [example.text for example in read_acts(folder / "acts")]
    phrase_encoder(progress).encode([text.lower() for text in (*services, *acts)])
    build_ranker(catalogue, folder)


@cache
def word_encoder() -> Encoder:
    """Return the encoder of citizens' words, which keeps nothing on disk; one a process."""
    return RecentEncoder(adapted_encoder(ADAPTER))


def adapted_encoder(adapter: str | None) -> E5Encoder:
    """Return the encoder with this adapter of nlu_data/adapters, None for the bare wheel."""
    path = None if adapter is None else PROJECT / "nlu_data" / "adapters" / f"{adapter}.npz"
    return E5Encoder(path, model_folder() / "encoder")


def phrase_encoder(on_progress: Callable[[int, int], object] | None = None) -> CachedEncoder:
    """Return the encoder of the project's own phrases, each computed once and kept."""
    return CachedEncoder(word_encoder(), model_folder() / "embeddings", on_progress)


def build_ranker(catalogue: Catalogue, folder: Path) -> ServiceRanker:
    """Return the ranker over the services; the embedding of a phrase is computed once."""
    texts = [
        ServiceText(s.id, s.title, s.short, s.agency, s.phrases)
        for s in catalogue.services.values()
    ]
    others = [example.text for example in read_acts(folder / "acts") if example.act != "complain"]
    encoder = phrase_encoder()
    kept = _Kept(model_folder() / "calibration", _key(texts, others, encoder.name))
    ranker = ServiceRanker.build(
        texts, others=others, encoder=encoder, calibration=kept.calibration()
    )
    kept.keep(ranker.calibration)
    encoder.freeze()
    return ranker


@dataclass(frozen=True)
class _Kept:
    """The calibration of one set of phrases, on disk: finding it takes seconds of every start."""

    folder: Path
    key: str

    @property
    def _path(self) -> Path:
        return self.folder / f"{self.key}.json"

    def calibration(self) -> Calibration | None:
        if not self._path.exists():
            return None
        found = json.loads(self._path.read_text(encoding="ascii"))
        return Calibration(tuple(found["plain"]), tuple(found["semantic"]))

    def keep(self, calibration: Calibration) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(asdict(calibration)), encoding="ascii")
        temporary.replace(self._path)


def _key(texts: Sequence[ServiceText], others: Sequence[str], encoder: str) -> str:
    """Return one hash over everything that the calibration depends on, the code included."""
    total = hashlib.sha256(repr((texts, others, encoder)).encode())
    for path in sorted((PROJECT / "bot" / "language").glob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()[:32]


def build_event_ranker(folder: Path) -> ServiceRanker:
    """Return the ranker over the life events of life_events.yml."""
    raw = yaml.safe_load((folder / "life_events.yml").read_text(encoding="utf-8"))
    texts = [
        ServiceText(name, event["title"], event["title"], None, tuple(event["phrases"]))
        for name, event in raw.items()
    ]
    return ServiceRanker.build(texts)


@cache
def live_catalogue(folder: Path | None = None) -> LiveCatalogue:
    """Return the one live catalogue of a folder, shared by the engine and the actions."""
    return LiveCatalogue(folder or data_folder())


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    files = sorted((*folder.glob("*.yml"), *folder.glob("services/*.yml")))
    return tuple((f.name, f.stat().st_mtime_ns, f.stat().st_size) for f in files)
