"""Stand-ins that let an unmodified Rasa 3.6.21 run without TensorFlow and without vendor SDKs.

Rasa imports its TensorFlow components and every connector as soon as a configuration is read.
A finder placed first on `sys.meta_path` answers for those leaf modules with empty classes. A
model that needs one of them stops when it is loaded, with `NotInstalled`. Nothing on disk changes.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

# Rasa's own leaf modules and the names that other Rasa modules import from them.
_RASA_LEAVES: dict[str, tuple[str, ...]] = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator", "RasaDataGenerator"),
    "rasa.nlu.classifiers.diet_classifier": (
        "DIETClassifier",
        "DIET",
        "LABEL_KEY",
        "LABEL_SUB_KEY",
        "EntityTagSpec",
    ),
    "rasa.nlu.selectors.response_selector": ("ResponseSelector", "DIET2DIET", "DIET2BOW"),
    "rasa.core.policies.ted_policy": ("TEDPolicy", "TED"),
    "rasa.core.policies.unexpected_intent_policy": ("UnexpecTEDIntentPolicy", "IntentTED"),
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer": ("LanguageModelFeaturizer",),
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer": ("ConveRTFeaturizer",),
}

# Packages of connectors, stores and models that this project does not install.
_ABSENT = frozenset(
    {
        "absl", "aiogram", "boto3", "botocore", "confluent_kafka", "docopt",
        "fbmessenger", "google",
        "jax", "matplotlib", "mattermostwrapper", "psycopg2", "pydot", "pymongo",
        "rocketchat_API", "safetensors", "sanic_jwt", "sklearn_crfsuite", "slack_sdk",
        "tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "twilio",
        "webexteamssdk",
    }
)  # fmt: skip


class NotInstalled(RuntimeError):
    """A model or a setting asks for a part of Rasa that this project leaves out."""


def _refuse(cls: Any, /, *_args: object, **_kwargs: object) -> Any:
    raise NotInstalled(
        f"{cls.__module__}.{cls.__name__} needs TensorFlow or a vendor package that is not "
        f"installed; use the components named in config.yml"
    )


def _stand_in(module: str, name: str) -> type:
    return type(
        name,
        (),
        {"__module__": module, "create": classmethod(_refuse), "load": classmethod(_refuse)},
    )


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name in _RASA_LEAVES:
            return importlib.machinery.ModuleSpec(name, self)
        package = name.partition(".")[0]
        if package in _ABSENT and not _is_real(package):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        for name in _RASA_LEAVES.get(module.__name__, ()):
            setattr(module, name, _stand_in(module.__name__, name))
        if module.__name__.partition(".")[0] in _ABSENT:
            module.__dict__["__getattr__"] = lambda name: _absent_name(module, name)


def _is_real(package: str) -> bool:
    """Return whether the package itself was loaded before: its modules are then its own."""
    spec = getattr(sys.modules.get(package), "__spec__", None)
    return spec is not None and not isinstance(spec.loader, _Finder)


def _absent_name(module: ModuleType, name: str) -> type:
    if name.startswith("__"):
        raise AttributeError(name)
    made = _stand_in(module.__name__, name)
    setattr(module, name, made)
    return made


def install() -> None:
    """Put the finder first; harmless when called again."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
