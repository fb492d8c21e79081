"""Trying a peer: its conversations in both scripts through each of its doors, then its checks."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from interop.conversation import SCRIPTS, Conversation, Course, conversations
from interop.errors import InteropError
from interop.peer import Check, Lane, Peer, Result, Run
from interop.program import Codes, running, site_in

Say = Callable[[str], object]
_SECRET = re.compile(r"SECRET|TOKEN|PASSWORD|KEY")
_TELLING_CHARS = 6
"""A shorter text, such as "1", tells nothing of anybody."""


def try_peer(peer: Peer, say: Say) -> Run:
    """Return what the peer brought; nothing that goes wrong is raised."""
    results: list[Result] = []
    checks: list[Check] = []
    try:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="interop-")))
            site = site_in(folder)
            lane = stack.enter_context(peer.open(site))
            program = None
            if peer.doors:
                program = stack.enter_context(running(site, lane.environ))
                lane.ready()
                _converse(peer, lane, program.codes, results, say)
            for check in lane.checks():
                checks.append(check)
                _tell(check, say)
            if program is not None:
                checks.append(discretion(program.process.log, lane, results))
                _tell(checks[-1], say)
    except Exception as error:  # A peer may fail in any way; the others are still tried.
        reason = f"{type(error).__name__}: {error}"
        say(f"  FAILED {reason}")
        return Run(peer, tuple(results), tuple(checks), reason)
    return Run(peer, tuple(results), tuple(checks))


def _converse(peer: Peer, lane: Lane, codes: Codes, results: list[Result], say: Say) -> None:
    for door in peer.doors:
        for script in SCRIPTS:
            for conversation in conversations():
                number = conversation.phones[script]
                course = Course(lane.phones[door](number), number, codes, script)
                result = _hold(door, course, conversation)
                results.append(result)
                told = f"{door} {conversation.id} {script} {result.seconds:.1f} s"
                say(f"  {_mark(result.passed)} {told} {result.error or ''}".rstrip())


def _hold(door: str, course: Course, conversation: Conversation) -> Result:
    started_s = time.monotonic()
    error = None
    try:
        course.go(conversation)
    except InteropError as found:
        error = str(found)
    seconds = time.monotonic() - started_s
    lines = tuple(course.lines)
    return Result(door, conversation.id, course.script, error, seconds, lines)


def discretion(log: Path, lane: Lane, results: Sequence[Result]) -> Check:
    """Return whether the program's log holds nothing that was said, no number and no secret."""
    written = log.read_text("utf-8", errors="replace").casefold()
    said = {line.text for result in results for line in result.lines if line.who == "citizen"}
    numbers = {
        number.removeprefix("+976")
        for conversation in conversations()
        for number in conversation.phones.values()
    }
    kept = {value for name, value in lane.environ.items() if _SECRET.search(name)}
    told = {text for text in said | kept if len(text) >= _TELLING_CHARS} | numbers
    found = sum(text.casefold() in written for text in told)
    what = "the program's log holds nothing that was said and no secret"
    return Check(what, found == 0, f"{found} found" if found else f"{len(told)} looked for")


def _tell(check: Check, say: Say) -> None:
    say(f"  {_mark(check.passed)} {check.what} {check.detail}".rstrip())


def _mark(passed: bool) -> str:
    return "ok    " if passed else "FAILED"
