"""The phone simulator page: a keypad phone, a chat box and made-up citizens, in plain files.

The page talks to the simulated network under /demo/at, to the list of citizens at /demo/people and
to the chat at /chat, all on its own origin. Nothing comes from another host and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

_FOLDER = Path(__file__).parent

_FILES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "/": ("index.html", "text/html"),
        "/phone/page.css": ("page.css", "text/css"),
        "/phone/phone.css": ("phone.css", "text/css"),
        "/phone/main.js": ("main.js", "text/javascript"),
        "/phone/network.js": ("network.js", "text/javascript"),
        "/phone/keypad.js": ("keypad.js", "text/javascript"),
        "/phone/length.js": ("length.js", "text/javascript"),
        "/phone/screens.js": ("screens.js", "text/javascript"),
        "/phone/phone.js": ("phone.js", "text/javascript"),
        "/phone/people.js": ("people.js", "text/javascript"),
        "/phone/chat.js": ("chat.js", "text/javascript"),
        "/phone/icon.svg": ("icon.svg", "image/svg+xml"),
    }
)
"""Path, and the file and type behind it: nothing else in the folder can be asked for."""

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}


def phone_page_routes() -> list[Route]:
    """The page at "/" and its files below "/phone/"."""
    return [
        Route(path, _file(_FOLDER / name, media_type))
        for path, (name, media_type) in _FILES.items()
    ]


def _file(path: Path, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_: Request) -> Response:
        return FileResponse(path, media_type=media_type, headers=_HEADERS)

    return endpoint
