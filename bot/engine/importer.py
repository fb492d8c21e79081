"""Brings the catalogue into Rasa's training data: every service file is a retrieval intent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.catalogue.loader import load_catalogue

ASK_SERVICE = "ask_service"


class CatalogueImporter(RasaFileImporter):
    """Rasa's own files plus `ask_service/<id>` examples and responses from the service files."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: Any = None,
        catalogue: str = "nlu_data",
        **_unused: Any,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        root = Path(config_file).parent if config_file else Path()
        self._catalogue = load_catalogue(root / catalogue)

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        examples = [
            Message.build(text=phrase, intent=f"{ASK_SERVICE}/{service.id}")
            for service in self._catalogue.services.values()
            for phrase in (service.title, *service.phrases)
        ]
        responses = {
            f"{ASK_SERVICE}/{service.id}": [{"text": service.title}]
            for service in self._catalogue.services.values()
        }
        ours = TrainingData(training_examples=examples, responses=responses)
        return super().get_nlu_data(language).merge(ours)

    def get_domain(self) -> Domain:
        spoken = {
            f"utter_{ASK_SERVICE}/{service.id}": [{"text": service.title}]
            for service in self._catalogue.services.values()
        }
        ours = Domain.from_dict({"version": "3.1", "responses": spoken})
        return super().get_domain().merge(ours)
