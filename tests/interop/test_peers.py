"""The peers: every channel has one, what they need is pinned, and what they say is judged."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from channels.registry import PLANS
from interop.conversation import Course, Line, conversations, holds
from interop.errors import Disagreement
from interop.peer import Lane, Result
from interop.peers import PEERS
from interop.peers.smpp import joined
from interop.places import HERE
from interop.program import Codes
from interop.runner import discretion


def test_every_registered_channel_is_reached_by_a_peer() -> None:
    reached = {door for peer in PEERS for door in peer.doors}
    assert {plan.name for plan in PLANS} - reached == set()


def test_every_peer_has_its_own_name() -> None:
    assert len({peer.name for peer in PEERS}) == len(PEERS)


def test_npm_peers_are_pinned_without_a_registry() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    assert lock["packages"][""]["dependencies"] == wanted
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert [version for version in wanted.values() if not re.fullmatch(r"[0-9.]+", version)] == []


def test_python_peers_are_pinned() -> None:
    lines = (HERE / "requirements-peers.txt").read_text("utf-8").splitlines()
    named = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in named if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


@pytest.mark.parametrize(
    ("answer", "words", "found"),
    [
        ("Нийт 150,000₮ торгууль", "150,000₮", True),
        ("Niit 150,000 tug torguuli", "150,000₮", True),
        ("Нийт 120,000₮", "20,000₮", False),
        ("Таны бичсэн.\nИлгээх\nүү?", "Илгээх үү", True),
        ("Ilgeekh üü?", "Илгээх үү", True),
        ("Зөвшөөрнө", "Зөвшөөрөх үү", False),
    ],
)
def test_words_are_found_in_either_script_and_numbers_only_whole(
    answer: str, words: str, found: bool
) -> None:
    assert holds(answer, words) is found


def _part(text: str, udh: str | None = None, sar: list[int] | None = None) -> dict[str, Any]:
    return {"text": text, "udh": udh, "sar": sar}


def test_parts_are_put_together_in_their_order_by_either_kind_of_header() -> None:
    parts = [
        _part("байна", "0500030a0202"),
        _part("Сайн ", "0500030a0201"),
        _part("alone"),
        _part("two", sar=[7, 2, 2]),
        _part("one ", sar=[7, 2, 1]),
        _part("16-bit", "060804000a0101"),
    ]
    assert joined(parts) == ["Сайн байна", "alone", "one two", "16-bit"]


@pytest.mark.parametrize("udh", ["0500030a0302", "0400020a0b"])
def test_a_missing_part_or_another_header_is_a_disagreement(udh: str) -> None:
    with pytest.raises(Disagreement):
        joined([_part("Сайн", udh)])


class _Parrot:
    """A phone whose every message is answered by the next of these answers."""

    def __init__(self, *answers: str) -> None:
        self._answers = iter(answers)

    def says(self, text: str) -> str:
        return next(self._answers)


COMPLAINT = {each.id: each for each in conversations()}["complaint"]
GOOD = ("Товч бичнэ үү.", "Илгээх үү?", "Дугаар: 123 4567", "123 4567: илгээсэн")


def _course(*answers: str) -> Course:
    return Course(_Parrot(*answers), "+97688000003", Codes(), "latin")


def test_a_conversation_is_held_to_its_end() -> None:
    course = _course(*GOOD)
    course.go(COMPLAINT)
    assert [line.text for line in course.lines if line.who == "program"] == list(GOOD)


@pytest.mark.parametrize(
    ("place", "answer"),
    [(0, "Уучлаарай."), (2, "Хүлээн авлаа."), (3, "765 4321: илгээсэн"), (3, "123 4567: шинэ")],
)
def test_an_answer_that_lacks_what_is_due_is_a_disagreement(place: int, answer: str) -> None:
    answers = [*GOOD]
    answers[place] = answer
    with pytest.raises(Disagreement):
        _course(*answers).go(COMPLAINT)


@pytest.mark.parametrize("leak", ["88000003", "Гудамжны гэрэл", "the-secret-word"])
def test_a_log_that_tells_of_somebody_is_found(leak: str, tmp_path: Path) -> None:
    lane = Lane({"URTUU_AT_SECRET": "the-secret-word"}, {})
    line = Line("citizen", "гудамжны гэрэл")
    results = [Result("sms", "complaint", "cyrillic", None, 1.0, (line,))]
    log = tmp_path / "log"
    log.write_text("urtuu: ready\n", "utf-8")
    assert discretion(log, lane, results).passed
    log.write_text(f"urtuu: ready\n{leak}\n", "utf-8")
    assert not discretion(log, lane, results).passed
