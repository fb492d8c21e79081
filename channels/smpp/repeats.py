"""Which deliver_sm are deliveries of one that came before.

SMPP gives an incoming message no id, and an SMSC sends it again when our answer did not reach it
in time. The rule: a deliver_sm repeats the one before it with the same key and content when that
one has not been acknowledged, or was acknowledged less than `grace_s` ago (the answer and the
repetition crossed), or was acknowledged over a connection that has been lost since, less than
`doubt_s` ago. After a restart, when nothing is remembered, what the store holds of the key
decides for the first `window_s`: the same content, stored less than `window_s` ago, is a
repetition. Anything else is a new message, so that a citizen may say "1" twice.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

_MAX_KEYS = 20_000

History = Callable[[str], Awaitable[str | None]]
"""What the store holds of a key: the `history` of its latest arrival."""


@dataclass(frozen=True)
class Arrival:
    """One message, told apart from all others."""

    key: str
    message_id: str
    history: str
    """What a later process needs to recognise a repetition."""
    is_known: bool
    """Whether something was heard under the key before."""
    is_answered: bool
    """Whether it repeats a message whose answer has left over this very connection."""


@dataclass
class _Heard:
    digest: str
    arrival: Arrival
    settled_s: float | None = None
    bind: int = 0


class Repeats:
    """What arrived lately, by key. Keys and ids tell nothing of a citizen without the secret."""

    def __init__(
        self,
        secret: bytes,
        clock_s: Callable[[], float],
        binds: Callable[[], int],
        *,
        grace_s: float,
        window_s: float,
        doubt_s: float = 30,
        asks_always: bool = False,
    ) -> None:
        """`binds` counts the connections so far.

        `asks_always`: the store is asked of every key that is not remembered, not only after a
        restart.
        """
        self._secret = secret
        self._clock_s = clock_s
        self._binds = binds
        self._grace_s = grace_s
        self._window_s = window_s
        self._doubt_s = doubt_s
        self._asks_always = asks_always
        self._began_s = clock_s()
        self._heard: OrderedDict[str, _Heard] = OrderedDict()

    def digest(self, *parts: str | bytes) -> str:
        """A name for the parts that only this deployment can compute."""
        digest = hmac.new(self._secret, digestmod=hashlib.sha256)
        for part in parts:
            octets = part.encode() if isinstance(part, str) else part
            digest.update(len(octets).to_bytes(4, "big") + octets)
        return digest.hexdigest()

    async def arrival(
        self, key: str, content: bytes, received_at: datetime, history: History
    ) -> Arrival:
        """The message with its id: that of the message it repeats, or a new one."""
        digest = self.digest(key, content)
        heard = self._heard.get(key)
        if heard is None and (self._asks_always or self._is_young()):
            heard = self._restored(key, received_at, await history(key))
        if heard is not None and heard.digest == digest and self._repeats(heard):
            self._keep(key, heard)
            is_answered = heard.settled_s is not None and heard.bind == self._binds()
            return replace(heard.arrival, is_answered=is_answered)
        message_id = self.digest(digest, received_at.isoformat())
        line = f"{received_at.isoformat()} {digest} {message_id}"
        arrival = Arrival(key, message_id, line, heard is not None, False)
        self._keep(key, _Heard(digest, arrival))
        return arrival

    def settled(self, arrival: Arrival) -> None:
        """Say that the answer to a message has been written."""
        heard = self._heard.get(arrival.key)
        if heard is not None and heard.arrival.message_id == arrival.message_id:
            heard.settled_s, heard.bind = self._clock_s(), self._binds()

    def forget(self, key: str) -> None:
        """Forget a key: what comes under it next is new."""
        self._heard.pop(key, None)

    def _repeats(self, heard: _Heard) -> bool:
        if heard.settled_s is None:
            return True
        since_s = self._clock_s() - heard.settled_s
        limit_s = self._grace_s if heard.bind == self._binds() else self._doubt_s
        return since_s < limit_s

    def _is_young(self) -> bool:
        return self._clock_s() - self._began_s < self._window_s

    def _restored(self, key: str, received_at: datetime, line: str | None) -> _Heard | None:
        if line is None or line.count(" ") != 2:  # noqa: PLR2004  # the fields of a history
            return None
        at, digest, message_id = line.split(" ")
        heard = _Heard(digest, Arrival(key, message_id, line, True, False))
        age = received_at - datetime.fromisoformat(at)
        if not self._is_young() or age > timedelta(seconds=self._window_s):
            heard.settled_s, heard.bind = float("-inf"), self._binds()
        return heard

    def _keep(self, key: str, heard: _Heard) -> None:
        self._heard[key] = heard
        self._heard.move_to_end(key)
        if len(self._heard) > _MAX_KEYS:
            self._heard.popitem(last=False)
