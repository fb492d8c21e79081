"""Understanding of the held-out utterances does not fall below its floors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.catalogue import Pipeline
from bot.language.decide import Decision
from bot.language.evaluate import Case, Report, Understood, evaluate, read_cases
from bot.language.ranker import Ranked
from bot.live import live_catalogue
from tests.language.conftest import Trained
from tests.program import require_model

CASES = Path(__file__).parents[1] / "cases" / "language"
FILES = ("heldout.tsv", "heldout2.tsv", "heldout3.tsv")


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    require_model()
    with Pipeline() as opened:
        yield opened


def _report(name: str, pipeline: Callable[[str], Understood], trained: Trained) -> Report:
    cases = read_cases(CASES / name)
    services = live_catalogue().catalogue.services
    return evaluate(cases, pipeline, services, trained.phrases)


@pytest.mark.rasa
def test_utterances_written_apart_from_the_phrases_are_understood(
    pipeline: Pipeline, trained: Trained
) -> None:
    report = _report("heldout3.tsv", pipeline, trained)

    assert (report.top1.total >= 400, report.missing) == (True, 0)
    assert report.top1.value >= 0.94, str(report)
    assert report.top3.value >= 0.98, str(report)
    assert report.wrong.value <= 0.015, str(report)
    assert report.refused.value <= 0.03, str(report)
    assert report.acts.value >= 0.95, str(report)
    assert report.rejected.value >= 0.90, str(report)
    assert report.calibration_error <= 0.1, str(report)
    scripts = {name: share.value for name, share in report.scripts.items()}
    assert scripts["latin"] >= scripts["cyrillic"] - 0.03, str(report)


@pytest.mark.rasa
@pytest.mark.parametrize("name", ["heldout.tsv", "heldout2.tsv"])
def test_older_utterances_stay_understood(name: str, pipeline: Pipeline, trained: Trained) -> None:
    report = _report(name, pipeline, trained)

    assert report.top1.value >= 0.93, str(report)
    assert report.top3.value >= 0.97, str(report)
    assert report.wrong.value <= 0.03, str(report)
    assert report.refused.value <= 0.06, str(report)
    assert report.acts.value >= 0.94, str(report)
    assert report.rejected.value >= 0.92, str(report)


@pytest.mark.rasa
@pytest.mark.parametrize(
    ("name", "acts", "rejected"),
    [("heldout4.tsv", 0.95, 0.88), ("heldout5.tsv", 0.95, 0.0), ("heldout6.tsv", 0.94, 0.0)],
)
def test_acts_are_told_apart_and_foreign_questions_refused(
    name: str, acts: float, rejected: float, pipeline: Pipeline, trained: Trained
) -> None:
    report = _report(name, pipeline, trained)

    assert report.acts.total >= 150
    assert report.acts.value >= acts, str(report)
    assert report.rejected.value >= rejected, str(report)


def test_the_ngrams_alone_understand_most(trained: Trained) -> None:
    report = _report("heldout3.tsv", trained.understand, trained)

    assert report.top1.value >= 0.88, str(report)
    assert report.top3.value >= 0.93, str(report)
    assert report.acts.value >= 0.82, str(report)


def test_every_service_is_held_out_in_one_file_or_the_other(trained: Trained) -> None:
    asked = {
        target for name in FILES for case in read_cases(CASES / name) for target in case.targets
    }

    assert {service.id for service in trained.services} - asked == set()


def test_every_service_is_described_in_at_least_fifteen_phrases(trained: Trained) -> None:
    assert [s.id for s in trained.services if len(s.phrases) < 15] == []


def test_every_style_of_writing_is_held_out() -> None:
    styles = {case.style for case in read_cases(CASES / FILES[0])}

    assert styles == {"formal", "colloquial", "latin", "clipped", "problem", "typo"}


def test_a_report_counts_what_went_right_and_wrong() -> None:
    fines, tax, passport = Ranked("fines", 0.9), Ranked("tax", 0.4), Ranked("passport", 0.3)
    answers = {
        "торгууль": Understood(Decision("service", "ask_service", 0.9, (fines,)), (fines,)),
        "паспорт": Understood(
            Decision("choose", "ask_service", 0.9, (tax, passport)), (tax, passport)
        ),
        "татвар": Understood(Decision("service", "ask_service", 0.9, (fines,)), (fines, tax)),
        "виз": Understood(Decision("reject", "ask_service", 0.4, ()), (passport, tax)),
        "сайн уу": Understood(Decision("act", "greet", 1.0, ()), ()),
        "пицца": Understood(Decision("reject", "out_of_scope", 0.9, ()), (tax,)),
    }
    cases = [
        Case("fines|#status", "formal", "торгууль"),
        Case("passport", "formal", "паспорт"),
        Case("tax", "latin", "татвар"),
        Case("passport", "formal", "виз"),
        Case("#greet", "formal", "сайн уу"),
        Case("#oos", "colloquial", "пицца"),
        Case("absent", "formal", "байхгүй"),
        Case("fines", "latin", "mashin"),
    ]

    report = evaluate(cases, answers.__getitem__, {"fines", "passport", "tax"}, ["машин"])

    assert (str(report.top1), str(report.top3)) == ("2/4 = 50.0 %", "4/4 = 100.0 %")
    assert (report.served.right, report.offered.right, report.wrong.right) == (1, 2, 1)
    assert str(report.refused) == "1/4 = 25.0 %"
    assert (report.acts.value, report.rejected.value) == (1.0, 1.0)
    assert {style: share.right for style, share in report.styles.items()} == {
        "formal": 2,
        "latin": 0,
    }
    assert report.scripts["cyrillic"].total == 4
    assert (report.missing, report.seen) == (1, 1)
    assert [line.split("\t")[0] for line in report.faults] == ["passport", "tax", "passport"]
    assert report.confusions == (
        ("passport", "tax", 1), ("tax", "fines", 1), ("passport", "#oos", 1),
    )  # fmt: skip
    assert report.as_json()["wrong"] == {"right": 1, "of": 4, "share": 0.25}


def test_the_calibration_error_is_the_distance_of_scores_from_what_is_right() -> None:
    half = Ranked("fines", 0.5)
    served = Understood(Decision("service", "ask_service", 0.9, (half,)), (half,))
    cases = [Case("fines", "formal", str(n)) for n in range(3)] + [Case("tax", "formal", "9")]

    report = evaluate(cases, lambda _text: served, {"fines", "tax"})

    assert report.calibration_error == pytest.approx(0.25)
