"""Each utterance belongs to one act or one service, and is written in Cyrillic."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.catalogue.acts import check_acts, example_problems, shared_problems
from bot.catalogue.latin import foreign_words, latin_mongolian
from bot.catalogue.loader import load_catalogue
from bot.errors import CatalogueError
from bot.language.quick import QuickActs
from bot.language.training import Example
from tests.catalogue.folder import edit, write_folder

SHIPPED = Path(__file__).parents[2] / "nlu_data"
CATALOGUE = load_catalogue(SHIPPED)
FOREIGN = frozenset({"pdf", "certificate"})


def test_the_shipped_examples_are_in_order() -> None:
    assert len(check_acts(SHIPPED, CATALOGUE)) > 1000


def test_an_example_stands_once_whatever_its_spelling() -> None:
    examples = [
        Example("баярлалаа", "thanks"),
        Example("Баярлалаа!", "thanks"),
        Example("баярлала", "bye"),
    ]
    assert [str(problem) for problem in example_problems(examples, FOREIGN)] == [
        "nlu_data/acts/thanks.yml: key 'examples': 'Баярлалаа!' stands twice here, as "
        "'баярлалаа'; keep it where it belongs, reword or remove the other",
        "nlu_data/acts/bye.yml: key 'examples': 'баярлала' stands in the act thanks too, as "
        "'баярлалаа'; keep it where it belongs, reword or remove the other",
    ]


def test_examples_that_are_marks_alone_are_not_compared() -> None:
    examples = [Example("👍", "affirm"), Example("👎", "deny")]
    assert list(example_problems(examples, FOREIGN)) == []


def test_an_example_of_mongolian_in_latin_letters_is_named_with_its_cyrillic() -> None:
    (problem,) = example_problems([Example("huseltee shalgay", "status")], FOREIGN)
    assert str(problem) == (
        "nlu_data/acts/status.yml: key 'examples': 'huseltee shalgay' has 'huseltee' in Latin "
        "letters; write 'хүсэлтээ шалгая', or add the foreign words to nlu_data/restore.yml"
    )


def test_a_phrase_of_a_service_is_no_example_of_an_act(tmp_path: Path) -> None:
    services = load_catalogue(write_folder(tmp_path)).services
    examples = [Example("торгууль  НЭГ?", "help"), Example("жолооны үнэмлэх авах", "human")]
    found = [str(problem) for problem in shared_problems(examples, services, QuickActs({}))]
    assert found == [
        "nlu_data/services/fines.yml: key 'phrases': 'торгууль нэг' is an example of the act help "
        "too; keep it where it belongs, reword or remove the other",
        "nlu_data/services/licence.yml: key 'title': 'Жолооны үнэмлэх авах' is an example of the "
        "act human too; keep it where it belongs, reword or remove the other",
    ]


def test_a_phrase_of_a_service_is_no_whole_utterance_of_an_act(tmp_path: Path) -> None:
    services = load_catalogue(write_folder(tmp_path)).services
    (problem,) = shared_problems([], services, QuickActs({"status": ["хүсэлт нэг"]}))
    assert str(problem) == (
        "nlu_data/services/request.yml: key 'phrases': 'хүсэлт нэг' is the act status before any "
        "service is looked for; reword it, or take it out of nlu_data/quick.yml"
    )


def test_every_problem_of_a_folder_is_listed_at_once(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    (root / "acts").mkdir()
    (root / "acts" / "help.yml").write_text(
        "nlu:\n- intent: help\n  examples: |\n    - торгууль нэг\n    - tuslaach dee\n",
        encoding="utf-8",
    )
    (root / "quick.yml").write_text("help: [тусламж]\n", encoding="utf-8")

    with pytest.raises(CatalogueError, match=r"^2 problem") as caught:
        check_acts(root, load_catalogue(root))

    assert "acts/help.yml" in str(caught.value)
    assert "services/fines.yml" in str(caught.value)
    edit(root, "acts/help.yml", "    - торгууль нэг\n    - tuslaach dee\n", "    - заавар\n")
    assert check_acts(root, load_catalogue(root)) == (Example("заавар", "help"),)


@pytest.mark.parametrize(
    "phrase",
    [
        "дипломын pdf",
        "PDF-ээр авъя",
        "birth Certificate авмаар байна",
        "TIN дугаар",
        "OTP код ирэхгүй байна",
        "hello how are you",
        "qwerty",
        "хүүхдийн мөнгө",
    ],
)
def test_foreign_words_abbreviations_and_what_is_no_mongolian_stay_in_latin(phrase: str) -> None:
    assert latin_mongolian(phrase, CATALOGUE.foreign) is None


@pytest.mark.parametrize("phrase", ["ndsh angliar", "id card lawlagaa angliar", "машинаа awah"])
def test_mongolian_in_latin_letters_is_found_beside_any_other_word(phrase: str) -> None:
    assert latin_mongolian(phrase, CATALOGUE.foreign) is not None


def test_the_foreign_words_are_read_from_both_lists() -> None:
    data = {"foreign": "PDF qpay\n", "english": "hello", "words": "зам"}
    assert foreign_words(data) == {"pdf", "qpay", "hello"}
    assert foreign_words(None) == frozenset()
