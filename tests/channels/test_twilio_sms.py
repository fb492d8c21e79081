"""The door of Twilio: its cases, its signature against Twilio's own code, repeats, logs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from bot.errors import SettingsError
from bot.message import Choice, Reply
from bot.text.compiler import sms_segments
from channels.base import Ignored, Posted
from channels.plan import Tools
from channels.reception import Limits, utc_now
from channels.twilio_signature import is_genuine, signature_of
from channels.twilio_sms import PLAN, TwilioSms
from tests.channels.door_client import ERRORS, DoorClient, check

CASES = Path(__file__).parents[1] / "cases" / "channels" / "twilio_sms.yml"
PUBLIC = "https://urtuu.example.mn"
TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC0123456789abcdef0123456789abcdef"
ENVIRON = {
    "URTUU_TWILIO_ACCOUNT": ACCOUNT,
    "URTUU_TWILIO_TOKEN": TOKEN,
    "URTUU_TWILIO_FROM": "+12028831111",
}
SID = "SM0000000000000000000000000000abcd"


def _open(environ: Mapping[str, str] = ENVIRON, public_url: str | None = PUBLIC) -> Any:
    return PLAN.open(environ, Tools(httpx.AsyncClient(), public_url))


def _signed(path: str, query: str, form: Mapping[str, str], how: str) -> dict[str, str]:
    """Headers as Twilio's own code computes them for the public address."""
    if how == "missing":
        return {}
    host = "https://forged.example" if how == "other host" else PUBLIC
    host += ":443" if how == "with port" else ""
    url = host + path + (f"?{query}" if query and how != "no query" else "")
    fields = {**form, "Body": "b"} if how == "other text" else dict(form)
    algorithm = "HMAC_SHA256" if how == "sha256" else None
    validator = RequestValidator("f" * 32 if how == "other token" else TOKEN)
    headers = {"X-Twilio-Signature": validator.compute_signature(url, fields, algorithm)}
    if algorithm:
        headers["X-Twilio-Webhooks-Signature-Settings"] = f"key=k1,algorithm={algorithm}"
    return headers


def _ask(client: DoorClient, request: Mapping[str, Any]) -> httpx.Response:
    path = "/twilio/sms" + (f"/{request['notice']}" if "notice" in request else "")
    query, how = request.get("query", ""), request.get("signature", "right")
    form = {
        name: value["repeat"] * value["times"] if isinstance(value, dict) else value
        for name, value in request.get("form", {}).items()
    }
    content = request.get("body", urlencode(form))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    headers |= _signed(path, query, form, how) | request.get("headers", {})
    url = f"{path}?{query}" if query else path
    return client.ask("POST", url, content=content, headers=headers)


def _cases() -> list[Any]:
    loaded = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"]) for case in loaded]


@pytest.mark.parametrize("case", _cases())
def test_case(case: dict[str, Any]) -> None:
    client = DoorClient(_open())
    client.turn.error = ERRORS.get(case.get("given", {}).get("error"))
    check(_ask(client, case["request"]), client.turn, "twilio_sms", case["expect"])


def _message(**fields: str) -> dict[str, Any]:
    form = {"Body": "сайн уу", "From": "+97699000001", "MessageSid": SID, "AccountSid": ACCOUNT}
    return {"form": form | fields}


def test_a_redelivered_or_replayed_message_has_the_same_id() -> None:
    client = DoorClient(_open())
    answers = [_ask(client, _message()) for _ in range(2)]
    assert answers[0].text == answers[1].text
    assert [inbound.message_id for inbound in client.turn.inbounds] == [SID, SID]


def test_forging_is_slowed_and_the_provider_is_not() -> None:
    client = DoorClient(_open(), Limits(stranger_burst=2, stranger_rate_per_s=0.001))
    forged = {**_message(), "signature": "missing"}
    assert [_ask(client, forged).status_code for _ in range(4)] == [403, 403, 429, 429]
    assert _ask(client, _message()).status_code == 200
    assert len(client.turn.inbounds) == 1


def test_one_citizen_over_the_rate_is_refused() -> None:
    client = DoorClient(_open(), Limits(burst=1, rate_per_s=0.001))
    statuses = [_ask(client, _message(MessageSid=SID[:-1] + n)).status_code for n in "123"]
    assert statuses == [200, 429, 429]


def test_a_get_finds_nothing_to_answer() -> None:
    assert DoorClient(_open()).ask("GET", "/twilio/sms").status_code == 405


def test_the_log_of_refused_requests_names_no_citizen(caplog: pytest.LogCaptureFixture) -> None:
    client = DoorClient(_open(), Limits(burst=1, rate_per_s=0.001))
    with caplog.at_level(logging.DEBUG, logger="channels"):
        for request in (_message(), _message(), {**_message(), "signature": "missing"}):
            _ask(client, request)
        client.turn.error = RuntimeError("+97699000002 сайн уу")
        _ask(client, _message(From="+97699000002"))
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "RuntimeError" in said
    assert not any(word in said for word in ("9900000", "сайн", TOKEN, SID))


