"""What Rasa asks of every graph component, written once for ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage


class Part(Protocol):
    """What a trained component has learned; kept as JSON and npz, never pickle."""

    def save(self, folder: Path) -> None:
        """Write the part into the folder."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return what save() wrote."""


class Untrained(GraphComponent):
    """A component that learns nothing and needs no settings."""

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
    ) -> Self:
        return cls()


class Trained(GraphComponent):
    """A component that learns one part and keeps it in Rasa's model."""

    part_type: ClassVar[type[Any]]

    def __init__(
        self, name: str, storage: ModelStorage, resource: Resource, part: Any = None
    ) -> None:
        self.name = name
        self.part = part
        self._storage = storage
        self._resource = resource

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
    ) -> Self:
        return cls(execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_kwargs: Any,
    ) -> Self:
        with model_storage.read_from(resource) as folder:
            part = cls.part_of(folder)
        return cls(execution_context.node_name, model_storage, resource, part)

    @classmethod
    def part_of(cls, folder: Path) -> Any:
        """Return the part that the folder holds, ready for use."""
        return cls.part_type.load(folder)

    def keep(self, part: Part) -> Resource:
        """Take the learned part and return where Rasa's model keeps it."""
        self.part = part
        with self._storage.write_to(self._resource) as folder:
            part.save(folder)
        return self._resource
