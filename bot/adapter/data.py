"""The texts that adapters are trained on: the project's own, and files of public data."""

from __future__ import annotations

from pathlib import Path

from bot.adapter.tasks import Labelled, Translations
from bot.catalogue.loader import load_catalogue
from bot.errors import CatalogueError
from bot.language.massive import massive_rows
from bot.language.training import read_acts

_COLUMNS = 3
_TOPIC = "topic:"


def own_phrases(folder: Path) -> Labelled:
    """Return the phrases of every service and act, labelled by service and act."""
    rows = [
        (text, service.id)
        for service in load_catalogue(folder).services.values()
        for text in (service.title, service.short, *service.phrases)
    ]
    rows += [(example.text, f"#{example.act}") for example in read_acts(folder / "acts")]
    return _labelled("own", rows)


def massive(path: Path) -> Labelled:
    """Return the training rows of a file of MASSIVE's shape, labelled by intent.

    Raises OSError and CatalogueError.
    """
    rows = [
        (example.text, example.act)
        for partition, example in massive_rows(path)
        if partition in {None, "train"}
    ]
    return _labelled("massive", rows)


def everyday(path: Path) -> tuple[Labelled, Translations]:
    """Return the everyday requests: by what is asked, and beside their English.

    Rows of a "topic:" ask for different things and have no label.
    """
    rows = _table(path)
    labelled = _labelled(
        "everyday", [(text, ask) for ask, text, _ in rows if not ask.startswith(_TOPIC)]
    )
    return labelled, Translations(
        tuple(mongolian.lower() for _, mongolian, _ in rows),
        tuple(english.lower() for _, _, english in rows),
    )


def translations(path: Path) -> Translations:
    """Return the pairs of a file: source, Mongolian, English."""
    rows = _table(path)
    return Translations(
        tuple(row[1].lower() for row in rows), tuple(row[2].lower() for row in rows)
    )


def _labelled(name: str, rows: list[tuple[str, str]]) -> Labelled:
    texts = tuple(text.lower() for text, _ in rows)
    return Labelled(name, texts, tuple(label for _, label in rows))


def _table(path: Path) -> list[list[str]]:
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("# "):
            continue
        cells = line.split("\t")
        if len(cells) != _COLUMNS or not all(cell.strip() for cell in cells):
            raise CatalogueError(f"{path.name}, line {number}: three filled columns are needed")
        rows.append(cells)
    return rows
