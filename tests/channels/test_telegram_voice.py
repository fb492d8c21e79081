"""Voice notes: heard where speech is recognised, fetched from nowhere but the Bot API."""

from __future__ import annotations

import asyncio

import pytest

from channels.sentences import sentence
from tests.channels.telegram_bench import CITIZEN, running


@pytest.mark.parametrize("mode", ["webhook", "polling"])
def test_a_voice_note_is_heard_and_answered(mode: str) -> None:
    heard: list[tuple[bytes, str]] = []

    async def hear(speech: bytes, media_type: str) -> str:
        heard.append((speech, media_type))
        return "паспорт сунгах"

    async def run() -> None:
        async with running(mode=mode, hear=hear) as bench:
            bench.people.speaks(CITIZEN, b"OggS" * 1000)
            await bench.until(lambda: bench.turn.outbox)
            await bench.settle()
            assert bench.turn.inbounds[0].text == "паспорт сунгах"
            assert len(bench.texts()) == 1

    asyncio.run(run())
    assert heard == [(b"OggS" * 1000, "audio/ogg")]


@pytest.mark.parametrize(
    ("path", "size", "said"),
    [
        ("../../etc/passwd", 10, "voice_unheard"),
        ("https://elsewhere.example/a.oga", 10, "voice_unheard"),
        ("//elsewhere.example/a.oga", 10, "voice_unheard"),
        ("voice/a.oga?x=1", 10, "voice_unheard"),
        ("voice/.hidden", 10, "voice_unheard"),
        ("voice/a.oga", 1024 * 1024 + 1, "voice_too_long"),
    ],
)
def test_a_voice_note_is_fetched_only_from_the_bot_api_and_only_so_much(
    path: str, size: int, said: str
) -> None:
    async def hear(speech: bytes, media_type: str) -> str:
        raise AssertionError("nothing was to be heard")

    async def run() -> None:
        async with running(hear=hear) as bench:
            bench.network.file_paths["voice-1"] = path
            bench.people.speaks(CITIZEN, b"O" * 10)
            bench.network.files["voice-1"] = b"O" * size
            await bench.settle()
            assert bench.texts() == [sentence("telegram", said)]
            assert bench.turn.inbounds == []

    asyncio.run(run())


def test_speech_in_which_nothing_is_recognised_is_asked_for_in_writing() -> None:
    async def hear(speech: bytes, media_type: str) -> str | None:
        return None

    async def run() -> None:
        async with running(hear=hear) as bench:
            bench.people.speaks(CITIZEN, b"OggS")
            await bench.settle()
            assert bench.texts() == [sentence("telegram", "voice_unheard")]

    asyncio.run(run())
