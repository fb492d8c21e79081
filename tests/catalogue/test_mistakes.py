"""Each mistake in a file is named with its file, its key and its remedy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bot.catalogue.loader import load_catalogue, read_catalogue
from bot.errors import CatalogueError
from tests.catalogue.folder import edit, write_folder


@dataclass(frozen=True)
class Mistake:
    """One edit of a right folder and the whole message that it must lead to."""

    name: str
    file: str
    old: str
    new: str
    message: str
    """With the file's place in front left out where it is the edited file."""


def _mistakes(name: str) -> list[Mistake]:
    path = Path(__file__).parents[1] / "cases" / "catalogue" / f"{name}.yml"
    return [Mistake(**entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]


SERVICE_MISTAKES = _mistakes("service_mistakes")
TABLE_MISTAKES = _mistakes("table_mistakes")


@pytest.mark.parametrize("mistake", SERVICE_MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_in_a_service_names_file_key_and_remedy(
    mistake: Mistake, tmp_path: Path
) -> None:
    root = write_folder(tmp_path)
    path = f"services/{mistake.file}.yml"
    edit(root, path, mistake.old, mistake.new)

    with pytest.raises(CatalogueError) as caught:
        load_catalogue(root)

    lines = str(caught.value).splitlines()
    wanted = f"nlu_data/{path}: {mistake.message}"
    assert any(line.startswith(wanted) for line in lines), "\n".join(lines)


@pytest.mark.parametrize("mistake", TABLE_MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_in_any_file_names_file_key_and_remedy(mistake: Mistake, tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    edit(root, mistake.file, mistake.old, mistake.new)

    _, problems = read_catalogue(root)

    lines = [str(problem) for problem in problems]
    wanted = f"nlu_data/{mistake.file}: {mistake.message}"
    assert any(line.startswith(wanted) for line in lines), "\n".join(lines)


@pytest.mark.parametrize(
    "name", ["slots.yml", "categories.yml", "sources.yml", "helplines.yml", "khur_operations.json"]
)
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    (root / name).unlink()
    _, problems = read_catalogue(root)
    wanted = f"nlu_data/{name}: cannot be read (No such file or directory); put the file there"
    assert wanted in [str(problem) for problem in problems]


def test_a_file_is_named_as_an_id(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    (root / "services" / "licence.yml").rename(root / "services" / "Licence-2.yml")
    _, problems = read_catalogue(root)
    assert [str(one) for one in problems if one.key == "id"] == [
        "nlu_data/services/Licence-2.yml: key 'id': 'licence' is not the file's name; "
        "write `id: Licence-2`",
        "nlu_data/services/Licence-2.yml: key 'id': 'Licence-2' is not a name; "
        "rename the file: 3-40 small Latin letters, digits and _, a letter first",
    ]


def test_a_number_may_stand_where_a_text_is_wanted(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    edit(root, "services/fines.yml", "as_of: 2026-10-09", "as_of: 2026")
    assert load_catalogue(root).services["fines"].facts["fee_mnt"].as_of == "2026"


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    (root / "services" / "empty.yml").write_text("# nothing yet\n", encoding="utf-8")
    _, problems = read_catalogue(root)
    assert [str(one) for one in problems] == [
        "nlu_data/services/empty.yml: is empty; fill it, or remove it"
    ]


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    (root / "services" / "old.yml").write_bytes("id: хуучин".encode("cp1251"))
    _, problems = read_catalogue(root)
    assert [str(one) for one in problems] == [
        "nlu_data/services/old.yml: is not UTF-8 at byte 4; save it as UTF-8"
    ]


def test_a_list_of_helplines_must_be_a_list(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    (root / "helplines.yml").write_text("police: 102\n", encoding="utf-8")
    _, problems = read_catalogue(root)
    assert [problem.what for problem in problems] == ["is not a list"]


def test_every_mistake_of_every_file_is_listed_at_once(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    edit(root, "services/fines.yml", "agency:", "agensy:")
    edit(root, "services/fines.yml", "source: police", "source: polise")
    edit(root, "services/licence.yml", "category: civil", "category: civl")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(root)
    first, *lines = str(caught.value).splitlines()
    assert first == "3 problem(s) in nlu_data/"
    assert [line.split(":")[0] for line in lines] == [
        "nlu_data/services/fines.yml",
        "nlu_data/services/fines.yml",
        "nlu_data/services/licence.yml",
    ]
