"""What stands before the channels: rates, allow-lists, proxies, repeats, logs."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from starlette.applications import Starlette

from bot.errors import SettingsError
from bot.text.units import units
from channels.base import Trouble
from channels.chat import ChatSettings
from channels.guard import Buckets, Gate, client_address, networks
from channels.reception import Limits, Reception
from channels.registry import open_channels
from channels.sentences import sentence
from tests.channels.loopback import async_tools, bound_socket, client_of, serve
from tests.channels.scripted_turn import ScriptedTurn

SECRET = "a-secret-for-the-test-of-doors"
AT = {
    "URTUU_AT_SECRET": SECRET,
    "URTUU_AT_USERNAME": "sandbox",
    "URTUU_AT_API_KEY": "the-key-of-this-test",
}

CHAT = {"URTUU_CHAT_KEY": base64.b64encode(b"k" * 32).decode("ascii")}


@contextmanager
def _running(
    turn: ScriptedTurn,
    *,
    limits: Limits | None = None,
    trusted_proxies: int = 0,
    environ: dict[str, str] | None = None,
) -> Iterator[httpx.Client]:
    environ = {**AT, **(environ or {})}
    reception = Reception(turn, limits=limits)
    with async_tools(demo=False) as tools:
        routes = open_channels(environ, tools).routes(reception, trusted_proxies=trusted_proxies)
    app = Starlette(routes=routes)
    with (
        bound_socket() as sock,
        serve(app, sock) as url,
        client_of(url) as client,
    ):
        yield client


def _dial(
    client: httpx.Client, phone: str = "+97699000001", secret: str = SECRET, **headers: str
) -> httpx.Response:
    form = {"sessionId": "ATUid_1", "phoneNumber": phone, "serviceCode": "*1111#", "text": ""}
    return client.post(f"/ussd/{secret}", data=form, headers=headers)


def test_one_citizen_over_the_rate_is_told_to_wait_and_others_are_not() -> None:
    turn = ScriptedTurn()
    with _running(turn, limits=Limits(burst=2, rate_per_s=0.001)) as client:
        answers = [_dial(client).text for _ in range(3)]
        other = _dial(client, phone="+97699000002")
    assert [answer[:3] for answer in answers] == ["CON", "CON", "END"]
    assert answers[2].startswith("END Хэт олон удаа")
    assert other.text.startswith("CON")
    assert len(turn.inbounds) == 3


def test_a_door_over_its_own_rate_makes_everybody_wait_and_other_doors_do_not() -> None:
    turn = ScriptedTurn()
    limits = Limits(door_burst=2, door_rate_per_s=0.001)
    with _running(turn, limits=limits, environ=CHAT) as client:
        answers = [_dial(client, phone=f"+9769900000{n}").text[:3] for n in range(3)]
        client.get("/chat/session")
        chat = client.post(
            "/chat", json={"id": "1", "text": "a"}, headers={"origin": str(client.base_url)}
        )
    assert answers == ["CON", "CON", "END"]
    assert chat.status_code != 429


def test_guessing_secrets_is_slowed_and_the_provider_is_not() -> None:
    turn = ScriptedTurn()
    limits = Limits(stranger_burst=2, stranger_rate_per_s=0.001)
    with _running(turn, limits=limits) as client:
        statuses = [_dial(client, secret=f"guess-number-{n:016}").status_code for n in range(4)]
        right = _dial(client)
    assert statuses == [404, 404, 429, 429]
    assert right.status_code == 200
    assert len(turn.inbounds) == 1


@pytest.mark.parametrize(
    ("allow", "proxies", "forwarded", "status"),
    [
        ("", 0, None, 200),
        ("127.0.0.0/8", 0, None, 200),
        ("192.0.2.0/24", 0, None, 403),
        ("192.0.2.0/24", 0, "192.0.2.7", 403),
        ("192.0.2.0/24", 1, "192.0.2.7", 200),
        ("192.0.2.0/24", 1, "192.0.2.7, 203.0.113.9", 403),
        ("192.0.2.0/24", 2, "192.0.2.7, 203.0.113.9", 200),
        ("192.0.2.0/24", 2, "192.0.2.7", 403),
        ("192.0.2.0/24", 1, "not an address", 403),
    ],
)
def test_the_allow_list_holds_behind_trusted_proxies_only(
    allow: str, proxies: int, forwarded: str | None, status: int
) -> None:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    with _running(
        ScriptedTurn(), environ={"URTUU_AT_ALLOW": allow}, trusted_proxies=proxies
    ) as client:
        assert _dial(client, **headers).status_code == status


def test_a_repeated_delivery_has_the_same_message_id_and_the_same_answer() -> None:
    turn = ScriptedTurn()
    with _running(turn) as client:
        first, second = _dial(client), _dial(client)
    assert first.text == second.text
    assert len({inbound.message_id for inbound in turn.inbounds}) == 1


def test_the_log_of_an_unexpected_error_names_its_place_and_no_citizen(
    caplog: pytest.LogCaptureFixture,
) -> None:
    turn = ScriptedTurn()
    turn.error = RuntimeError("+97699000001 wrote УБ95021217")
    with _running(turn) as client, caplog.at_level(logging.DEBUG):
        _dial(client)
    ours = [record.getMessage() for record in caplog.records if "channels" in record.name]
    assert any("RuntimeError at " in message for message in ours)
    assert not any("99000001" in message or "УБ95" in message for message in ours)


def test_a_body_without_a_length_is_cut_off_at_the_limit() -> None:
    turn = ScriptedTurn()
    with _running(turn) as client:
        response = client.post(
            f"/ussd/{SECRET}",
            content=(b"a" * 4096 for _ in range(100)),
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
    assert response.status_code == 413
    assert turn.inbounds == []


def test_new_chats_from_one_address_are_limited() -> None:
    limits = Limits(stranger_burst=2, stranger_rate_per_s=0.001)
    with _running(ScriptedTurn(), environ=CHAT, limits=limits) as client:
        statuses = [client.get("/chat/session").status_code for _ in range(3)]
    assert statuses == [204, 204, 429]


def test_the_chat_cookie_is_locked_to_the_page() -> None:
    with _running(ScriptedTurn(), environ=CHAT) as client:
        cookie = client.get("/chat/session").headers["set-cookie"]
    attributes = {part.strip().lower() for part in cookie.split(";")}
    assert {"httponly", "secure", "samesite=strict", "path=/chat"} <= attributes


@pytest.mark.parametrize("secret", ["", "short", "with/slash-and-more-text", "ө" * 20])
def test_a_weak_secret_is_refused_at_start(secret: str) -> None:
    with pytest.raises(SettingsError):
        Gate(secret)


def test_a_wrong_allow_list_is_refused_at_start() -> None:
    with pytest.raises(SettingsError):
        networks("192.0.2.0/24, nonsense")


def test_no_channel_at_all_is_refused_at_start() -> None:
    with async_tools() as tools, pytest.raises(SettingsError, match="URTUU_AT_SECRET"):
        open_channels({}, tools)


def test_a_short_chat_key_is_refused_at_start() -> None:
    with pytest.raises(SettingsError):
        ChatSettings(b"short")


def test_a_bucket_fills_again_with_time() -> None:
    now_s = [0.0]
    buckets = Buckets(burst=1, rate_per_s=0.5, clock_s=lambda: now_s[0])
    taken = []
    for now_s[0] in (0, 1, 2, 3, 4.5):
        taken.append(buckets.take("a"))
    assert taken == [True, False, True, False, True]


def test_the_longest_unused_bucket_is_forgotten_first() -> None:
    buckets = Buckets(burst=1, rate_per_s=0, clock_s=lambda: 0.0, max_keys=2)
    for key in ("a", "b", "c"):
        assert buckets.take(key)
    assert [buckets.take(key) for key in ("b", "c", "a")] == [False, False, True]


def test_without_proxies_the_header_is_only_a_claim() -> None:
    assert client_address("203.0.113.9", {"x-forwarded-for": "192.0.2.7"}, 0) == "203.0.113.9"


def test_every_ussd_sentence_fits_one_cyrillic_screen() -> None:
    for trouble in Trouble:
        assert units(sentence("africastalking_ussd", trouble.value)).count <= 80
