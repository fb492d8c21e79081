"""A turn that answers from a script, with the paging and repeat rules of the real one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.message import Choice, Expects, Inbound, Reply
from bot.outcome import Door, Outcome

NEXT, BACK = "98", "0"

Script = Callable[[Inbound], tuple[Reply, ...]]
Push = Callable[[str, str, str], Awaitable[object]]


def greeting(inbound: Inbound) -> tuple[Reply, ...]:
    """The script that most cases need: a question with two choices."""
    choices = (Choice("Паспорт", "/passport"), Choice("Торгууль", "/fines"))
    return (Reply("Сайн байна уу? Юу хэрэгтэй вэ?", choices, Expects.CHOICE),)


class ScriptedTurn:
    """Satisfies channels.base.Turn and remembers what it was asked."""

    def __init__(self, script: Script = greeting, push: Push | None = None) -> None:
        self.script = script
        self.push = push
        self.error: Exception | None = None
        self.texts: tuple[str, ...] | None = None
        """Said in place of what the channel composes."""
        self.inbounds: list[Inbound] = []
        self.dropped: list[tuple[str, str]] = []
        self.deliveries: list[tuple[str, str, str, str | None]] = []
        self.histories: dict[str, str] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._screens: dict[str, Outcome] = {}

    def reset(self) -> None:
        """Forget everything but the script."""
        self.__init__(self.script, self.push)  # type: ignore[misc]  # the same object, as new

    async def handle(self, inbound: Inbound, door: Door) -> Outcome:
        self.inbounds.append(inbound)
        if self.error is not None:
            raise self.error
        if inbound.message_id in self._outcomes:
            return self._outcomes[inbound.message_id]
        outcome = self._turned(inbound) or self._answered(inbound, door)
        if inbound.session_id is not None:
            self.histories[inbound.session_id] = inbound.history or ""
            self._screens[inbound.session_id] = outcome
        self._outcomes[inbound.message_id] = outcome
        if door.pushes and self.push is not None:
            for number, text in enumerate(outcome.texts):
                await self.push(inbound.address, text, f"{inbound.message_id}:{number}")
        return outcome

    def _turned(self, inbound: Inbound) -> Outcome | None:
        screen = self._screens.get(inbound.session_id or "")
        step = {NEXT: 1, BACK: -1}.get(inbound.keys or "")
        if screen is None or step is None or not 0 <= screen.page + step < len(screen.texts):
            return None
        return Outcome(screen.replies, screen.texts, screen.page + step, screen.ends_session)

    def _answered(self, inbound: Inbound, door: Door) -> Outcome:
        replies = self.script(inbound)
        texts = self.texts or door.compose(replies)
        return Outcome(replies, texts, 0, replies[-1].ends_session)

    async def history(self, channel: str, session_id: str) -> str | None:
        return self.histories.get(session_id)

    async def drop(self, channel: str, session_id: str) -> None:
        self.dropped.append((channel, session_id))

    async def delivery(
        self, channel: str, provider_id: str, status: str, error_code: str | None
    ) -> None:
        self.deliveries.append((channel, provider_id, status, error_code))
