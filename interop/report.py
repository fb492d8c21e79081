"""docs/interop.md, and the table in docs/channels.md, written from the last runs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.places import PROJECT
from interop.conversation import SCRIPTS, conversations
from interop.errors import InteropError
from interop.peer import Result
from interop.results import Kept

LOG = PROJECT / "docs" / "interop.md"
TABLE = PROJECT / "docs" / "channels.md"
BEGIN, END = "<!-- interop -->", "<!-- /interop -->"

_INTRO = """# Channels tried against independent programs

`make interop` installs the programs below under `.interop` (interop/setup.sh: Debian packages are
unpacked, nothing is installed globally), starts each on the loopback interface beside
`urtuu serve` and the KHUR simulator, and holds the three conversations of
`interop/conversations.yml` over the wire between them, the citizen's words once in Cyrillic and
once in Latin letters. `python -m interop NAME…` tries some of them; the exit status is 1 where
anything disagrees. This page and the table in [channels.md](channels.md) are written by the run.

Where a peer lacks something, a few lines of ours make up for it (`interop/peers`,
`interop/programs`): Kannel's fake message centre takes messages from its command line alone, so
each is a process; telemelya sends no secret header and knows no `setMyCommands`, which a forwarder
adds; `twillio-sms-mock` reports nothing, so status callbacks are posted for it, signed by Twilio's
library. Africa's Talking has no network that anybody publishes: ours is read and written by
programs of others before it carries a conversation.
"""


def write(runs: Sequence[Kept]) -> None:
    """Write both documents. Raises InteropError where channels.md has lost its markers."""
    LOG.write_text("\n".join(_page(runs)), encoding="utf-8")
    put(TABLE, "\n".join(table(runs)))


def table(runs: Sequence[Kept]) -> Iterator[str]:
    """Yield the lines of the table door × peer × conversation."""
    held = conversations()
    yield f"| door | peer | {' | '.join(each.title for each in held)} |"
    yield "|---" * (len(held) + 2) + "|"
    for run in runs:
        for door, group in itertools.groupby(run.results, key=lambda result: result.door):
            results = list(group)
            cells = [_cell([r for r in results if r.conversation == c.id]) for c in held]
            yield f"| `{door}` | {run.title} | {' | '.join(cells)} |"


def _cell(results: Sequence[Result]) -> str:
    passed = {result.script for result in results if result.passed}
    if passed == set(SCRIPTS):
        return "passed in both scripts"
    return f"passed in {passed.pop()} alone, failed else" if passed else "failed"


def put(path: Path, text: str) -> None:
    """Put a text between the marks of a page. Raises InteropError where it has lost them."""
    before = (
        path.read_text(encoding="utf-8") if path.exists() else f"# Channels\n\n{BEGIN}\n{END}\n"
    )
    if before.count(BEGIN) != 1 or before.count(END) != 1:
        raise InteropError(f"{path.name} must hold {BEGIN} and {END} once each")
    head, _, rest = before.partition(BEGIN)
    tail = rest.partition(END)[2]
    path.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")


def _page(runs: Sequence[Kept]) -> Iterator[str]:
    yield _INTRO
    yield "| peer | what it is | last run | conversations | checks |"
    yield "|---|---|---|---|---|"
    for run in runs:
        talks, checks = _count(run.results), _count(run.checks)
        yield f"| [{run.name}](#{run.name}) | {run.title} | {run.day} | {talks} | {checks} |"
    for number, run in enumerate(runs):
        yield from _section(run, number)


def _count(tried: Sequence[Result] | Sequence[object]) -> str:
    passed = sum(bool(getattr(each, "passed", False)) for each in tried)
    return f"{passed} of {len(tried)} passed" if tried else "–"


def _section(run: Kept, number: int) -> Iterator[str]:
    yield f"\n## {run.name}\n"
    yield f"{run.title}. Last run {run.day}.\n"
    if run.error is not None:
        yield f"**It could not be tried to the end:** {run.error}\n"
    for check in run.checks:
        detail = f" ({check.detail})" if check.detail else ""
        yield f"- {'passed' if check.passed else '**failed**'}: {check.what}{detail}"
    for result in run.results:
        if not result.passed:
            yield f"- **failed**: {_name(result)}: {result.error}"
    doors = sorted({result.door for result in run.results})
    for place, door in enumerate(doors):
        found = [r for r in run.results if r.door == door and r.passed]
        if found:
            yield from _transcript(found[(number + place) % len(found)])


def _name(result: Result) -> str:
    return f"`{result.door}`, {result.conversation}, {result.script}"


def _transcript(result: Result) -> Iterator[str]:
    yield f"\n{_name(result)}, {result.seconds:.1f} s:\n"
    yield "```text"
    for line in result.lines:
        first, *others = line.text.splitlines() or [""]
        yield f"{'>' if line.who == 'citizen' else '<'} {first}"
        yield from (f"  {other}" for other in others)
    yield "```"
