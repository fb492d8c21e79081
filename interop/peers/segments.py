"""Our count of SMS segments beside that of Twilio's calculator, over made-up texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from interop.peer import Check, Lane, Peer
from interop.program import Site
from interop.segments.__main__ import calculated, ours
from interop.segments.texts import text_of
from interop.versions import npm

_TEXTS = 5000


@contextmanager
def _open(site: Site) -> Iterator[Lane]:
    yield Lane({}, {}, checks=_checks)


def _checks() -> Iterator[Check]:
    texts = [text_of(seed)[1] for seed in range(_TEXTS)]
    pairs = zip(texts, calculated(texts), strict=True)
    agreed = sum(ours(text) == theirs for text, theirs in pairs)
    what = "both count the segments of texts in both scripts and with emoji alike"
    yield Check(what, agreed == _TEXTS, f"{agreed} of {_TEXTS}")


PEER = Peer("segments", lambda: npm("sms-segments-calculator"), (), _open)
