"""Closed-list utterances are known without a model."""

from __future__ import annotations

import pytest

from bot.errors import CatalogueError
from bot.language import quick

CASES = [
    ("тийм", "affirm"), ("Тийм ээ!", "affirm"), ("tiim", "affirm"), ("ЗА", "affirm"),
    ("зөв", "affirm"), ("bolno", "affirm"), ("ok", "affirm"), ("zuvshuurch bna", "affirm"),
    ("👍", "affirm"), ("үгүй", "deny"), ("ugui", "deny"), ("vgvi", "deny"), ("бишээ", "deny"),
    ("болих", "cancel"), ("boliyo", "cancel"), ("за больё", "cancel"), ("ЦУЦЛАХ", "revoke"),
    ("tsutslah", "revoke"), ("зөвшөөрлөө цуцална", "revoke"), ("буцах", "back"),
    ("butsah", "back"), ("дахин", "repeat"), ("давт", "repeat"), ("dahiad", "repeat"),
    ("тусламж", "help"), ("яаж", "help"), ("yaj", "help"), ("хүн", "human"),
    ("ажилтантай ярих", "human"), ("ajiltantai yarih", "human"), ("эхлэл", "start_over"),
    ("шинээр", "start_over"), ("STOP", "stop"), ("ЗОГС", "stop"), ("ЭХЭЛ", "start"),
    ("ehel", "start"), ("баяртай", "bye"), ("баярлалаа", "thanks"), ("bayrlalaa", "thanks"),
    ("sain bnu", "greet"), ("Сайн байна уу?", "greet"), ("миний мэдээлэл", "my_data"),
    ("хэн миний мэдээллийг үзсэн", "my_data"), ("хүсэлт минь хаана явна вэ", "status"),
    ("үгүй, 1234 биш 1243", None), ("үнэмлэхээ цуцлах", None), ("торгууль", None), ("", None),
    ("тийм " * 40, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "act"), CASES)
def test_a_whole_utterance_of_a_closed_list_is_an_act(text: str, act: str | None) -> None:
    assert quick.quick_act(text) == act


def test_one_utterance_may_not_belong_to_two_acts() -> None:
    with pytest.raises(CatalogueError, match="болих"):
        quick.QuickActs({"cancel": ["болих"], "deny": ["bolih", "болих"]})
