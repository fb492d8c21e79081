"""Understanding of the held-out utterances does not fall below its floors."""

from __future__ import annotations

from pathlib import Path

from bot.language.decide import Decision
from bot.language.evaluate import Case, evaluate, read_cases
from bot.language.ranker import Ranked
from tests.language.conftest import Trained

HELD_OUT = Path(__file__).parents[1] / "cases" / "language" / "heldout.tsv"


def test_held_out_utterances_are_understood(trained: Trained) -> None:
    cases = read_cases(HELD_OUT)

    report = evaluate(cases, trained.understand, {s.id for s in trained.services}, trained.phrases)

    assert len(cases) >= 220
    assert report.top1.value >= 0.85, str(report)
    assert report.top3.value >= 0.90, str(report)
    assert report.wrong.value <= 0.06, str(report)
    assert report.acts.value >= 0.90, str(report)
    assert report.rejected.value >= 0.70, str(report)
    assert report.styles["latin"].value >= 0.90, str(report)


def test_every_style_of_writing_is_held_out() -> None:
    styles = {case.style for case in read_cases(HELD_OUT)}

    assert styles == {"formal", "colloquial", "latin", "clipped", "problem", "typo"}


def test_a_report_counts_what_went_right_and_wrong() -> None:
    answers = {
        "торгууль": Decision("service", "ask_service", 0.9, (Ranked("fines", 0.9),)),
        "паспорт": Decision(
            "choose", "ask_service", 0.9, (Ranked("tax", 0.4), Ranked("passport", 0.3))
        ),
        "татвар": Decision("service", "ask_service", 0.9, (Ranked("fines", 0.9),)),
        "сайн уу": Decision("act", "greet", 1.0, ()),
        "пицца": Decision("reject", "out_of_scope", 0.9, ()),
    }
    cases = [
        Case("fines|#status", "formal", "торгууль"),
        Case("passport", "formal", "паспорт"),
        Case("tax", "latin", "татвар"),
        Case("#greet", "formal", "сайн уу"),
        Case("#oos", "colloquial", "пицца"),
        Case("absent", "formal", "байхгүй"),
        Case("fines", "latin", "mashin"),
    ]

    report = evaluate(cases, answers.__getitem__, {"fines", "passport", "tax"}, ["машин"])

    assert str(report.top1) == "1/3 = 33.3 %"
    assert str(report.top3) == "2/3 = 66.7 %"
    assert str(report.wrong) == "1/3 = 33.3 %"
    assert (report.acts.value, report.rejected.value) == (1.0, 1.0)
    assert {style: share.value for style, share in report.styles.items()} == {
        "formal": 0.5,
        "latin": 0.0,
    }
    assert (report.missing, report.seen) == (1, 1)
    assert [line.split("\t")[0] for line in report.faults] == ["passport", "tax"]