def test_a_picture_without_words_is_answered_with_what_to_do() -> None:
    (opened,) = _open()
    channel = opened.channel
    body = urlencode(_message(Body="", NumMedia="1")["form"]).encode()
    posted = Posted(body, {}, {}, "192.0.2.1", utc_now())
    turn = DoorClient(_open()).turn
    with pytest.raises(Ignored) as caught:
        channel.parse(posted, turn).send(None)
    answer = caught.value.answer
    assert answer is not None
    assert b"<Response><Message>" in bytes(answer.body)
    assert "бичгээр" in bytes(answer.body).decode()
    assert b"MediaUrl" not in bytes(answer.body)


def test_answers_are_composed_for_the_script_and_never_longer_than_three_segments() -> None:
    (opened,) = _open()
    replies = (Reply("Өргөдлөө бичээд илгээнэ үү. " * 20, (Choice("Тийм", "/affirm"),)),)
    for script in ("cyrillic", "latin"):
        texts = opened.channel.compose(replies, script)
        assert len(texts) > 1
        assert all(sms_segments(text, script) <= 3 for text in texts)
        assert texts[-1].endswith("1 Тийм")
    assert opened.channel.compose(replies) == opened.channel.compose(replies, "cyrillic")


@pytest.mark.parametrize(
    ("changes", "public_url", "said"),
    [
        ({}, None, "URTUU_PUBLIC_URL"),
        ({"URTUU_TWILIO_ACCOUNT": "AC1"}, PUBLIC, "URTUU_TWILIO_ACCOUNT"),
        ({"URTUU_TWILIO_FROM": "not a sender at all"}, PUBLIC, "URTUU_TWILIO_FROM"),
        ({"URTUU_TWILIO_TOKEN": "short"}, PUBLIC, "URTUU_TWILIO_TOKEN"),
        ({"URTUU_TWILIO_TOKEN": ""}, PUBLIC, "URTUU_TWILIO_TOKEN"),
        ({"URTUU_TWILIO_URL": "http://api.twilio.com"}, PUBLIC, "URTUU_TWILIO_URL"),
        ({"URTUU_TWILIO_KEY": "SK1"}, PUBLIC, "URTUU_TWILIO_KEY_SECRET"),
        ({"URTUU_TWILIO_COST_MNT": "dear"}, PUBLIC, "URTUU_TWILIO_COST_MNT"),
    ],
)
def test_a_wrong_setting_is_named(
    changes: Mapping[str, str], public_url: str | None, said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        _open({**ENVIRON, **changes}, public_url)
    assert TOKEN not in str(caught.value)


def test_what_is_opened_prints_no_secret() -> None:
    (opened,) = _open()
    assert opened.route is not None
    assert TOKEN not in repr(opened)
    assert TOKEN not in repr(opened.route)


_NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8)
_TEXTS = st.text("aZ0 &=+%,;/?:'\"\nӨөҮүЁщ🙏", max_size=12)
_URLS = st.builds(
    "https://{}{}/{}{}".format,
    st.sampled_from(["urtuu.mn", "a.b.example", "127.0.0.1"]),
    st.sampled_from(["", ":443", ":8443"]),
    st.sampled_from(["twilio/sms", "twilio/sms/status", "x/ө"]),
    st.sampled_from(["", "?a=1", "?b=%D2%AF&c="]),
)


@given(url=_URLS, form=st.dictionaries(_NAMES, _TEXTS, max_size=6), token=_NAMES)
def test_twilios_own_validator_agrees_with_what_we_sign(
    url: str, form: dict[str, str], token: str
) -> None:
    validator = RequestValidator(token)
    for algorithm in ("HMAC_SHA1", "HMAC_SHA256"):
        ours = signature_of(token, url, form.items(), algorithm)
        assert ours == validator.compute_signature(url, form, algorithm)


@given(
    url=_URLS,
    signed_for=_URLS,
    form=st.dictionaries(_NAMES, _TEXTS, max_size=3),
    signed=st.dictionaries(_NAMES, _TEXTS, max_size=3),
    is_same=st.booleans(),
)
def test_twilios_own_validator_accepts_and_refuses_what_we_do(
    url: str, signed_for: str, form: dict[str, str], signed: dict[str, str], *, is_same: bool
) -> None:
    validator = RequestValidator(TOKEN)
    signature = validator.compute_signature(signed_for, form if is_same else signed)
    expected = validator.validate(url, form, signature)
    assert is_genuine(TOKEN, url, form.items(), signature) is expected


def test_the_channel_says_its_name() -> None:
    (opened,) = _open()
    assert isinstance(opened.channel, TwilioSms)
    assert opened.route.name == opened.channel.name == PLAN.name
