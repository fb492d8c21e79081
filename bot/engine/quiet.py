"""What a serving process keeps out of its log: Rasa's debug events and old libraries' warnings."""

from __future__ import annotations

import logging
import warnings

# Rasa logs what citizens wrote at debug and error level; nothing of it may reach a log.
_SILENT = ("rasa", "rasa_sdk", "apscheduler", "sanic", "matplotlib")

_OLD_LIBRARIES = ("pkg_resources", "rasa", "rasa_sdk", "sanic", "dask", "sqlalchemy", "redis")


def apply() -> None:
    """Set the log level of Rasa's packages and ignore the warnings of its old dependencies."""
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
    for module in _OLD_LIBRARIES:
        warnings.filterwarnings("ignore", module=rf"{module}(\..*)?$")
