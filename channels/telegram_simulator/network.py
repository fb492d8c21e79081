"""The state of the simulated Telegram: chats, waiting updates, the webhook, faults, findings."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

BOT_ID = 700001

_MAX_VIOLATIONS = 200
_MAX_MESSAGES = 200
_JSON_TYPE = "application/json"


@dataclass(frozen=True)
class SimulatorConfig:
    """As what the simulator answers."""

    token: str = field(default=f"{BOT_ID}:simulator-token", repr=False)
    username: str = "urtuu_bot"
    retry_s: float = 1.0
    """Pause before an update is posted again; it doubles, and `Retry-After` is not waited out."""
    max_posts: int = 8
    """How often one update is posted."""
    answer_timeout_s: float = 30


@dataclass
class Faults:
    """What goes wrong on purpose."""

    flood: int = 0
    """How many of the next messages of the bot answer 429."""
    retry_after_s: int = 7
    http500: int = 0
    """How many of the next requests answer 500."""
    swallow: int = 0
    """How many of the next messages of the bot are taken and then not answered in time."""
    garble: int = 0
    """How many of the next messages of the bot are taken and answered with a broken body."""
    duplicates: int = 0
    """How many more times each update is posted after it was taken."""
    uneditable: bool = False
    """Whether the bot's messages have become too old to edit."""


@dataclass
class BotMessage:
    """One message of the bot in a chat."""

    message_id: int
    text: str = field(repr=False)
    markup: dict[str, Any] | None
    edits: int = 0

    @property
    def buttons(self) -> list[dict[str, str]]:
        """The inline buttons, in order."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]


@dataclass
class Webhook:
    """Where updates are posted."""

    url: str = field(repr=False)
    secret: str = field(repr=False)
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Violation:
    """Something the bot sent against the rules."""

    code: str
    detail: str
    """What was found, without the text itself."""


@dataclass
class Post:
    """What came of posting an update to the webhook."""

    update_id: int
    status: int
    """0 where no answer came."""


def _now() -> datetime:
    return datetime.now(UTC)


class TelegramNetwork:
    """Everything the simulator remembers, and its way to the bot."""

    def __init__(
        self,
        config: SimulatorConfig | None = None,
        *,
        client: httpx.AsyncClient | None = None,
        now: Callable[[], datetime] = _now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.config = config or SimulatorConfig()
        self.faults = Faults()
        self.webhook: Webhook | None = None
        self.chats: dict[int, deque[BotMessage]] = {}
        self.blocked: set[int] = set()
        self.files: dict[str, bytes] = {}
        self.file_paths: dict[str, str] = {}
        """`file_path` of a file where it is not the usual one."""
        self.presses: dict[str, dict[str, Any] | None] = {}
        """What each press was answered with; None: nothing yet."""
        self.actions: list[tuple[int, str]] = []
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.posts: list[Post] = []
        self.calls: list[str] = []
        self.violations: deque[Violation] = deque(maxlen=_MAX_VIOLATIONS)
        self.arrived = asyncio.Event()
        self._now = now
        self._sleep = sleep
        self._client = client or httpx.AsyncClient(
            trust_env=False, verify=ssl.create_default_context()
        )
        self._pending: deque[dict[str, Any]] = deque()
        self._kept: dict[int, dict[str, Any]] = {}
        self._last_update_id = 1000
        self._last_message_id = 10
        self._posting: set[asyncio.Task[None]] = set()

    @property
    def timestamp(self) -> int:
        """Now, in seconds, as messages carry it."""
        return int(self._now().timestamp())

    def new_message_id(self) -> int:
        """The next id of a message."""
        self._last_message_id += 1
        return self._last_message_id

    def object_to(self, code: str, detail: str) -> None:
        """Note something against the rules."""
        self.violations.append(Violation(code, detail))

    def message(self, chat_id: int, message_id: int) -> BotMessage | None:
        """One message of the bot."""
        found = (each for each in self.chats.get(chat_id, ()) if each.message_id == message_id)
        return next(found, None)

    def keep(self, chat_id: int, message: BotMessage) -> None:
        """Put a message of the bot into a chat."""
        self.open_chat(chat_id)
        self.chats[chat_id].append(message)

    def open_chat(self, chat_id: int) -> None:
        """Let the bot write to a chat: someone has written to it there."""
        self.chats.setdefault(chat_id, deque(maxlen=_MAX_MESSAGES))

    def push(self, kind: str, content: dict[str, Any]) -> int:
        """Give the bot an update and return its id."""
        self._last_update_id += 1
        update = {"update_id": self._last_update_id, kind: content}
        self._kept[self._last_update_id] = update
        self._hand_over(update)
        return self._last_update_id

    def redeliver(self, update_id: int) -> None:
        """Give the bot an earlier update once more."""
        self._hand_over(self._kept[update_id])

    def waiting(self, offset: int | None) -> list[dict[str, Any]]:
        """What a poll gets; updates before `offset` are confirmed and forgotten."""
        while offset is not None and self._pending and self._pending[0]["update_id"] < offset:
            self._pending.popleft()
        return list(self._pending)[:100]

    @property
    def pending_count(self) -> int:
        """How many updates are not confirmed."""
        return len(self._pending)

    def flush(self) -> None:
        """Post what waited while there was no webhook."""
        waiting, self._pending = self._pending, deque()
        for update in waiting:
            self._hand_over(update)

    async def settled(self) -> None:
        """Wait until every update has been posted."""
        while self._posting:
            await asyncio.gather(*self._posting)

    async def aclose(self) -> None:
        """Stop posting and close the client."""
        for task in self._posting:
            task.cancel()
        await asyncio.gather(*self._posting, return_exceptions=True)
        await self._client.aclose()

    def _hand_over(self, update: dict[str, Any]) -> None:
        kind = next(key for key in update if key != "update_id")
        if self.webhook is None:
            self._pending.append(update)
            self.arrived.set()
            return
        if self.webhook.allowed and kind not in self.webhook.allowed:
            return
        task = asyncio.get_running_loop().create_task(self._post(update, self.webhook))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    async def _post(self, update: dict[str, Any], webhook: Webhook) -> None:
        pause_s, taken = self.config.retry_s, 0
        for _ in range(self.config.max_posts):
            status = await self._post_once(update, webhook)
            self.posts.append(Post(update["update_id"], status))
            if httpx.codes.is_success(status):
                taken += 1
                if taken > self.faults.duplicates:
                    return
                continue
            await self._sleep(pause_s)
            pause_s *= 2
        self.object_to("webhook", "an update was given up")

    async def _post_once(self, update: dict[str, Any], webhook: Webhook) -> int:
        headers = {"Content-Type": _JSON_TYPE}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        with contextlib.suppress(httpx.HTTPError):
            response = await self._client.post(
                webhook.url,
                json=update,
                headers=headers,
                timeout=self.config.answer_timeout_s,
            )
            return response.status_code
        return 0
