"""Errors of the review.

UrtuuError
└── ReviewError          something asked of the review cannot be done (do not retry)
    ├── UnknownItem      no utterance has this number
    ├── UnknownLabel     a label names neither a service nor an act
    └── RefusedPhrases   phrases of a file cannot be taken; it lists every one, and nothing changed
"""

from __future__ import annotations

from bot.errors import UrtuuError


class ReviewError(UrtuuError):
    """Something asked of the review cannot be done."""


class UnknownItem(ReviewError):
    """No utterance in the queue has this number."""


class UnknownLabel(ReviewError):
    """A label names neither a service nor an act; the message names the nearest."""


class RefusedPhrases(ReviewError):
    """A proposal holds phrases that cannot be taken, or none; the message lists every reason."""
