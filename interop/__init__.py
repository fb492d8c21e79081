"""The channels tried against programs that others wrote, each carrying whole conversations.

`python -m interop` installs those programs below `.interop`, starts each beside the real program
(`urtuu serve`, with the KHUR simulator), holds the three conversations of conversations.yml over
the wire between them, and writes docs/interop.md and the table of docs/channels.md.
"""

from __future__ import annotations
