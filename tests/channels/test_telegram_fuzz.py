"""Whatever is posted to the Telegram webhook: no 5xx, no hang, and nothing of it in a log."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.telegram import header_secret
from channels.telegram.door import SECRET_HEADER
from tests.channels.telegram_bench import CITIZEN, PUBLIC, SECRET, Bench, running

MARK = "УБ95021217"
HEADERS = {"content-type": "application/json", SECRET_HEADER: header_secret(SECRET)}

_leaf = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from([MARK, str(CITIZEN), "private", "kicked", 10**30, -1, "\ud83d"]),
)
_value = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
_person = {"id": CITIZEN, "is_bot": False, "first_name": "Б"}
_chat = {"id": CITIZEN, "type": "private"}
_message: dict[str, Any] = {
    "message_id": 1,
    "date": 1795425598,
    "from": _person,
    "chat": _chat,
    "text": MARK,
}
_contents: dict[str, dict[str, Any]] = {
    "message": _message,
    "edited_message": _message,
    "channel_post": _message,
    "callback_query": {
        "id": "1",
        "from": _person,
        "chat_instance": "1",
        "data": "1.0123456789",
        "message": _message,
    },
    "my_chat_member": {
        "chat": _chat,
        "from": _person,
        "date": 1,
        "old_chat_member": {"status": "member", "user": _person},
        "new_chat_member": {"status": "kicked", "user": _person, "until_date": 0},
    },
}
_attachments = {
    "voice": {"file_id": "v", "file_unique_id": "u", "duration": 1},
    "contact": {"phone_number": "97699000001", "first_name": "Б", "user_id": CITIZEN},
    "location": {"latitude": 1.0, "longitude": 1.0},
    "sticker": {"file_id": "s"},
    "photo": [{"file_id": "p"}],
}


@st.composite
def _updates(draw: st.DrawFn) -> Any:
    """A right update with one of its fields, at any depth, made wrong or taken away."""
    kind = draw(st.sampled_from(sorted(_contents)))
    update: dict[str, Any] = json.loads(json.dumps({"update_id": 1, kind: _contents[kind]}))
    if kind == "message" and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(_attachments)))
        update["message"][name] = json.loads(json.dumps(_attachments[name]))
        update["message"].pop("text")
    place: Any = update
    while True:
        name = draw(st.sampled_from(sorted(place)))
        if isinstance(place[name], dict) and draw(st.booleans()):
            place = place[name]
            continue
        if draw(st.booleans()):
            place[name] = draw(_value)
        else:
            del place[name]
        return update


async def _post_all(bodies: list[bytes]) -> list[int]:
    async with running(serve=False) as bench:
        bench.network.open_chat(CITIZEN)
        async with asyncio.timeout(30):
            statuses = [await _post(bench, body) for body in bodies]
        await bench.settle()
        return statuses


async def _post(bench: Bench, body: bytes) -> int:
    url = f"{PUBLIC}/telegram/{SECRET}"
    return (await bench.client.post(url, content=body, headers=HEADERS)).status_code


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.one_of(_updates(), _value), min_size=10, max_size=25))
def test_a_wrong_update_is_refused_or_left_and_never_breaks_the_door(
    caplog: pytest.LogCaptureFixture, updates: list[Any]
) -> None:
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        statuses = asyncio.run(_post_all([json.dumps(each).encode() for each in updates]))
    assert set(statuses) <= {200, 400}
    printed = "\n".join(record.getMessage() for record in caplog.records)
    assert MARK not in printed
    assert SECRET not in printed


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=200), min_size=5, max_size=20))
def test_bytes_that_are_no_json_are_refused(bodies: list[bytes]) -> None:
    assert set(asyncio.run(_post_all(bodies))) <= {200, 400}


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_any_order_and_any_repeats_lead_to_one_effect_per_update(data: st.DataObject) -> None:
    order = data.draw(st.lists(st.integers(0, 4), min_size=5, max_size=15))

    async def run() -> None:
        async with running() as bench:
            updates: list[int] = []
            for number in range(5):
                updates.append(bench.people.writes(CITIZEN, f"асуулт {number}"))
            for place in order:
                bench.network.redeliver(updates[place])
            await bench.settle()
            assert len(bench.texts()) == 5
            assert {post.status for post in bench.network.posts} == {200}

    asyncio.run(run())
