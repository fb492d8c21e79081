"""Understanding of the held-out utterances does not fall below its floors."""

from __future__ import annotations

from pathlib import Path

from bot.language.decide import Decision
from bot.language.evaluate import Case, evaluate, read_cases
from bot.language.ranker import Ranked
from tests.language.conftest import Trained

CASES = Path(__file__).parents[1] / "cases" / "language"
HELD_OUT = CASES / "heldout.tsv"
FRESH = CASES / "heldout2.tsv"
"""Written before phrases and thresholds were tuned, and decided once, afterwards."""


def test_held_out_utterances_are_understood(trained: Trained) -> None:
    cases = read_cases(HELD_OUT)

    report = evaluate(cases, trained.understand, {s.id for s in trained.services}, trained.phrases)

    assert len(cases) >= 220
    assert report.top1.value >= 0.89, str(report)
    assert report.top3.value >= 0.91, str(report)
    assert report.wrong.value <= 0.04, str(report)
    assert report.acts.value >= 0.95, str(report)
    assert report.rejected.value >= 0.80, str(report)
    assert report.styles["latin"].value >= 0.95, str(report)


def test_utterances_that_nothing_was_tuned_on_are_understood(trained: Trained) -> None:
    cases = read_cases(FRESH)

    report = evaluate(cases, trained.understand, {s.id for s in trained.services}, trained.phrases)

    assert (len(cases) >= 280, report.missing) == (True, 0)
    assert report.top1.value >= 0.84, str(report)
    assert report.top3.value >= 0.88, str(report)
    assert report.wrong.value <= 0.03, str(report)
    assert report.acts.value >= 0.90, str(report)
    assert report.rejected.value >= 0.75, str(report)
    assert report.styles["latin"].value >= 0.90, str(report)


def test_every_service_is_held_out_in_one_file_or_the_other(trained: Trained) -> None:
    asked = {
        target
        for path in (HELD_OUT, FRESH)
        for case in read_cases(path)
        for target in case.targets
    }

    assert {service.id for service in trained.services} - asked == set()


def test_every_service_is_described_in_at_least_fourteen_phrases(trained: Trained) -> None:
    assert [s.id for s in trained.services if len(s.phrases) < 14] == []


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
