"""Where the project's files are, and where it keeps what it makes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
"""The folder that holds config.yml, domain.yml and nlu_data/."""


def data_folder() -> Path:
    """Return what people say and what the state offers; URTUU_NLU_DATA names another one."""
    return Path(os.environ.get("URTUU_NLU_DATA") or PROJECT / "nlu_data")


def var_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the database and demo keys live; URTUU_VAR names another one."""
    return Path(environ.get("URTUU_VAR") or PROJECT / "var")


def model_folder() -> Path:
    """Return where trained models and embeddings lie; URTUU_MODELS names another one."""
    return Path(os.environ.get("URTUU_MODELS") or PROJECT / "models")
