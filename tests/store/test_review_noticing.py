"""What one exchange tells the review, decided without a model: states in, what is noticed out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from bot.review.noticing import Exchange, Noticed, notice, script_of
from bot.store.review import Seen

FINES, PAYMENT = "vehicle_fines", "fine_payment"
BEGUN = {"service": FINES, "awaiting": "slot:plate_number", "awaiting_type": "plate", "values": {}}
IDLE: dict[str, Any] = {"rejections": 0}
SAID = "торгуулийн юм"


def parsed(act: str, kind: str = "", *services: str, picked: str = "") -> dict[str, Any]:
    """Return the engine's output; no kind: the models were not asked."""
    found = {
        "kind": kind,
        "act": {"name": act, "confidence": 0.8},
        "services": [{"id": name, "score": 0.3} for name in services],
    }
    entities = [{"entity": "service", "value": picked}] if picked else []
    return {
        "intent": {"name": act},
        "entities": entities,
        **({"decision": found} if kind else {}),
    }


def noticed(
    words: str,
    output: Mapping[str, Any],
    *,
    before: Mapping[str, Any] = IDLE,
    after: Mapping[str, Any] = IDLE,
    pending: Mapping[str, Any] | None = None,
) -> Noticed:
    def see(found: Mapping[str, Any], chosen: str | None) -> Seen:
        day = date(2026, 11, 23)
        text, reason, decided = found["text"], found["reason"], found["decided"]
        return Seen(text, reason, decided, "terminal", "cyrillic", day, chosen or None)

    return notice(Exchange(words, output, before, after), pending or {}, str, see)


def left(reason: str, *services: str) -> dict[str, Any]:
    """Return what a turn left behind for the next one."""
    listed = [{"id": name, "score": 0.3} for name in services]
    decided = {"kind": "choose", "act": "ask_service", "confidence": 0.8, "services": listed}
    return {"text": SAID, "decided": decided, "reason": reason}


SERVED = left("", FINES)
ASKED = left("reasked", FINES, PAYMENT)
REJECTED = left("rejected", FINES, PAYMENT)


def test_a_rejection_is_told_by_the_count_of_rejections() -> None:
    found = noticed(SAID, parsed("nlu_fallback", "reject", FINES), after={"rejections": 1})
    assert found.seen is not None
    assert (found.seen.text, found.seen.reason) == (SAID, "rejected")
    assert found.pending["reason"] == "rejected"


def test_only_the_top_three_services_are_kept() -> None:
    output = parsed("ask_service", "choose", "a", "b", "c", "d")
    seen = noticed(SAID, output).seen
    assert seen is not None
    assert [one["id"] for one in seen.decided["services"]] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("pending", "picked", "corrected"),
    [(ASKED, FINES, False), (ASKED, PAYMENT, True), (REJECTED, PAYMENT, False)],
)
def test_a_pick_tells_what_was_meant(
    pending: Mapping[str, Any], picked: str, corrected: bool
) -> None:
    choice = noticed("2", parsed("choose_service", picked=picked), pending=pending).choice
    assert choice is not None
    assert (choice.text, choice.chosen, choice.corrected) == (SAID, picked, corrected)


def test_asking_for_a_person_is_a_choice_too() -> None:
    choice = noticed("хүн", parsed("human"), pending=REJECTED).choice
    assert choice is not None
    assert choice.chosen == "#human"


@pytest.mark.parametrize("act", ["menu", "category", "wrong_key"])
def test_the_way_through_a_menu_is_waited_out(act: str) -> None:
    assert noticed("1", parsed(act), pending=REJECTED).pending == REJECTED


def test_any_other_act_ends_the_waiting() -> None:
    assert noticed("баярлалаа", parsed("thanks"), pending=REJECTED) == Noticed()


