"""What may go wrong while peers talk.

InteropError
├── PeerError      a peer does not install, start or answer: nothing is known of the channel
└── Disagreement   the peer or the citizen got something else than was due
"""

from __future__ import annotations


class InteropError(Exception):
    """Base of every error of this package."""


class PeerError(InteropError):
    """A peer does not work."""


class Disagreement(InteropError):
    """What came is not what was due."""
