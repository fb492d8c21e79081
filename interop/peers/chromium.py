"""A ministry's page in Debian's Chromium, carrying the web chat from another origin.

The page allows the chat by its Content-Security-Policy, once with sockets and once without.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from actions.khur.simulator.serve import serve_in_thread
from interop.browser import Browser, tab
from interop.conversation import Phone, settled
from interop.errors import PeerError
from interop.peer import Check, Lane, Peer
from interop.program import Site, random_key
from interop.versions import debian

WIDGET, PAGE_BOX = "webchat", "chat"
PAGE = """<!doctype html><html lang="mn"><head><meta charset="utf-8"><title>Яам</title>
<script src="{chat}/webchat/widget.js" defer></script></head>
<body><h1>Яамны сайт</h1></body></html>
"""
_CHOICES = "return root.querySelectorAll('.choices button:enabled').length;"
_BEGIN = "fetch('/chat/session').then((answer) => arguments[0](answer.status));"
_ASK = """
const [body, done] = arguments;
const headers = { "Content-Type": "application/json" };
fetch("/chat", { method: "POST", headers, body: JSON.stringify(body) })
  .then((answer) => answer.json())
  .then(done, (error) => done({ error: String(error) }));
"""
_PRESS = "root.querySelectorAll('.choices button:enabled')[arguments[0]].click();"


@dataclass
class ChatPerson:
    """Somebody at the page; where the last answer has buttons, a number presses one of them."""

    browser: Browser
    path: str = "/"
    has_come: bool = False
    pressed: int = 0

    def says(self, text: str) -> str:
        """Return the answer, as the page shows it."""
        if not self.has_come:
            self.browser.visit(self.path)
            self.has_come = True
        seen = len(self.browser.answers())
        buttons = self.browser.run(_CHOICES)
        if text.isdigit() and 0 < int(text) <= buttons:
            self.pressed += 1
            self.browser.run(_PRESS, int(text) - 1)
        else:
            field = self.browser.run("return root.querySelector('#field')")
            field.send_keys(text, "\n")
        if not settled(lambda: len(self.browser.answers()), seen):
            raise PeerError("no answer came")
        return "\n".join(self.browser.answers()[seen:])


def _ministry(chat: str) -> Starlette:
    sockets = f"ws{chat.removeprefix('http')}"

    async def page(request: Request) -> Response:
        connect = chat if request.url.path == "/plain" else f"{chat} {sockets}"
        policy = f"default-src 'none'; script-src {chat}; connect-src {connect}"
        return HTMLResponse(PAGE.format(chat=chat), headers={"Content-Security-Policy": policy})

    return Starlette(routes=[Route("/{path:path}", page)])


@dataclass
class BoxPerson:
    """Somebody at a page of the program itself, whose chat box is told apart by its cookie."""

    browser: Browser
    page: str
    has_come: bool = False
    choices: int = 0

    def says(self, text: str) -> str:
        """Return the answer; a number chooses, where the last one had choices."""
        if not self.has_come:
            self.browser.driver.get(self.page)
            self.browser.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
            self.browser.driver.execute_async_script(_BEGIN)
            self.has_come = True
        chosen = text.isdigit() and 0 < int(text) <= self.choices
        said = {"choice": int(text)} if chosen else {"text": text}
        body = {"id": uuid.uuid4().hex, **said}
        answer: dict[str, Any] = self.browser.driver.execute_async_script(_ASK, body)
        if "replies" not in answer:
            raise PeerError(f"the chat box had no answer: {answer}")
        self.choices = len(answer["replies"][-1]["choices"]) if answer["replies"] else 0
        return "\n".join(reply["text"] for reply in answer["replies"])


@contextmanager
def _open(site: Site) -> Iterator[Lane]:
    with serve_in_thread(_ministry(site.url)) as ministry, tab(ministry) as browser:
        people: list[ChatPerson] = []

        def person(number: str) -> Phone:
            people.append(ChatPerson(browser))
            return people[-1]

        def box(number: str) -> Phone:
            return BoxPerson(browser, f"{site.url}/health")

        environ = {
            "URTUU_WEBCHAT_ORIGINS": ministry,
            "URTUU_WEBCHAT_KEY": random_key(),
            "URTUU_CHAT_KEY": random_key(),
        }
        yield Lane(
            environ,
            {WIDGET: person, PAGE_BOX: box},
            checks=lambda: _checks(site, browser, people),
        )


def _checks(site: Site, browser: Browser, people: list[ChatPerson]) -> Iterator[Check]:
    pressed = sum(person.pressed for person in people)
    yield Check("choices are buttons", pressed > 0, f"{pressed} pressed")
    yield Check("the conversations went over the socket", "message" not in browser.ways())
    problems = [message for message in browser.complaints() if "/webchat/" in message]
    yield Check(
        "the browser finds nothing wrong with the widget", not problems, "; ".join(problems)[:300]
    )
    try:
        by_post = bool(ChatPerson(browser, "/plain").says("цэс")) and "message" in browser.ways()
    except PeerError:
        by_post = False
    yield Check("where the page's policy forbids sockets it goes by HTTP", by_post)
    foreign = {"Origin": "https://elsewhere.example.mn"}
    refused = httpx.post(f"{site.url}/webchat/session", headers=foreign, trust_env=False)
    status = refused.status_code
    yield Check("another site is refused", status == httpx.codes.FORBIDDEN, str(status))


PEER = Peer(
    "chromium",
    lambda: f"{debian('chromium')} with a page of another origin, and with one of our own",
    (PAGE_BOX, WIDGET),
    _open,
)
