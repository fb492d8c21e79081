"""A ministry's page on one origin, and the web chat it carries on another."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.keys import Keys
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.message import Choice, Expects, Inbound, Reply
from channels.webchat.counter import CounterLimits
from channels.webchat.files import widget_integrity
from tests.browser.page import Page
from tests.channels.loopback import bound_socket, url_of
from tests.channels.scripted_turn import ScriptedTurn
from tests.channels.webchat_house import PLENTY, House, served

MARKUP = '<img src=x onerror="document.title=1"><b>тод</b>'
HOSTILE = """\
button { display: none !important; } p { color: red !important; }
:root { font-size: 62.5%; }
"""
PAGE = """\
<!doctype html><html lang="mn"><head><meta charset="utf-8"><title>Яам</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/site.css">
<script src="{chat}/webchat/widget.js" integrity="{integrity}" crossorigin="anonymous"
 defer {attributes}></script></head>
<body><main><h1>Яамны сайт</h1><p><a href="/other" id="link">Мэдээ</a></p></main></body></html>
"""


def script(inbound: Inbound) -> tuple[Reply, ...]:
    """A small conversation that every test of the widget can have."""
    said = inbound.keys or (inbound.text or "").strip().casefold()
    if said in ("1", "паспорт"):
        return (Reply("Паспортын дугаараа бичнэ үү.", expects=Expects.DIGITS),)
    if said == "хувийн":
        return (Reply("Таны регистр: УБ95021217", private=True), Reply("Өөр зүйл байна уу?"))
    if said == "тэмдэгт":
        return (Reply(MARKUP, (Choice(MARKUP, "/a"),), Expects.CHOICE),)
    if said == "урт":
        return (Reply("Иргэний бүртгэлийн хэлтэст өөрийн биеэр очно уу. " * 12),)
    menu = (Choice("Паспорт", "/passport"), Choice("Жолоочийн үнэмлэх", "/licence"))
    if said == "урт асуулт":
        return (Reply("Доорхоос нэгийг нь сонгоно уу. " * 18, menu, Expects.CHOICE),)
    return (Reply("Сайн байна уу? Юу хэрэгтэй вэ?", menu, Expects.CHOICE),)


class Site:
    """The ministry's site, and the server of the chat, which can be stopped and started."""

    def __init__(self, sock: socket.socket, chat_socket: socket.socket) -> None:
        self.url = url_of(sock)
        self.house = House(url_of(chat_socket), ScriptedTurn(script))
        self.attributes = ""
        self.policy = (
            f"default-src 'none'; style-src 'self'; script-src {self.house.url}; "
            f"connect-src {self.house.url} ws{self.house.url.removeprefix('http')}"
        )
        self._chat_socket = chat_socket
        self._running = ExitStack()

    @property
    def turn(self) -> ScriptedTurn:
        return self.house.turn

    def start(self, *, sockets: bool = True, counting: CounterLimits | None = None) -> None:
        """Serve the chat, in place of how it was served before."""
        self.stop()
        app = self.house.app(self.url, limits=PLENTY, counting=counting)
        # The server closes the socket that it is given; the copy keeps the port.
        copy = self._chat_socket.dup()
        self._running.enter_context(served(app, copy, "wsproto" if sockets else "none"))

    def stop(self) -> None:
        self._running.close()

    async def page(self, _: Request) -> Response:
        filled = {"chat": self.house.url, "integrity": widget_integrity()}
        text = PAGE.format(**filled, attributes=self.attributes)
        return HTMLResponse(text, headers={"Content-Security-Policy": self.policy})

    async def style(self, _: Request) -> Response:
        return Response(HOSTILE, media_type="text/css")


@contextmanager
def ministry() -> Iterator[Site]:
    """A running site whose chat is served with sockets."""
    with bound_socket() as sock, bound_socket() as chat_socket:
        site = Site(sock, chat_socket)
        pages = [Route("/site.css", site.style), Route("/{path:path}", site.page)]
        with served(Starlette(routes=list(pages)), sock, "none"):
            site.start()
            try:
                yield site
            finally:
                site.stop()


class Widget(Page):
    """The widget on the ministry's page, in a browser."""

    def __init__(self, driver: Chrome, site: Site) -> None:
        super().__init__(driver, site.url)
        self.site = site

    def open(self) -> None:
        """Load the page anew as a new tab would."""
        self.driver.get("about:blank")
        self.driver.get(self.url)
        self.driver.execute_script("sessionStorage.clear()")
        self.driver.get(self.url)
        self.forget_problems()
        self.until(lambda: self.run("return Boolean(root)"))

    def run(self, body: str, *arguments: object) -> Any:
        """What a script returns that knows the widget's shadow root as `root`."""
        head = "const root = document.querySelector('urtuu-webchat')?.shadowRoot;"
        return self.driver.execute_script(head + body, *arguments)

    def prefer(self, **features: str) -> None:
        """What the citizen's system asks of pages, such as dark colours; nothing: no wish."""
        named = [{"name": key.replace("_", "-"), "value": said} for key, said in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": named})

    def find(self, selector: str) -> Any:
        return self.run("return root.querySelector(arguments[0])", selector)

    def press_button(self, selector: str) -> None:
        self.find(selector).click()

    def launch(self) -> None:
        self.press_button(".launcher")
        self.until(lambda: self.run("return root.querySelector('dialog').open"))

    def say(self, text: str) -> None:
        self.find("#field").send_keys(text, "\n")

    def hears(self, text: str) -> None:
        self.until(lambda: text in self.log)

    def walk(self, *, back: bool = False) -> str:
        """Press Tab; the text of the choice, or the name, that the focus has come to."""
        chain = ActionChains(self.driver)
        if back:
            chain.key_down(Keys.SHIFT)
        chain.send_keys(Keys.TAB)
        if back:
            chain.key_up(Keys.SHIFT)
        chain.perform()
        choice: str = self.run("return root.activeElement?.closest('.choices button')?.innerText")
        return choice or self.focused

    @property
    def log(self) -> str:
        text: str = self.run("return root.querySelector('.log').textContent")
        return text

    @property
    def status(self) -> str:
        text: str = self.run("return root.querySelector('.status').textContent")
        return text

    @property
    def focused(self) -> str:
        """The id or the class of the element that has the focus, within the widget or the page."""
        name: str = self.run(
            "const one = root.activeElement ?? document.activeElement;"
            "return one.id || one.className || one.tagName"
        )
        return name
