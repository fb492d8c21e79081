"""The widget's files: one script that holds everything, and a page to try it on.

The script carries its style and its words within, so a site has one address to admit and one hash
to pin. It adds no inline script and no inline style: the style is a constructed sheet in a shadow
root, which a Content-Security-Policy does not count as inline.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

import yaml
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

_FOLDER = Path(__file__).parent
PARTS = ("ticket.js", "socket.js", "line.js", "elements.js", "panel.js", "talk.js", "main.js")
"""The parts of the script in the order in which they need each other."""

_PUBLIC = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=300",
}
_PAGE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def file_routes() -> list[BaseRoute]:
    """`/webchat/widget.js`, and `/webchat/embed` with its style."""
    style = (_FOLDER / "embed.css").read_text(encoding="utf-8")
    return [
        Route("/webchat/widget.js", _always(widget_script(), "text/javascript", _PUBLIC)),
        Route("/webchat/embed", _embed),
        Route("/webchat/embed.css", _always(style, "text/css", _PAGE)),
    ]


@cache
def widget_script() -> str:
    """The whole script: words, style and parts in one scope that leaves no names on the page."""
    words = yaml.safe_load((_FOLDER / "words.yml").read_text(encoding="utf-8"))
    style = (_FOLDER / "widget" / "widget.css").read_text(encoding="utf-8")
    parts = [(_FOLDER / "widget" / name).read_text(encoding="utf-8") for name in PARTS]
    head = f"const WORDS = {json.dumps(words)};\nconst STYLE = {json.dumps(style)};\n"
    return '(() => {\n"use strict";\n' + head + "\n".join(parts) + "})();\n"


def widget_integrity() -> str:
    """The hash of the script, in the form of an `integrity` attribute (W3C SRI, 3.5)."""
    digest = hashlib.sha384(widget_script().encode()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


async def _embed(request: Request) -> Response:
    # Without the query, which need not be text.
    here = request.base_url
    base = f"{here.scheme}://{here.netloc}"
    page = (_FOLDER / "embed.html").read_text(encoding="utf-8")
    filled = {"{origin}": base, "{socket}": f"ws{base.removeprefix('http')}"}
    filled["{integrity}"] = widget_integrity()
    for name, value in filled.items():
        page = page.replace(name, html.escape(value))
    return Response(page, media_type="text/html", headers=_PAGE)


def _always(
    text: str, media_type: str, headers: dict[str, str]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_: Request) -> Response:
        return Response(text, media_type=media_type, headers=headers)

    return endpoint
