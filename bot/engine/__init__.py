"""Rasa 3.6.21 as the dialogue engine: the only package that imports Rasa.

Importing this package prepares Rasa: TensorFlow-only parts and unused connectors are replaced by
classes that refuse with a clear message, telemetry is off, and the corrections of
`bot.engine.corrections` are applied.
"""

from __future__ import annotations

import os

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
# SQLAlchemy 2 removed what this variable silences; Rasa's own modules still look for it.
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
# Rasa draws a progress bar for every rule.
os.environ.setdefault("TQDM_DISABLE", "1")

from bot.engine import quiet, stand_ins

stand_ins.install()
quiet.apply()

from bot.engine import corrections  # noqa: E402  (Rasa is importable only from here on)

corrections.apply()
