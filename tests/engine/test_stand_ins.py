"""Rasa runs without TensorFlow, and refuses clearly where it would need it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import bot.engine
from bot.engine.stand_ins import NotInstalled
from bot.places import PROJECT

assert bot.engine


def test_the_engine_imports_no_tensorflow() -> None:
    probe = (
        "import bot.engine.agent, sys; "
        "print(sorted(m for m in sys.modules if m.startswith(('tensorflow', 'keras', 'jax'))))"
    )
    answer = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "ignore", "-c", probe],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        check=True,
        timeout=60,
    )
    assert answer.stdout.strip() == "[]"


def test_a_model_that_needs_tensorflow_is_refused_by_name() -> None:
    from rasa.nlu.classifiers.diet_classifier import DIETClassifier  # noqa: PLC0415

    with pytest.raises(NotInstalled, match="DIETClassifier needs TensorFlow"):
        DIETClassifier.create()
