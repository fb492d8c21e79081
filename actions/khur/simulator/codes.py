"""One-time codes: who was sent which, for what, until when, and when to stop listening."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from actions.khur.simulator.settings import SimulatorSettings


@dataclass
class _Tries:
    """What a citizen has used up since the last success."""

    issued: int = 0
    wrong: int = 0
    locked_until: float = 0.0


@dataclass(frozen=True, repr=False)
class _Code:
    digits: str
    operations: frozenset[str]
    expires_at: float


class Codes:
    """Codes by register number; the newest replaces the one before."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self._settings = settings
        self._codes: dict[str, _Code] = {}
        self._tries: dict[str, _Tries] = {}

    def issue(self, regnum: str, operations: Iterable[str]) -> str | None:
        """A new code that covers the operations, or None where the citizen is locked out."""
        tries = self._tries_of(regnum)
        now = self._settings.clock()
        if now < tries.locked_until:
            return None
        if tries.issued >= self._settings.codes_max:
            self._lock(regnum, tries)
            return None
        tries.issued += 1
        code = self._settings.new_code()
        expires_at = now + self._settings.code_lifetime_s
        self._codes[regnum] = _Code(code, frozenset(operations), expires_at)
        return code

    def check(self, regnum: str, digits: str) -> bool:
        """Whether the digits, compared as text, are the citizen's live code."""
        return self._judge(regnum, digits, lambda code: code)

    def allows(self, regnum: str, number: str, operation: str) -> bool:
        """Whether the number in `auth`, where leading zeros are lost, opens the operation."""
        code = self._codes.get(regnum)
        covered = code is not None and operation in code.operations
        return self._judge(regnum, _bare(number), _bare) and covered

    def _judge(self, regnum: str, given: str, form: Callable[[str], str]) -> bool:
        tries = self._tries_of(regnum)
        code = self._codes.get(regnum)
        now = self._settings.clock()
        if code is None or now >= code.expires_at or now < tries.locked_until:
            return False
        if hmac.compare_digest(form(code.digits).encode(), given.encode()):
            tries.issued = tries.wrong = 0
            return True
        tries.wrong += 1
        if tries.wrong >= self._settings.wrong_checks_max:
            self._lock(regnum, tries)
        return False

    def _lock(self, regnum: str, tries: _Tries) -> None:
        self._codes.pop(regnum, None)
        tries.issued = tries.wrong = 0
        tries.locked_until = self._settings.clock() + self._settings.lock_s

    def _tries_of(self, regnum: str) -> _Tries:
        return self._tries.setdefault(regnum, _Tries())


def _bare(digits: str) -> str:
    return digits.lstrip("0") or "0"
