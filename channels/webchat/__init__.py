"""Web chat: a widget that a ministry puts on its own site by one script tag.

The site's page is on another origin, so nothing rests on cookies: a page of an admitted origin
gets a signed ticket (`tickets`), and speaks over a WebSocket (`sockets`) or, where that fails, by
HTTP (`posts`). `files` serves the widget itself; what is said in both is read by `wire`.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.routing import BaseRoute

from channels.plan import Opened, Plan, Setting, Tools, Values
from channels.reception import Reception
from channels.webchat.counter import Counter, CounterLimits
from channels.webchat.door import NAME, Webchat
from channels.webchat.files import file_routes
from channels.webchat.origins import Origins
from channels.webchat.posts import post_routes
from channels.webchat.sockets import socket_routes
from channels.webchat.tickets import Tickets

__all__ = ["PLAN", "webchat_routes"]

ORIGINS, KEY, PROXIES = "URTUU_WEBCHAT_ORIGINS", "URTUU_WEBCHAT_KEY", "URTUU_TRUSTED_PROXIES"


def _open(values: Values, tools: Tools) -> Opened:
    origins = Origins.read(values.text(ORIGINS))
    if tools.public_url is not None:
        origins = origins.with_one(_origin_of(tools.public_url))
    door, tickets = Webchat(origins), Tickets(values.key(KEY))
    proxies = values.whole(PROXIES)
    return Opened(
        channel=door, pages=lambda reception: webchat_routes(door, tickets, reception, proxies)
    )


def webchat_routes(
    door: Webchat,
    tickets: Tickets,
    reception: Reception,
    trusted_proxies: int = 0,
    limits: CounterLimits | None = None,
) -> Sequence[BaseRoute]:
    """Everything below /webchat/: the widget, its session, its messages, its socket."""
    counter = Counter(limits or CounterLimits(), trusted_proxies)
    return [
        *file_routes(),
        *post_routes(door, tickets, reception, counter),
        *socket_routes(door, tickets, reception, counter),
    ]


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


PLAN = Plan(
    name=NAME,
    title="Web chat: a widget for the site of a ministry",
    settings=(
        Setting(
            ORIGINS,
            "The sites that may carry the widget, as exact origins separated by commas, such as "
            "https://e-mongolia.example.mn.",
        ),
        Setting(
            KEY,
            "Signs the tickets of chat sessions: 32 random bytes in base64, "
            "`openssl rand -base64 32`.",
            secret=True,
        ),
        Setting(PROXIES, "How many proxies of ours append to X-Forwarded-For.", default="0"),
    ),
    opens=_open,
)
