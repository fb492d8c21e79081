"""Errors of the assistant.

UrtuuError
├── SettingsError      a setting is missing or wrong (do not retry; the message names it)
├── CatalogueError     a file under nlu_data/ is wrong (do not retry; it lists every problem)
├── Busy               the conversation is answering another message (retry)
└── StoreUnavailable   the database does not answer (retry)
"""

from __future__ import annotations


class UrtuuError(Exception):
    """Base of every error this program raises on purpose."""

    retryable = False


class SettingsError(UrtuuError):
    """A setting is missing or wrong; the message names the variable and the remedy."""


class CatalogueError(UrtuuError):
    """One or more files under nlu_data/ are wrong; the message lists file, key and remedy."""


class Busy(UrtuuError):
    """The conversation is still answering an earlier message."""

    retryable = True


class StoreUnavailable(UrtuuError):
    """The database does not answer."""

    retryable = True