@pytest.mark.parametrize(
    ("words", "output", "before", "after"),
    [
        ("үгүй", parsed("deny"), BEGUN, BEGUN),
        ("үгүй", parsed("deny"), IDLE, IDLE),
        ("үгүй дээ", parsed("inform", "act"), BEGUN, BEGUN),
        ("буцах", parsed("back"), BEGUN, IDLE),
        ("энэ биш", parsed("inform"), BEGUN, BEGUN),
        ("ene bish ee", parsed("inform"), BEGUN, BEGUN),
        ("биш ээ", parsed("deny"), {**BEGUN, "awaiting": "consent"}, IDLE),
    ],
)
def test_a_no_to_a_service_corrects_what_was_said_before(
    words: str, output: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    if output["intent"]["name"] == "inform" and "decision" in output:
        output["decision"]["act"]["name"] = "deny"
    seen = noticed(words, output, before=before, after=after, pending=SERVED).seen
    assert seen is not None
    assert (seen.text, seen.reason, seen.chosen) == (SAID, "corrected", None)


@pytest.mark.parametrize(
    ("words", "output", "before", "after"),
    [
        ("үгүй", parsed("deny"), {**BEGUN, "awaiting": "consent"}, IDLE),
        ("үгүй", parsed("deny"), {**BEGUN, "awaiting": "confirm"}, IDLE),
        ("1234 биш 1243", parsed("inform"), BEGUN, {**BEGUN, "values": {"plate": "1243"}}),
        ("баярлалаа", parsed("thanks"), IDLE, IDLE),
        ("1234УНА", parsed("inform"), BEGUN, {**BEGUN, "values": {"plate": "1234УНА"}}),
        (
            "нэг биш хоёр өдөр дараалан гэрэл асаагүй байна шүү",
            parsed("inform"),
            {**BEGUN, "awaiting_type": "narrative"},
            IDLE,
        ),
    ],
)
def test_an_answer_is_no_correction(
    words: str, output: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert noticed(words, output, before=before, after=after, pending=SERVED).seen is None


def test_a_correction_may_name_the_service_at_once() -> None:
    output = parsed("ask_service", "service", PAYMENT)
    found = noticed("биш ээ, төлөх", output, before=BEGUN, pending=SERVED)
    assert found.seen is not None
    assert (found.seen.reason, found.seen.chosen) == ("corrected", PAYMENT)


@pytest.mark.parametrize(
    ("awaiting", "kind"),
    [
        ("slot:plate_number", "plate"),
        ("slot:phone", "phone"),
        ("slot:complaint", "narrative"),
        ("slot:place", "text"),
        ("slot:passport", "passport"),
        ("identity", "register_number"),
        ("sure:_register", None),
        ("code", "otp"),
        ("case", "digits"),
        ("confirm", None),
        ("booking", None),
    ],
)
@pytest.mark.parametrize(
    "output", [parsed("inform", "reject", FINES), parsed("ask_service", "choose", FINES)]
)
def test_words_at_a_question_for_something_personal_are_never_seen(
    awaiting: str, kind: str | None, output: dict[str, Any]
) -> None:
    before = {"service": FINES, "awaiting": awaiting, "awaiting_type": kind, "rejections": 0}
    after = {**before, "rejections": 1, "attempts": 1}
    assert noticed("нууц үг", output, before=before, after=after) == Noticed()


@pytest.mark.parametrize("kind", ["choice", "day", "year"])
def test_a_harmless_question_asked_again_is_seen(kind: str) -> None:
    state = {"service": FINES, "awaiting": "slot:x", "awaiting_type": kind, "values": {}}
    seen = noticed("юу гэнэ", parsed("inform", "reject"), before=state, after=state).seen
    assert seen is not None
    assert seen.reason == "reasked"


@pytest.mark.parametrize("words", ["", "<РД>", "<дугаар> <утас>"])
def test_an_utterance_without_words_is_nothing_to_learn_from(words: str) -> None:
    assert noticed(words, parsed("nlu_fallback", "reject"), after={"rejections": 1}) == Noticed()


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("торгууль", "cyrillic"),
        ("torguuli <РД>", "latin"),
        ("pdf авах", "mixed"),
        ("?", "cyrillic"),
    ],
)
def test_the_script_is_that_of_the_words(text: str, script: str) -> None:
    assert script_of(text) == script
