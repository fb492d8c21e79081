"""What an action says: lines that name a response of domain.yml or carry a catalogue text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.message import Choice, Expects, Reply

if TYPE_CHECKING:
    from rasa_sdk.executor import CollectingDispatcher


@dataclass(frozen=True)
class Line:
    """One reply before it is worded: a response name with its values, or a finished text."""

    response: str | None = None
    text: str | None = None
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    choices: tuple[Choice, ...] = ()
    """Options of this very reply, before those that the response has in domain.yml."""
    expects: Expects | None = None
    private: bool = False
    ends_session: bool = False

    def but(self, **changes: Any) -> Line:
        """Return the line with these fields changed."""
        return replace(self, **changes)


def say(response: str, *choices: Choice, **values: str) -> Line:
    """Return a line that names a response of domain.yml."""
    return Line(response=response, values=values, choices=choices)


def tell(text: str, *choices: Choice) -> Line:
    """Return a line with a text of the catalogue."""
    return Line(text=text, choices=choices)


def again(replies: Sequence[Reply]) -> tuple[Line, ...]:
    """Return lines that say once more what was said before."""
    return tuple(
        Line(
            text=reply.text,
            choices=reply.choices,
            expects=reply.expects,
            private=reply.private,
        )
        for reply in replies
    )


def utter(dispatcher: CollectingDispatcher, lines: Sequence[Line]) -> None:
    """Hand the lines to Rasa, which words the responses."""
    for line in lines:
        custom: dict[str, Any] = {
            "choices": [{"title": c.label, "payload": c.payload} for c in line.choices],
            "expects": line.expects.value if line.expects else None,
            "private": line.private,
            "ends_session": line.ends_session,
        }
        dispatcher.utter_message(
            text=line.text, response=line.response, json_message=custom, **line.values
        )
