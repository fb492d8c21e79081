"""One decision from the acts and the services."""

from __future__ import annotations

import pytest

from bot.language.decide import decide
from bot.language.ranker import Ranked

ASK = [("ask_service", 0.95), ("inform", 0.05)]
CASES = [
    ("a sure service", ASK, [("a", 0.9), ("b", 0.1)], "service", ["a"]),
    ("two close ones", ASK, [("a", 0.6), ("b", 0.5), ("c", 0.001)], "choose", ["a", "b"]),
    ("a weak one", ASK, [("a", 0.3), ("b", 0.05), ("c", 0.04), ("d", 0.03)],
     "choose", ["a", "b", "c"]),
    ("nothing near", ASK, [("a", 0.09)], "reject", []),
    ("a far one", ASK, [("a", 0.13), ("b", 0.005)], "choose", ["a"]),
    ("no service at all", ASK, [], "reject", []),
    ("a sure act", [("greet", 0.9), ("bye", 0.1)], [("a", 0.3)], "act", []),
    ("a surer service", [("complain", 0.7), ("ask_service", 0.1)], [("a", 0.97)],
     "service", ["a"]),
    ("values beside a sure service", [("inform", 0.98)], [("a", 0.93)], "service", ["a"]),
    ("a surer act", [("thanks", 0.98), ("ask_service", 0.01)], [("a", 0.9)], "act", []),
    ("no act, no service", [("greet", 0.3), ("bye", 0.2)], [("a", 0.4)], "reject", []),
    ("a foreign question", [("out_of_scope", 0.8)], [("a", 0.2)], "reject", []),
    ("sub-intents add up", [("ask_service/a", 0.3), ("greet", 0.4), ("ask_service/b", 0.3)],
     [("a", 0.7)], "service", ["a"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("acts", "ranked", "kind", "ids"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_the_decision_follows_from_the_chances(
    acts: list[tuple[str, float]], ranked: list[tuple[str, float]], kind: str, ids: list[str]
) -> None:
    decision = decide(acts, [Ranked(*r) for r in ranked], "торгууль")

    assert decision.kind == kind
    assert [service.id for service in decision.services] == ids


def test_a_text_without_a_letter_or_digit_is_rejected() -> None:
    assert decide(ASK, [Ranked("a", 0.99)], " …?! ").kind == "reject"
