"""The word forms that restored Mongolian is spelt with: nlu_data/lexicon.txt, read and built.

`python -m bot.language.lexicon MASSIVE.jsonl COMMON_VOICE.txt` writes the file anew from the
project's phrases, the titles of the KHUR operations, nlu_data/restore.yml, the train rows of
MASSIVE mn-MN (a JSON object with "partition" and "utt" a line) and the Mongolian sentences of
Common Voice (one a line). Sources and licences are in nlu_data/NOTICE.md.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

from bot.language import fold

DATA = Path(__file__).parents[2] / "nlu_data"
PATH = DATA / "lexicon.txt"
_BY_HAND = "restore.yml"
_WORD = re.compile(r"(?<![\w-])(?:[а-яёөү]{3,}-[а-яёөү]{3,}|[а-яёөү]+)(?![\w-])")
_NO_WORD = re.compile(r"(.)\1\1")
_SECTIONS = ("words", "pairs", "written", "tails", "foreign", "english")
_MIN_PAIRS = 2
"""A pair of words seen once says little."""
_MAX_PAIRS = 9_000
"""The strongest pairs are kept; what the file may weigh decides how many."""
_WEIGHTS = {"phrases": 4, "texts": 2, "titles": 1, "massive": 1, "voice": 1}
"""How much one occurrence counts: what citizens ask of the state comes first."""


@dataclass(frozen=True)
class Lexicon:
    """Words and how they are written."""

    words: Mapping[str, int]
    """Weighted count of each word form."""
    pairs: Mapping[tuple[str, str], int]
    """Weighted count of neighbours, the rare ones left out."""
    written: Mapping[str, str]
    """Word of each clipped or odd spelling, which is in either script."""
    tails: Mapping[str, str]
    """Particle of each ending that people write onto the word before."""
    foreign: frozenset[str]
    """Words in Latin letters that stay as they are."""
    english: frozenset[str]
    """Words that show a message to be English."""


@cache
def shipped() -> Lexicon:
    """Return the lexicon of nlu_data/lexicon.txt."""
    return parse(PATH.read_text(encoding="utf-8"))


def parse(text: str) -> Lexicon:
    """Return what `written()` wrote. Raises KeyError where a section is missing."""
    found: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        if line.startswith("["):
            rows = found.setdefault(line[1:-1], [])
        else:
            rows.append(line.split(" "))
    words, pairs, written, tails, foreign, english = (found[name] for name in _SECTIONS)
    return Lexicon(
        words={row[0]: int(row[1]) if len(row) > 1 else 1 for row in words},
        pairs={(first, second): int(count) for first, second, count in pairs},
        written={row[0]: " ".join(row[1:]) for row in written},
        tails={row[0]: row[1] for row in tails},
        foreign=frozenset(row[0] for row in foreign),
        english=frozenset(row[0] for row in english),
    )


def rendered(lexicon: Lexicon) -> str:
    """Return the lexicon as the text of its file: sections of sorted lines.

    A word without a count was met once.
    """
    by_count = sorted(lexicon.words.items(), key=lambda item: (-item[1], item[0]))
    parts = (
        [f"{word} {count}" if count > 1 else word for word, count in by_count],
        sorted(f"{a} {b} {count}" for (a, b), count in lexicon.pairs.items()),
        sorted(f"{typed} {word}" for typed, word in lexicon.written.items()),
        sorted(f"{typed} {word}" for typed, word in lexicon.tails.items()),
        sorted(lexicon.foreign),
        sorted(lexicon.english),
    )
    blocks = zip(_SECTIONS, parts, strict=True)
    return "".join(f"[{name}]\n" + "".join(f"{row}\n" for row in rows) for name, rows in blocks)


def build(sources: Iterable[tuple[str, str]], by_hand: Mapping[str, object]) -> Lexicon:
    """Return the lexicon of (kind, sentence) pairs and of what restore.yml holds."""
    written = _spellings(by_hand["written"]) | _spellings(by_hand["capitals"])
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    for kind, sentence in sources:
        weight = _WEIGHTS[kind]
        typed = " ".join(_WORD.findall(sentence.lower())).replace("-", " ").split()
        found = " ".join(written.get(word, word) for word in typed).split()
        for word in found:
            words[word] += weight
        for pair in pairwise(found):
            pairs[pair] += weight
            seen[pair] += 1
    for word in [word for word in words if _NO_WORD.search(word)]:
        del words[word]
    added = str(by_hand.get("words", "")).split()
    words.update(dict.fromkeys(added, 1))
    return Lexicon(
        words=words,
        pairs=_telling(Counter({p: pairs[p] for p in seen if seen[p] >= _MIN_PAIRS}), words),
        written=written,
        tails=_spellings(by_hand["tails"]),
        foreign=frozenset(str(by_hand["foreign"]).split()),
        english=frozenset(str(by_hand["english"]).split()),
    )


def sentences(
    data: Path, massive: Path | None = None, voice: Path | None = None
) -> Iterator[tuple[str, str]]:
    """Return (kind, sentence) of every source, the development and test rows left out."""
    for path in sorted((data / "services").glob("*.yml")):
        service = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield from (("phrases", phrase) for phrase in service.pop("phrases", ()))
        yield from (("texts", text) for text in _strings(service))
    for path in sorted((data / "acts").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            yield from (("phrases", line) for line in str(block["examples"]).splitlines())
    for path in sorted(data.glob("*.yml")):
        if path.name != _BY_HAND:
            texts = _strings(yaml.safe_load(path.read_text(encoding="utf-8")))
            yield from (("texts", text) for text in texts)
    operations = json.loads((data / "khur_operations.json").read_text(encoding="utf-8"))
    yield from (("titles", str(operation["title"])) for operation in operations)
    if massive is not None:
        rows = map(json.loads, massive.read_text(encoding="utf-8").splitlines())
        yield from (("massive", str(row["utt"])) for row in rows if row["partition"] == "train")
    if voice is not None:
        lines = voice.read_text(encoding="utf-8").splitlines()
        yield from (("voice", line) for line in lines)


def _telling(
    pairs: Counter[tuple[str, str]], words: Mapping[str, int]
) -> dict[tuple[str, str], int]:
    """Return the pairs with a word that another word is spelt like in Latin."""
    keys = {word: fold.key(word) for word in words}
    shared = Counter(keys.values())
    ambiguous = {word for word, key in keys.items() if shared[key] > 1}
    telling = {p: count for p, count in pairs.items() if not ambiguous.isdisjoint(p)}
    return dict(sorted(telling.items(), key=lambda item: (-item[1], item[0]))[:_MAX_PAIRS])


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (*_strings(key), *_strings(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _spellings(table: object) -> dict[str, str]:
    if not isinstance(table, dict):
        raise TypeError(f"{_BY_HAND}: a table of word: spellings is expected")
    return {typed: str(word) for word, row in table.items() for typed in str(row).split()}


def main(arguments: list[str]) -> None:
    """Write nlu_data/lexicon.txt. Raises OSError where a source cannot be read."""
    by_hand = yaml.safe_load((DATA / _BY_HAND).read_text(encoding="utf-8"))
    massive, voice = map(Path, arguments)
    lexicon = build(sentences(DATA, massive, voice), by_hand)
    PATH.write_text(rendered(lexicon), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
