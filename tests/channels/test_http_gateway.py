"""The doors of HTTP gateways: their cases, repeats, rates, allow-lists, logs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from channels.http_gateway.channel import Repeats
from channels.http_gateway.reports import ReportAddress
from channels.reception import Limits
from tests.channels.door_client import ERRORS, DoorClient, check
from tests.channels.gateway_world import KEY, PASSWORDS, SECRET, open_gateways

CASES = Path(__file__).parents[1] / "cases" / "channels" / "http_gateway.yml"
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def _client(limits: Limits | None = None) -> DoorClient:
    return DoorClient(tuple(open_gateways().values()), limits)


def _ask(client: DoorClient, gateway: str, request: Mapping[str, Any]) -> httpx.Response:
    path = f"/gateway/{gateway}/{request.get('secret', SECRET)}"
    if "notice" in request:
        path += f"/{request['notice']}"
    query, padding = request.get("query", ""), "a" * request.get("padding", 0)
    query += padding if request["method"] == "GET" else ""
    if "signed" in request:
        address = ReportAddress("http://here", gateway, KEY).of(request["signed"])
        signed = urlsplit(address).query
        if "as" in request:
            signed = signed.replace(request["signed"], request["as"])
        query = f"{signed}&{query}"
    parts: dict[str, Any] = {}
    if "json" in request:
        parts["json"] = request["json"]
    elif request["method"] == "POST":
        parts["content"] = request.get("body", urlencode(request.get("form", {}))) + padding
        parts["headers"] = {"content-type": "application/x-www-form-urlencoded"}
    return client.ask(request["method"], f"{path}?{query}" if query else path, **parts)


def _cases() -> list[Any]:
    loaded = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"]) for case in loaded]


@pytest.mark.parametrize("case", _cases())
def test_case(case: dict[str, Any]) -> None:
    client = _client()
    client.turn.error = ERRORS.get(case.get("given", {}).get("error"))
    response = _ask(client, case["gateway"], case["request"])
    if case["expect"].get("cached"):
        response.headers["cache-control"] = "no-store"  # the answer is the framework's own
    check(response, client.turn, f"gateway_{case['gateway']}", case["expect"])


def _said(client: DoorClient, gateway: str, query: str) -> str:
    assert _ask(client, gateway, {"method": "GET", "query": query}).status_code == 200
    return client.turn.inbounds[-1].message_id


def test_a_redelivered_message_has_the_same_id() -> None:
    client = _client()
    for gateway, query, other in (
        ("kannel", "from=99112233&text=1&id=b1", "from=99112233&text=1&id=b2"),
        ("codepage", "from=99112233&text=1&when=06:00", "from=99112233&text=1&when=06:01"),
        ("mobicom", "msisdn=99112233&msg=1", "msisdn=99112234&msg=1"),
    ):
        first, again, another = (_said(client, gateway, each) for each in (query, query, other))
        assert first == again
        assert first != another


def test_the_same_words_later_are_another_message() -> None:
    repeats, lasting = Repeats(max_keys=2), timedelta(seconds=20)
    moments = [NOW + timedelta(seconds=second) for second in (0, 19, 20, 41)]
    firsts = [repeats.first("a", moment, lasting) for moment in moments]
    assert firsts == [moments[0], moments[0], moments[2], moments[3]]
    for key in ("b", "c"):
        repeats.first(key, moments[3], lasting)
    assert repeats.first("a", moments[3] + lasting / 2, lasting) != moments[3]


def test_one_citizen_over_the_rate_is_refused_and_others_are_not() -> None:
    client = _client(Limits(burst=1, rate_per_s=0.001))
    queries = ["from=99112233&text=1&id=1", "from=%2B97699112233&text=1&id=2"]
    queries.append("from=99112234&text=1&id=3")
    answers = [_ask(client, "kannel", {"method": "GET", "query": query}) for query in queries]
    assert [answer.status_code for answer in answers] == [200, 429, 200]


def test_who_is_not_on_the_allow_list_may_not_call() -> None:
    opened = open_gateways()["jasmin"]
    assert opened.gate is not None
    assert opened.gate.admits("127.0.0.1")
    assert not opened.gate.admits("192.0.2.1")


def test_the_log_names_no_citizen_and_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    client = _client(Limits(burst=1, rate_per_s=0.001))
    client.turn.error = RuntimeError("+97699112233 сайн уу")
    with caplog.at_level(logging.DEBUG, logger="channels"):
        for _ in range(2):
            _ask(client, "kannel", {"method": "GET", "query": "from=99112233&text=a&id=1"})
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "RuntimeError" in said
    assert not any(word in said for word in ("99112233", "сайн", SECRET, *PASSWORDS.values()))


def test_an_address_that_we_gave_out_is_known_again_and_no_other() -> None:
    address = ReportAddress("https://here/reports", "kannel", KEY)
    message_id = "0123456789abcdef" * 2
    query = {
        name: value[0] for name, value in parse_qs(urlsplit(address.of(message_id)).query).items()
    }
    assert address.is_ours(query["urtuu_id"], query["urtuu_sig"])
    assert not address.is_ours(message_id[::-1], query["urtuu_sig"])
    assert not address.is_ours(message_id, query["urtuu_sig"][::-1])
    assert not address.is_ours(message_id, "")
    assert not address.is_ours(message_id, "ө" * 32)
    for other in (
        ReportAddress("https://here/reports", "jasmin", KEY),
        ReportAddress("https://here/reports", "kannel", b"l" * 32),
    ):
        assert not other.is_ours(message_id, query["urtuu_sig"])
    assert "here" not in repr(address)


@given(
    gateway=st.sampled_from(["kannel", "jasmin", "mobicom", "own", "codepage"]),
    method=st.sampled_from(["GET", "POST"]),
    query=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#")),
    body=st.binary(max_size=60),
    media_type=st.sampled_from(["application/json", "application/x-www-form-urlencoded"]),
)
def test_nothing_that_comes_in_is_an_error_of_ours(
    gateway: str, method: str, query: str, body: bytes, media_type: str
) -> None:
    client = _client()
    for path in ("", "/reports"):
        url = httpx.URL(f"/gateway/{gateway}/{SECRET}{path}", query=query.encode())
        response = client.ask(method, str(url), content=body, headers={"content-type": media_type})
        assert response.status_code < 500
