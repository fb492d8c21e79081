"""`python -m interop [peer…]`: try the peers named, or all, and write what came of it.

`python -m interop report` writes the documents anew from the last runs.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime

from interop.errors import InteropError
from interop.peers import PEERS
from interop.places import set_up
from interop.report import write
from interop.results import keep, kept_of
from interop.runner import try_peer


def say(line: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(line + "\n")


def main(names: list[str]) -> int:
    """Return 0 where every peer that was tried agrees with the program."""
    if names == ["report"]:
        write(kept_of(PEERS))
        return 0
    known = {peer.name: peer for peer in PEERS}
    if unknown := sorted(set(names) - set(known)):
        say(f"no such peer: {', '.join(unknown)}; known: {', '.join(known)}")
        return 2
    try:
        set_up()
    except InteropError as error:
        say(str(error))
        return 1
    started_s = time.monotonic()
    runs = []
    for peer in [known[name] for name in names] or PEERS:
        say(f"{peer.name}: {peer.title()}")
        runs.append(try_peer(peer, say))
    keep(runs, datetime.now(UTC).date().isoformat())
    write(kept_of(PEERS))
    tried = kept_of([run.peer for run in runs])
    failed = [run.name for run in tried if not run.passed]
    say(f"{len(runs)} peers in {time.monotonic() - started_s:.0f} s; failed: {failed or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
