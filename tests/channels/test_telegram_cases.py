"""Runs tests/cases/channels/telegram.yml: what each update becomes, and what is refused."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bot.errors import Busy
from channels.sentences import sentence
from channels.telegram import header_secret
from channels.telegram.door import SECRET_HEADER
from tests.channels.telegram_bench import CITIZEN, PUBLIC, SECRET, Bench, running

CASES = Path(__file__).parents[1] / "cases" / "channels" / "telegram.yml"
ERRORS: dict[str, Exception] = {
    "busy": Busy(),
    "unexpected": RuntimeError("+97699000001 said something"),
}
CROWDS = (-1001234, -1001235)
Case = dict[str, Any]


def _cases() -> list[Any]:
    listed = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"]) for case in listed]


@pytest.mark.parametrize("case", _cases())
def test_an_update_becomes_what_the_case_says(case: Case) -> None:
    asyncio.run(_run(case))


async def _run(case: Case) -> None:
    request, expect = case["request"], case["expect"]
    async with running() as bench:
        for chat in (CITIZEN, *CROWDS):
            bench.network.open_chat(chat)
        for query in ("q1", "q2"):
            bench.network.presses[query] = None
        bench.turn.error = ERRORS.get(case.get("given", {}).get("error"))
        response = await _post(bench, request)
        assert response.status_code == expect["status"], response.text
        if "body" in expect:
            assert response.text == expect["body"]
        await bench.until(lambda: not _waits(bench, expect))
        await asyncio.sleep(0.01)
        _check(bench, expect)
        assert not bench.network.violations


def _waits(bench: Bench, expect: Case) -> bool:
    """Whether something that is to be said has not arrived yet."""
    if expect.get("alerts"):
        return not any(bench.network.presses.values())
    return bool(expect.get("says")) and not any(bench.texts(chat) for chat in (CITIZEN, *CROWDS))


async def _post(bench: Bench, request: Case) -> httpx.Response:
    headers = {"content-type": "application/json", **request.get("headers", {})}
    kind = request.get("header", "right")
    if kind != "missing":
        headers[SECRET_HEADER] = header_secret(SECRET if kind == "right" else "another")
    body = request.get("body")
    content = json.dumps(_filled(request["json"])) if body is None else _filled(body)
    path = f"/telegram/{request.get('secret', SECRET)}"
    return await bench.client.post(f"{PUBLIC}{path}", content=content, headers=headers)


def _filled(value: Any) -> Any:
    """The value with its {repeat, times} written out."""
    if not isinstance(value, dict):
        return value
    if set(value) == {"repeat", "times"}:
        return value["repeat"] * value["times"]
    return {name: _filled(each) for name, each in value.items()}


def _check(bench: Bench, expect: Case) -> None:
    if "inbound" in expect and expect["inbound"] is None:
        assert bench.turn.inbounds == []
    elif "inbound" in expect:
        (inbound,) = bench.turn.inbounds
        assert inbound.channel == "telegram"
        wanted = expect["inbound"]
        if wanted.get("location"):
            wanted = wanted | {"location": tuple(wanted["location"])}
        assert {name: getattr(inbound, name) for name in wanted} == wanted
    if "says" in expect:
        said = [text for chat in (CITIZEN, *CROWDS) for text in bench.texts(chat)]
        assert said == ([sentence("telegram", expect["says"])] if expect["says"] else [])
    if "alerts" in expect:
        (alert,) = [answer for answer in bench.network.presses.values() if answer]
        assert alert == {"text": sentence("telegram", expect["alerts"]), "alert": True}
