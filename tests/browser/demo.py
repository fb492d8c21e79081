"""The phone page with a scripted assistant behind it, served on the loopback interface."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from bot.message import Choice, Expects, Inbound, Reply
from channels.africastalking_sender import Account, AfricasTalkingSender
from channels.africastalking_simulator import SimulatorConfig, build_at_simulator
from channels.phone_page import phone_page_routes
from channels.reception import Limits, Reception
from channels.registry import open_channels
from tests.channels.loopback import async_client, async_tools, bound_socket, serve, url_of
from tests.channels.scripted_turn import ScriptedTurn

SECRET = "a-secret-for-the-phone-page"
PEOPLE = [
    {
        "name": "Бат-Эрдэнийн Сарнай",
        "phone": "99000001",
        "register_number": "УБ95021217",
        "plate_numbers": ["1234УНА"],
    },
    {
        "name": "Доржийн Ганзориг",
        "phone": "88000002",
        "register_number": "АР81110304",
        "plate_numbers": ["5678ДАР", "0912УБЕ"],
    },
    {
        "name": "Цэрэндулам",
        "phone": "95000003",
        "register_number": "ХЭ58070201",
        "plate_numbers": [],
    },
    {
        "name": "Наранбаатарын Өнөрмаа",
        "phone": "80000004",
        "register_number": "ӨМ02270455",
        "plate_numbers": ["3344ӨМН"],
    },
]
MENU = (Choice("Торгууль", "/a"), Choice("Паспорт", "/b"), Choice("Нийгмийн даатгал", "/c"))


def script(inbound: Inbound) -> tuple[Reply, ...]:
    """A small conversation that every test of the page can have."""
    said = inbound.keys or (inbound.text or "").strip().casefold()
    if said in ("1", "торгууль"):
        return (Reply("Машины улсын дугаар? Жишээ: 1234УНА", expects=Expects.TEXT),)
    if said in ("2", "паспорт"):
        text = (
            "Паспорт сунгахад хуучин паспорт, цээж зураг, өргөдөл хэрэгтэй. "
            "Иргэний бүртгэлийн хэлтэст өөрийн биеэр очно. Асуух зүйл байвал 1111."
        )
        return (Reply(text),)
    if said.startswith("1234"):
        return (Reply("Төлөөгүй торгууль алга. Баярлалаа.", ends_session=True),)
    return (Reply("Сайн байна уу? Юу хэрэгтэй вэ?", MENU, Expects.CHOICE),)


@contextmanager
def demo() -> Iterator[tuple[str, ScriptedTurn]]:
    """The URL of a running page and the assistant behind it."""
    with bound_socket() as sock:
        base = url_of(sock)
        config = SimulatorConfig(
            f"{base}/ussd/{SECRET}", f"{base}/sms/{SECRET}", report_delay_s=0.05
        )
        environ = {
            "URTUU_AT_SECRET": SECRET,
            "URTUU_AT_USERNAME": config.username,
            "URTUU_AT_API_KEY": config.api_key,
            "URTUU_CHAT_KEY": base64.b64encode(b"k" * 32).decode("ascii"),
        }
        account = Account(f"{base}/demo/at", config.username, config.api_key, config.sms_code)

        async def push(address: str, text: str, key: str) -> str:
            async with async_client() as client:
                return await AfricasTalkingSender(account, client).send(address, text, key)

        async def people(_: Request) -> JSONResponse:
            return JSONResponse(PEOPLE)

        turn = ScriptedTurn(script, push)
        reception = Reception(turn, limits=Limits(burst=1000, stranger_burst=1000))
        with async_tools() as tools:
            routes = open_channels(environ, tools).routes(reception)
        app = Starlette(
            routes=[
                *phone_page_routes(),
                *routes,
                Route("/demo/people", people),
                Mount("/demo/at", build_at_simulator(config)),
            ]
        )
        with serve(app, sock):
            yield base, turn
