"""Sending through HTTP gateways: the request of every preset, answers, lost answers, the file."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
import yaml

from bot.errors import SettingsError
from channels.base import SendFailed
from channels.http_gateway.gateway import MESSAGE_FIELDS
from channels.http_gateway.reading import presets
from channels.http_gateway.reports import ReportAddress, own_id
from tests.channels.gateway_world import (
    ENVIRON,
    FILE,
    KEY,
    PASSWORDS,
    SECRET,
    Provider,
    open_gateways,
    taken,
)

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "sending" / "http_gateway.yml"
PHONE = "+97699000001"


def _send(gateway: str, text: str, provider: Provider) -> str:
    route = open_gateways(provider=provider)[gateway].route
    assert route is not None
    return asyncio.run(route.sender.send(PHONE, text, "m1"))


def _cases() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in _cases()])
def test_case(case: dict[str, Any]) -> None:
    answer, seen = case["answer"], list[httpx.Request]()

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(answer["status"], text=answer["text"], headers=answer.get("headers"))

    message_id = own_id(case["gateway"], "m1")
    if "id" in case:
        assert _send(case["gateway"], case["text"], provider) == case["id"].replace(
            "ID", message_id
        )
    else:
        with pytest.raises(SendFailed) as caught:
            _send(case["gateway"], case["text"], provider)
        found = {name: getattr(caught.value, name) for name in case["failed"]}
        assert found == case["failed"]
    if "request" in case:
        (request,) = seen
        _check(request, case["request"], case["gateway"], message_id)


def _check(request: httpx.Request, expected: dict[str, Any], gateway: str, ours: str) -> None:
    signature = ReportAddress("", gateway, KEY).of(ours).rpartition("=")[2]
    said = dict(parse_qsl(request.url.query.decode(), strict_parsing=bool(request.url.query)))
    said = {
        name: text.replace(ours, "ID").replace(signature, "SIG") for name, text in said.items()
    }
    assert request.method == expected["method"]
    assert str(request.url.copy_with(query=None)) == expected["url"]
    if "part" in expected:
        assert said | expected["part"] == said
        assert not set(expected.get("without", [])) & set(said)
    else:
        assert said == expected.get("query", {})
    if "json" in expected:
        assert request.headers["content-type"] == "application/json"
        assert yaml.safe_load(request.content) == expected["json"]
    if "body" in expected:
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        assert request.content.decode("ascii").replace(ours, "ID") == expected["body"]
    for name, value in expected.get("headers", {}).items():
        assert request.headers[name] == value


def test_a_foreign_number_is_never_cut_to_a_local_one() -> None:
    asked = list[httpx.Request]()

    def provider(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(202, text="0: Accepted")

    opened = open_gateways(provider=provider)
    mobicom, kannel = opened["mobicom"].route, opened["kannel"].route
    assert mobicom is not None
    assert kannel is not None
    with pytest.raises(SendFailed, match="unsupported_number"):
        asyncio.run(mobicom.sender.send("+12028831111", "a", "m1"))
    assert asked == []
    asyncio.run(kannel.sender.send("+12028831111", "a", "m1"))
    assert asked[0].url.params["to"] == "+12028831111"


def test_every_preset_has_a_case_and_a_chapter() -> None:
    tried = {case["gateway"] for case in _cases()}
    described = (ROOT / "docs" / "gateways.md").read_text(encoding="utf-8")
    assert set(presets()) <= tried
    assert [name for name in presets() if f"`{name}`" not in described] == []
    assert [name for name in MESSAGE_FIELDS if f"`{{{name}}}`" not in described] == []


def test_the_example_of_the_documentation_is_read(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "gateways.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "gateways.yml").write_text(example, encoding="utf-8")
    names = {"MOBICOM_SECRET": SECRET, "KANNEL_SECRET": SECRET, "KANNEL_PASSWORD": "p"}
    opened = open_gateways(tmp_path / "gateways.yml", environ={**ENVIRON, **names})
    assert len(opened) >= 2


@pytest.mark.parametrize(
    ("error", "code", "maybe_sent"),
    [
        (httpx.ConnectError("refused"), "no_connection", False),
        (httpx.ConnectTimeout("slow"), "no_connection", False),
        (httpx.ReadTimeout("slow"), "no_answer", True),
        (httpx.RemoteProtocolError("broken"), "no_answer", True),
    ],
)
def test_a_lost_connection_says_whether_the_message_may_have_left(
    error: httpx.HTTPError, code: str, *, maybe_sent: bool
) -> None:
    def provider(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(SendFailed) as caught:
        _send("mobicom", "a", provider)
    assert (caught.value.code, caught.value.retryable) == (code, True)
    assert caught.value.maybe_sent is maybe_sent


def test_an_endless_answer_is_read_no_further_than_its_beginning() -> None:
    read = [0]

    async def endless() -> Any:
        while read[0] < 1000:
            read[0] += 1
            yield b"Sent " * 2000

    assert _send("mobicom", "a", lambda _: httpx.Response(200, content=endless()))
    assert read[0] < 20


def test_the_same_message_has_the_same_id_and_another_message_another() -> None:
    def sent(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="Sent")

    assert _send("mobicom", "a", sent) == _send("mobicom", "b", sent) == own_id("mobicom", "m1")
    assert own_id("mobicom", "m1") not in (own_id("mobicom", "m2"), own_id("skytel", "m1"))


def test_routes_carry_what_the_description_says() -> None:
    opened = open_gateways()
    mobicom, messagepro = opened["mobicom"].route, opened["messagepro"].route
    assert mobicom is not None
    assert messagepro is not None
    assert (mobicom.name, mobicom.script, mobicom.cost_mnt) == (
        "gateway_mobicom",
        "latin",
        Decimal(55),
    )
    assert "+97699" in mobicom.prefixes
    assert messagepro.rate_per_s == 5
    assert opened["codepage"].route is None
    assert opened["unitel"].gate is None
    assert [name for name, each in opened.items() if each.channel.name != f"gateway_{name}"] == []


def test_nothing_that_is_printed_or_logged_shows_a_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    secrets = (SECRET, *PASSWORDS.values(), PHONE)
    opened = open_gateways()
    assert not any(secret in repr(opened) for secret in secrets)
    for each in opened.values():
        sender = each.route.sender if each.route else None
        shown = repr([each.channel, vars(each.channel), sender, vars(sender) if sender else None])
        assert not any(secret in shown for secret in secrets)
    with caplog.at_level(logging.DEBUG, logger="channels"), pytest.raises(SendFailed) as caught:
        _send("mobicom", "нууц", lambda _: httpx.Response(404, text=PHONE))
    said = " ".join([str(caught.value), *(record.getMessage() for record in caplog.records)])
    assert "404" in said
    assert not any(secret in said for secret in (*secrets, "нууц", "192.0.2.10"))


Change = Callable[[dict[str, Any]], None]


def _wrong() -> Iterator[Any]:
    own: dict[str, tuple[Change, str]] = {
        "an unknown preset": (lambda g: g.update(preset="nokia"), "preset: is unknown"),
        "an unknown key": (lambda g: g.update(colour="red"), "colour: is unknown"),
        "an unknown key of out": (lambda g: g["out"].update(urls="x"), "out.urls: is unknown"),
        "a wrong name": (lambda g: g.update(name="My gateway"), "name: must be small letters"),
        "open http": (lambda g: g["out"].update(url="http://a.example"), "plain: true"),
        "no address": (lambda g: g["out"].update(url="file:///etc/passwd"), "https://"),
        "an address with a password": (
            lambda g: g["out"].update(url="https://u:p@a.example"),
            "out.url",
        ),
        "a host from the message": (
            lambda g: g["out"].update(url="https://{to}.example"),
            "{to} is no value",
        ),
        "a secret in the file": (
            lambda g: g["out"]["form"].update(password="hunter2"),
            "write ${ITS_NAME}",
        ),
        "a secret among the values": (
            lambda g: g["values"].update(api_key="hunter2"),
            "write ${ITS_NAME}",
        ),
        "a path secret in the file": (lambda g: g.update(secret="x" * 30), "write ${ITS_NAME}"),
        "a short path secret": (lambda g: g.update(secret="${SHORT}"), "secret: must have"),
        "a variable that is not set": (
            lambda g: g["out"]["form"].update(a="${NOT_SET}"),
            "NOT_SET is not set",
        ),
        "a field that does not exist": (lambda g: g["out"]["form"].update(a="{body}"), "{body}"),
        "no regular expression": (lambda g: g["out"].update(success="("), "out.success"),
        "a wrong method": (lambda g: g["out"].update(method="PUT"), "out.method"),
        "a wrong charset": (lambda g: g["out"].update(charset="klingon"), "out.charset"),
        "a wrong script": (lambda g: g.update(script="runes"), "script: must be"),
        "a prefix without quotes": (lambda g: g.update(prefixes=[97699]), "prefixes"),
        "a negative price": (lambda g: g.update(cost_mnt=-1), "cost_mnt"),
        "no rate": (lambda g: g.update(rate_per_s=0), "rate_per_s"),
        "a switch that is a word": (lambda g: g.update(plain="yes"), "plain: must be true"),
        "no field for the sender": (lambda g: g["in"].update(fields={"text": "t"}), "fields.from"),
        "no field for the text": (lambda g: g["in"].update(fields={"from": "f"}), "`text`"),
        "a status of another kind": (
            lambda g: g["report"].update(statuses={"1": "done"}),
            "statuses: must be",
        ),
        "neither way": (lambda g: g.update({"in": None, "out": None}), "neither"),
        "reports without an address": (
            lambda g: g["out"]["form"].update(r="{report_url}"),
            "URTUU_PUBLIC_URL",
        ),
    }
    for label, (change, said) in own.items():
        yield pytest.param(change, said, id=label)


@pytest.mark.parametrize(("change", "said"), list(_wrong()))
def test_a_wrong_description_is_refused_with_its_place(
    tmp_path: Path, change: Change, said: str
) -> None:
    described = yaml.safe_load(FILE.read_text(encoding="utf-8"))["gateways"]
    (gateway,) = (each for each in described if each["name"] == "own")
    change(gateway)
    file = tmp_path / "gateways.yml"
    file.write_text(yaml.safe_dump({"gateways": [gateway]}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        open_gateways(file, environ={**ENVIRON, "SHORT": "short"}, public_url=None)
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "gateways: []", "gateways: {}", "gateways: [1]", "gateways: [", "a: 1"]
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "gateways.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError):
        open_gateways(file)


def test_two_gateways_of_one_name_are_refused(tmp_path: Path) -> None:
    described = yaml.safe_load(FILE.read_text(encoding="utf-8"))["gateways"]
    file = tmp_path / "gateways.yml"
    file.write_text(yaml.safe_dump({"gateways": [described[0]] * 2}), encoding="utf-8")
    with pytest.raises(SettingsError, match="each with its own name"):
        open_gateways(file, provider=taken)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(SettingsError, match="URTUU_GATEWAYS_KEY"):
        open_gateways(environ={**ENVIRON, "URTUU_GATEWAYS_KEY": ""})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="URTUU_GATEWAYS_FILE"):
        open_gateways(tmp_path / "missing.yml")
