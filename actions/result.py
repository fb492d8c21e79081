"""What a step of the dialogue returns: what to say and where the conversation stands then."""

from __future__ import annotations

from dataclasses import dataclass, replace

from actions.dialogue import Dialogue
from actions.speech import Line


@dataclass(frozen=True)
class Result:
    """Lines to say, in order, and the dialogue after them."""

    lines: tuple[Line, ...]
    dialogue: Dialogue

    def after(self, *lines: Line) -> Result:
        """Return the result with `lines` said first."""
        return replace(self, lines=(*lines, *self.lines))
