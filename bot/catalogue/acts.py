"""What the acts' examples and the services' phrases must be true to together: one owner each.

They are compared by the key of bot/language/fold.py, as the models see them: two writings of one
key that belong to different owners would teach both of them wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.catalogue.latin import latin_mongolian
from bot.catalogue.loader import Catalogue
from bot.catalogue.problem import Problem
from bot.catalogue.service import Service
from bot.errors import CatalogueError
from bot.language import quick
from bot.language.fold import key
from bot.language.quick import QuickActs
from bot.language.training import Example, read_acts

_REMEDY = "keep it where it belongs, reword or remove the other"


def check_acts(root: Path, catalogue: Catalogue) -> tuple[Example, ...]:
    """Return the examples of the acts in the folder `root` (nlu_data), checked.

    Raises CatalogueError, whose message lists every problem with file, key and remedy.
    """
    closed = quick.load(root / "quick.yml")
    examples = read_acts(root / "acts")
    problems = [
        *example_problems(examples, catalogue.foreign, root.name),
        *shared_problems(examples, catalogue.services, closed),
    ]
    if problems:
        lines = "\n".join(str(problem) for problem in problems)
        raise CatalogueError(f"{len(problems)} problem(s) in {root.name}/\n{lines}")
    return examples


def example_problems(
    examples: Iterable[Example], foreign: frozenset[str], folder: str = "nlu_data"
) -> Iterator[Problem]:
    """Return what is wrong between the acts: an example twice, Mongolian in Latin letters."""
    owners: dict[str, Example] = {}
    for example in examples:
        file = f"{folder}/acts/{example.act}.yml"
        found = latin_mongolian(example.text, foreign)
        if found is not None:
            yield Problem(file, "examples", *found)
        first = owners.setdefault(key(example.text), example)
        if first is not example and key(example.text):
            where = "twice here" if first.act == example.act else f"in the act {first.act} too"
            what = f"'{example.text}' stands {where}, as '{first.text}'"
            yield Problem(file, "examples", what, _REMEDY)


def shared_problems(
    examples: Iterable[Example], services: Mapping[str, Service], closed: QuickActs
) -> Iterator[Problem]:
    """Return the phrases and titles of services that an act has as well."""
    acts = {key(example.text): example.act for example in examples}
    for service in services.values():
        for name, text in _said(service):
            act = acts.get(key(text))
            if act is not None:
                what = f"'{text}' is an example of the act {act} too"
                yield Problem(service.source_file, name, what, _REMEDY)
            elif (sure := closed.act(text)) is not None:
                what = f"'{text}' is the act {sure} before any service is looked for"
                remedy = "reword it, or take it out of nlu_data/quick.yml"
                yield Problem(service.source_file, name, what, remedy)


def _said(service: Service) -> Iterator[tuple[str, str]]:
    yield "title", service.title
    yield from (("phrases", phrase) for phrase in service.phrases)
